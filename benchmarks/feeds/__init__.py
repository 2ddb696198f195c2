"""Feeds: what a reader costs, and what a publication costs, as ratios that hold on any machine."""

from benchmarks.feeds.suite import SECTION, run, table

__all__ = ["SECTION", "run", "table"]
