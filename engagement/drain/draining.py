"""One run of the drain. Rows, roll-ups and offsets are one transaction: killed anywhere, nothing is lost and nothing doubled.

A finished segment is deleted by the next run, when its offset has certainly been committed.
"""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, text

from core.ids import TypeID
from core.spool import Segment, SpoolReader
from engagement.drain.gathering import Harvest
from engagement.drain.writing import write_counts, write_events, write_refused, write_visitors
from engagement.models import ClickId, Lead, SpoolOffset
from partners import Partner
from syndication import note_placement_seen

if TYPE_CHECKING:
    from core.ctx import Ctx

log = logging.getLogger("channelpress.engagement")

_OFFSETS_KEPT = timedelta(days=30)
_BEGIN_OFFSET = text("INSERT INTO engagement_spool_offset (segment, taken_bytes, damaged) VALUES (:segment, 0, 0) ON CONFLICT (segment) DO NOTHING")


@dataclass(frozen=True, slots=True)
class Drained:
    """`more` says that the run stopped at its limit and should be followed by another at once."""

    events: int
    segments: int
    more: bool


def drain(ctx: Ctx, reader: SpoolReader, *, max_events: int = 30_000, max_seconds: float = 1.0) -> Drained:
    """Takes over what lies ready. The limits keep the transaction short, because SQLite has one writer."""
    harvest = Harvest(ctx.clock.zone, {partner_id.uuid.bytes for partner_id in ctx.session.scalars(select(Partner.id))})
    stop_at = time.monotonic() + max_seconds
    touched = 0
    more = False
    for segment in reader.segments():
        if len(harvest.rows) >= max_events or time.monotonic() >= stop_at:
            more = True
            break
        more = _take(ctx, segment, harvest, max_events)
        touched += 1
    _write(ctx, harvest)
    return Drained(len(harvest.rows), touched, more)


def _take(ctx: Ctx, segment: Segment, harvest: Harvest, max_events: int) -> bool:
    """Reads one segment on from where the last commit stopped; True when some of it is left."""
    offset = _locked_offset(ctx, segment.name)
    if offset.finished_at is not None:
        segment.discard(damaged=offset.damaged > 0)
        return False
    unreadable = harvest.unreadable
    while len(harvest.rows) < max_events:
        chunk = segment.read(offset.taken_bytes)
        for batch in chunk.batches:
            harvest.add(batch)
        offset.taken_bytes = chunk.next_offset
        offset.damaged += chunk.damaged
        if chunk.finished:
            offset.finished_at = ctx.now
            break
    offset.damaged += harvest.unreadable - unreadable
    if offset.damaged:
        log.error("damaged lines in the spool; the file is kept beside", extra={"segment": segment.name, "lines": offset.damaged})
    return offset.finished_at is None


def _locked_offset(ctx: Ctx, name: str) -> SpoolOffset:
    """Two drains at once: the second waits here, and then sees how far the first has come."""
    ctx.session.execute(_BEGIN_OFFSET, {"segment": name})
    return ctx.session.scalars(select(SpoolOffset).where(SpoolOffset.segment == name).with_for_update()).one()


def _write(ctx: Ctx, harvest: Harvest) -> None:
    write_events(ctx.session, harvest.rows)
    write_counts(ctx.session, harvest.counts)
    write_visitors(ctx.session, harvest.visitors)
    write_refused(ctx.session, harvest.refused)
    _write_clicks(ctx, harvest)
    for placement, seen_ms in harvest.last_seen_ms.items():
        note_placement_seen(ctx, TypeID.of("plc", uuid.UUID(bytes=placement)), datetime.fromtimestamp(seen_ms / 1000, UTC))


def _write_clicks(ctx: Ctx, harvest: Harvest) -> None:
    clicks = {}
    for record, click, placement, received_ms in harvest.clicks:
        _kind, asset = record.events[0]
        row = ClickId(
            id=bytes.fromhex(click.click_id),
            partner_id=TypeID.of("prt", uuid.UUID(record.partner)),
            placement_id=TypeID.of("plc", uuid.UUID(bytes=placement)),
            asset_id=TypeID.of("ast", uuid.UUID(asset)),
            locale=record.locale,
            campaign=click.campaign,
            utm=click.utm,
            clicked_at=datetime.fromtimestamp(received_ms / 1000, UTC),
        )
        clicks[row.id] = row
    ctx.session.add_all(clicks.values())
    ctx.session.flush()
    if clicks:
        _complete_leads(ctx, clicks)


def _complete_leads(ctx: Ctx, clicks: dict[bytes, ClickId]) -> None:
    """A form can be quicker than the drain: then the lead waits here for its click, of the same partner only."""
    waiting = ctx.session.scalars(select(Lead).where(Lead.click_id.in_(clicks), Lead.source_kind != "click"))
    for lead in waiting:
        click = clicks[lead.click_id or b""]
        if click.partner_id == lead.partner_id:
            lead.placement_id, lead.campaign, lead.source_kind = click.placement_id, click.campaign, "click"
    ctx.session.flush()


def forget(ctx: Ctx, *, click_days: int = 90) -> None:
    """What has served its time: click ids after 90 days, offsets of long deleted segments."""
    ctx.session.execute(delete(ClickId).where(ClickId.clicked_at < ctx.now - timedelta(days=click_days)))
    ctx.session.execute(delete(SpoolOffset).where(SpoolOffset.finished_at < ctx.now - _OFFSETS_KEPT))
