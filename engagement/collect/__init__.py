"""The receiving end: from a browser's message to a line on the disk. Nothing here waits for the database."""

from engagement.collect.collector import Collector, collector
from engagement.collect.intake import Arrival, Intake, intake_for

__all__ = ["Arrival", "Collector", "Intake", "collector", "intake_for"]
