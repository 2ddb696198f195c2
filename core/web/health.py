"""Readiness that means something: each check is a named yes or no."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from core.ctx import Ctx
from core.jobs import oldest_due
from core.kv import read_value
from core.migrate import is_current

#: A due job older than this means that no worker or no scheduler runs.
STALLED = timedelta(minutes=2)


def readiness(ctx: Ctx) -> dict[str, bool]:
    """Checks by name; all must be true for traffic."""
    try:
        if not inspect(ctx.session.connection()).has_table("core_job"):
            return {"migrated": False}
        oldest = oldest_due(ctx)
        checks = {"migrated": is_current(ctx), "writable": ctx.database.is_writable(), "jobs_moving": oldest is None or ctx.now - oldest < STALLED}
        if ctx.settings.demo:
            checks["demo_loaded"] = bool(read_value(ctx, "demo.loaded"))
        return checks
    except SQLAlchemyError:
        return {"database": False}
