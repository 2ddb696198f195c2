"""Events that are born inside a transaction (a stored lead) and need no spool: row and roll-ups with the thing itself."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from core.ids import TypeID, new_id
from engagement.drain.gathering import EventRow
from engagement.drain.writing import write_counts, write_events
from engagement.models import NO_ASSET, NO_PLACEMENT
from engagement.rules.kinds import RULE_VERSION, Kind, Verdict

if TYPE_CHECKING:
    from core.ctx import Ctx


def record_now(
    ctx: Ctx, kind: Kind, verdict: Verdict, *, partner_id: TypeID, placement_id: TypeID | None, asset_id: TypeID | None, locale: str
) -> None:
    """One event, counted on every level, or none of it."""
    now_ms = int(ctx.now.timestamp() * 1000)
    partner, placement, asset = (one.uuid.bytes for one in (partner_id, placement_id or NO_PLACEMENT, asset_id or NO_ASSET))
    day = ctx.today.isoformat()
    event_id = new_id("evt", now_ms).uuid.bytes
    row = EventRow(event_id, partner, placement, asset, kind.value, verdict.value, locale, now_ms, day, None, RULE_VERSION, None)
    write_events(ctx.session, [row])
    write_counts(ctx.session, Counter({(partner, placement, asset, locale, day, kind.value, verdict.value): 1}))
