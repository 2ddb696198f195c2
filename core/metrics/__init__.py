"""What an operator's Prometheus asks: counted where it happens, measured when it is asked.

Counters and histograms are of all processes of this machine together when PROMETHEUS_MULTIPROC_DIR is set (the supervisor sets it);
what stands in the database is read at the scrape. Labels are names from our own lists, never a path, an id or a person's word.
"""

from core.metrics.exposing import exposition
from core.metrics.measured import Measure, Sample, declare_measure, measures
from core.metrics.observing import (
    connection_given,
    connection_taken,
    observe_delivery,
    observe_job,
    observe_mail,
    observe_request,
    observe_store,
)
from core.metrics.registry import INSTRUMENTS, as_markdown

__all__ = [
    "INSTRUMENTS",
    "Measure",
    "Sample",
    "as_markdown",
    "connection_given",
    "connection_taken",
    "declare_measure",
    "exposition",
    "measures",
    "observe_delivery",
    "observe_job",
    "observe_mail",
    "observe_request",
    "observe_store",
]
