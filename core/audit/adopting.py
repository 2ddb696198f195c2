"""Going on with a chain whose seals nobody can check any more: its secret was lost, or it is older than seals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.audit.days import NONE_YET
from core.audit.entries import AuditEntry, record
from core.audit.lanes import AuditLane, number_entries, press_again
from core.audit.sealing import HEAD, locked_head, write_head
from core.audit.verifying import Walk, walk_chain
from core.audit.walking import Bad
from core.errors import Refused
from core.i18n import gettext as _
from core.kv import KeyValue

if TYPE_CHECKING:
    from core.ctx import Ctx


def adopt(ctx: Ctx, reason: str) -> int:
    """Takes the chain as it stands and says so in it; returns how many entries it has.

    Only for whoever has the command line: it needs the present secret. The hashes have to hold: what was changed inside
    cannot be adopted. No web or worker may run meanwhile: they remember the old counts.
    """
    row = locked_head(ctx)
    walk = Walk()
    try:
        walk_chain(ctx, walk, trusted=10**12)
    except Bad as bad:
        raise Refused("audit_changed", _("Entries were changed: %(what)s. Restore a backup.", what=str(bad))) from None
    _mark_what_waits(ctx, walk)
    days = row.value.get("days") or NONE_YET
    record(ctx, "core.audit.adopted", HEAD, before={"head": row.value}, after={"seq": walk.entries}, reason=reason)
    write_head(ctx, row, walk.entries, walk.last, walk.entries, {**days, "trusted": days["number"]})
    return walk.entries


def adopt_unmarked(ctx: Ctx) -> None:
    """After an upgrade from a version without seals: what it had chained is held by its hashes."""
    row = ctx.session.get(KeyValue, HEAD)
    if row is not None and row.value["seq"] and "seal" not in row.value:
        adopt(ctx, "upgraded from a version without seals")


def _mark_what_waits(ctx: Ctx, walk: Walk) -> None:
    """Entries that were not sealed yet become ours; each lane counts what is there."""
    waiting = list(ctx.session.scalars(select(AuditEntry).where(AuditEntry.hash.is_(None)).order_by(AuditEntry.id)))
    for entry in waiting:
        entry.seq = entry.lane = entry.place = entry.mark = entry.seal = None
    for lane in ctx.session.scalars(select(AuditLane)):
        lane.written = walk.lanes.get(lane.id, 0)
        press_again(ctx, lane)
    if waiting:
        number_entries(ctx, waiting, ctx.database.lanes.take())
