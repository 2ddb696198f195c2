"""Imports and their reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import NotFound
from core.ids import TypeID
from syndication.models import ImportRun

if TYPE_CHECKING:
    from core.ctx import Ctx


def import_for(ctx: Ctx, import_id: TypeID) -> ImportRun:
    """One import; NotFound when there is none."""
    run = ctx.session.get(ImportRun, import_id)
    if run is None:
        raise NotFound("import")
    return run


def recent_imports(ctx: Ctx, limit: int = 10) -> list[ImportRun]:
    """The last imports, newest first."""
    return list(ctx.session.scalars(select(ImportRun).order_by(ImportRun.started_at.desc(), ImportRun.id.desc()).limit(limit)))
