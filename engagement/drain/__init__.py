"""From the disk into the database: each event exactly once, with its roll-ups, in one transaction."""

from engagement.drain.draining import Drained, drain
from engagement.drain.rebuilding import rebuild_rollups

__all__ = ["Drained", "drain", "rebuild_rollups"]
