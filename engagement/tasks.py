"""Recurring work of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.jobs import job, scheduled
from core.spool import SpoolReader
from engagement.collect.intake import events_folder
from engagement.collect.salts import destroy_salts
from engagement.drain import drain
from engagement.drain.draining import forget
from engagement.seals import gather_seals, write

if TYPE_CHECKING:
    from core.ctx import Ctx
    from engagement.seals.planning import Plan


@scheduled("engagement.drain", every=2)
def drain_spool(ctx: Ctx) -> None:
    """Moves what visitors did from the disk into the database. Each host drains its own disk."""
    _drain_once(ctx)


@job("engagement.drain_on")
def drain_on(ctx: Ctx) -> None:
    """Follows a run that stopped at its limit."""
    _drain_once(ctx)


def _drain_once(ctx: Ctx) -> None:
    done = drain(ctx, SpoolReader(events_folder(ctx.settings)))
    if done.more:
        ctx.enqueue(drain_on)


@scheduled("engagement.forget", every=600)
def forget_what_has_passed(ctx: Ctx) -> None:
    """Salts of past days first of all: from then on nobody can compute a visitor's key."""
    destroy_salts(ctx, ctx.today)
    forget(ctx)


@scheduled("engagement.seal_days", every=600, gather=gather_seals)
def seal_days(ctx: Ctx, due: Plan) -> None:
    """Seals the days that have been over for 48 hours, and what arrived too late for its seal."""
    _write_seals(ctx, due)


@job("engagement.seal_on", gather=gather_seals)
def seal_on(ctx: Ctx, due: Plan) -> None:
    """Follows a run that stopped at its limit."""
    _write_seals(ctx, due)


def _write_seals(ctx: Ctx, due: Plan) -> None:
    write(ctx, due)
    if due.more:
        ctx.enqueue(seal_on)
