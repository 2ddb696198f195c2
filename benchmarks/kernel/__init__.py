"""What the kernel costs: events from commit to effect beside plain inserts, and a request beside a bare Flask view."""

from benchmarks.kernel.suite import SECTION, run, table

__all__ = ["SECTION", "run", "table"]
