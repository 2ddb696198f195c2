"""The collector: what a durable acknowledgement costs, whether the drain keeps up, and what the roll-ups save."""

from benchmarks.collector.suite import SECTION, run, table

__all__ = ["SECTION", "run", "table"]
