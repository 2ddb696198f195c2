"""The hub's worker, which also knows what `outbox_world` declares."""

from hub.worker import app
from tests.faults.outbox_world import declare

declare()

__all__ = ["app"]
