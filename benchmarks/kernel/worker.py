"""The hub's worker, which also knows the benchmark's event."""

from benchmarks.kernel import facts
from hub.worker import app

__all__ = ["app", "facts"]
