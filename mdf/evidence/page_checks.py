"""Is the placement still on its page? One look a day while the activity runs; the last observation counts, with its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.breaker import breaker, host_of
from core.browser import NotTaken, load_page
from core.ctx import SYSTEM
from core.ids import TypeID
from mdf.evidence.pictures import locked_row, rows_by_item
from mdf.models import EvidenceItem, EvidenceKind, EvidenceStatus, FundRequest, Provider
from mdf.rules.states import FUNDED
from syndication import Placement, PlacementKind

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

#: Observations that are kept, the newest last: more than a quarter of daily looks.
KEPT = 100
FOUND, NOT_FOUND = "found", "not_found"


@dataclass(frozen=True)
class Look:
    """One observation. `code` is found, not_found, or why the page could not be read."""

    item_id: TypeID
    url: str
    at: datetime
    code: str


def due_checks(ctx: Ctx) -> list[TypeID]:
    """Items whose activity runs today; afterwards, only those at which nobody has ever looked."""
    items = ctx.session.execute(
        select(EvidenceItem.id, FundRequest.ends_on)
        .join(FundRequest, FundRequest.id == EvidenceItem.request_id)
        .where(
            FundRequest.status.in_(FUNDED),
            EvidenceItem.kind == EvidenceKind.PAGE_CHECK,
            EvidenceItem.provider == Provider.HUB,
            FundRequest.starts_on <= ctx.today,
        )
        .order_by(EvidenceItem.id)
    ).all()
    known = rows_by_item(ctx, [item for item, _ends_on in items])
    return [item for item, ends_on in items if ctx.today <= ends_on or item not in known or not known[item].facts.get("observations")]


def look(database: Database, item_id: str) -> Look | None:
    """Outside any transaction."""
    with database.reading(SYSTEM) as ctx:
        item = ctx.session.get(EvidenceItem, TypeID.parse(item_id, "evi"))
        if item is None or item.placement_id is None or item.kind is not EvidenceKind.PAGE_CHECK:
            return None
        placement = ctx.session.get_one(Placement, item.placement_id)
        found, url, at = item.id, placement.page_url, ctx.now
        mark, is_feed, seen_at = str(placement.id), placement.kind is PlacementKind.FEED, placement.last_seen_at
    try:
        with breaker(database, host_of(url)):
            page = load_page(database.settings, url)
    except NotTaken as error:
        return Look(found, url, at, error.code)
    # A feed is read by a machine of the partner's and leaves no mark in the page: that it was read lately has to do.
    there = mark in page.text or (is_feed and seen_at is not None and (at - seen_at).days < 1)
    return Look(found, url, at, FOUND if there else NOT_FOUND)


def keep_look(ctx: Ctx, seen: Look) -> None:
    """Adds the observation; one a day, however often the job runs."""
    item = ctx.session.scalars(select(EvidenceItem).where(EvidenceItem.id == seen.item_id)).one()
    row = locked_row(ctx, item)
    if row.status not in (EvidenceStatus.MISSING, EvidenceStatus.AUTO_ATTACHED):
        return
    day = seen.at.astimezone(ctx.clock.zone).date().isoformat()
    earlier = [one for one in row.facts.get("observations", []) if one["on"] != day]
    observations = [*earlier, {"on": day, "at": seen.at.isoformat(), "code": seen.code}][-KEPT:]
    found = [one for one in observations if one["code"] == FOUND]
    row.facts = {
        "observations": observations,
        "looks": len(observations),
        "found": len(found),
        "last_look": observations[-1],
        "last_found_at": found[-1]["at"] if found else None,
    }
    row.status = EvidenceStatus.AUTO_ATTACHED if found else EvidenceStatus.MISSING
    row.note = "" if found else seen.code
    row.source, row.captured_at = seen.url, seen.at
