"""The text that Prometheus reads: counters of all processes of this machine, and the measures of the database."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from sqlalchemy.exc import SQLAlchemyError

from core.ctx import SYSTEM
from core.metrics.measured import Measure, measures
from core.metrics.registry import REGISTRY

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
log = logging.getLogger("channelpress.metrics")


def exposition(database: Database) -> bytes:
    """One scrape. A database that is away costs its gauges only; `channelpress_database_up` says so."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    counted: CollectorRegistry = REGISTRY
    if folder:
        _forget_the_dead(Path(folder))
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    looked_up = CollectorRegistry()
    looked_up.register(_Looked(database))
    return generate_latest(counted) + generate_latest(looked_up)


def _forget_the_dead(folder: Path) -> None:
    """What a process that has ended had in use is not in use any more."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = file.stem.rpartition("_")[2]
        if pid.isdigit() and not _lives(int(pid)):
            mark_process_dead(int(pid), str(folder))  # type: ignore[no-untyped-call]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class _Looked:
    """A collector in the library's sense."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> list[Any]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families, is_up = [], 1.0
        try:
            with self._database.reading(SYSTEM) as ctx:
                families = [_family(ctx, measure) for measure in measures()]
        except SQLAlchemyError as error:
            log.warning("the scrape did not reach the database", extra={"error": type(error).__name__})
            is_up = 0.0
        yield GaugeMetricFamily("channelpress_database_up", "1 when the database answers.", is_up)
        yield from families


def _family(ctx: Ctx, measure: Measure) -> GaugeMetricFamily:
    family = GaugeMetricFamily(measure.name, measure.help, labels=list(measure.labels))
    for labels, value in measure.read(ctx):
        family.add_metric(list(labels), value)
    return family
