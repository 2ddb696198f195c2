"""Page pictures of funded placements: which are due, taking one, and what is written down when it could not be taken."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.breaker import breaker, host_of
from core.browser import NotTaken, PagePicture, take_picture
from core.ctx import SYSTEM
from core.ids import TypeID, new_id
from core.storage import put_object
from mdf.models import Evidence, EvidenceItem, EvidenceKind, EvidenceStatus, FundRequest, Provider
from mdf.rules.states import FUNDED
from syndication import Placement

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

log = logging.getLogger("channelpress.evidence")

#: A page that could not be pictured on its day is tried again once a day, for so long.
TRY_AGAIN = timedelta(days=7)
LATE = "taken_late"


@dataclass(frozen=True)
class Shot:
    """What came of one attempt. Without a picture, `code` says why."""

    item_id: TypeID
    url: str
    at: datetime
    picture: PagePicture | None
    code: str = ""
    detail: str = ""


def due_pictures(ctx: Ctx) -> list[TypeID]:
    """Items of funded requests whose day has come and which have no picture; those that failed today wait for tomorrow."""
    items = ctx.session.scalars(
        select(EvidenceItem)
        .join(FundRequest, FundRequest.id == EvidenceItem.request_id)
        .where(
            FundRequest.status.in_(FUNDED),
            EvidenceItem.kind == EvidenceKind.SCREENSHOT,
            EvidenceItem.provider == Provider.HUB,
            EvidenceItem.due_on <= ctx.today,
        )
        .order_by(EvidenceItem.due_on, EvidenceItem.id)
    ).all()
    known = rows_by_item(ctx, [item.id for item in items])
    return [item.id for item in items if _is_wanted(item, known.get(item.id), ctx.today)]


def rows_by_item(ctx: Ctx, items: list[TypeID]) -> dict[TypeID, Evidence]:
    """The newest row of each."""
    rows = ctx.session.scalars(select(Evidence).where(Evidence.item_id.in_(items)).order_by(Evidence.created_at, Evidence.id))
    return {row.item_id: row for row in rows}


def _is_wanted(item: EvidenceItem, row: Evidence | None, today: date) -> bool:
    tried_on = row.facts.get("tried_on") if row else None
    if row is None or (row.status is EvidenceStatus.MISSING and tried_on is None):
        return True
    assert item.due_on is not None
    return row.status is EvidenceStatus.MISSING and str(tried_on) < today.isoformat() and today <= item.due_on + TRY_AGAIN


def shoot(database: Database, item_id: str) -> Shot | None:
    """Outside any transaction. None when there is nothing to do any more."""
    with database.reading(SYSTEM) as ctx:
        item = ctx.session.get(EvidenceItem, TypeID.parse(item_id, "evi"))
        if item is None or item.placement_id is None or item.kind is not EvidenceKind.SCREENSHOT:
            return None
        row = rows_by_item(ctx, [item.id]).get(item.id)
        if row is not None and row.status is not EvidenceStatus.MISSING:
            return None
        url = ctx.session.get_one(Placement, item.placement_id).page_url
        found, at = item.id, ctx.now
    try:
        with breaker(database, host_of(url)):
            return Shot(found, url, at, take_picture(database.settings, url))
    except NotTaken as error:
        log.warning("no picture of a funded page", extra={"item": item_id, "code": error.code, "detail": error.detail})
        return Shot(found, url, at, None, error.code, error.detail)


def keep_shot(ctx: Ctx, shot: Shot) -> None:
    """Writes the picture, or why there is none; a second run of the same job finds it there."""
    item = ctx.session.scalars(select(EvidenceItem).where(EvidenceItem.id == shot.item_id)).one()
    row = locked_row(ctx, item)
    if row.status is not EvidenceStatus.MISSING:
        return
    day = shot.at.astimezone(ctx.clock.zone).date()
    late = (day - item.due_on).days if item.due_on else 0
    row.source = shot.url
    row.facts = {**row.facts, "due_on": item.due_on.isoformat() if item.due_on else None, "tried_on": day.isoformat()}
    if shot.picture is None:
        row.note = shot.code
        row.facts = {**row.facts, "attempts": row.facts.get("attempts", 0) + 1, "detail": shot.detail}
        ctx.audit("mdf.evidence.picture_not_taken", row, after={"item": item.code, "address": shot.url, "code": shot.code})
        return
    stored = put_object(ctx, shot.picture.data, shot.picture.media_type, width=shot.picture.width, height=shot.picture.height, public=False)
    row.status, row.note = EvidenceStatus.AUTO_ATTACHED, LATE if late > 0 else ""
    row.object_key, row.media_type, row.sha256, row.size = stored.key, stored.media_type, shot.picture.sha256, stored.size
    row.file_name = f"{item.code}.{stored.path.rpartition('.')[2]}"
    row.captured_at = shot.at
    row.facts = {**row.facts, "taken_on": day.isoformat(), "late_days": max(0, late), "width": shot.picture.width, "height": shot.picture.height}
    ctx.audit(
        "mdf.evidence.picture_taken", row, after={"item": item.code, "address": shot.url, "sha256": shot.picture.sha256, "late_days": max(0, late)}
    )


def locked_row(ctx: Ctx, item: EvidenceItem, **values: Any) -> Evidence:
    """The newest row of an item, locked; a new one when there is none."""
    query = select(Evidence).where(Evidence.item_id == item.id).order_by(Evidence.created_at.desc(), Evidence.id.desc()).limit(1)
    row = ctx.session.scalar(query.with_for_update(of=Evidence))
    if row is None:
        row = Evidence(
            id=new_id("evd", int(ctx.now.timestamp() * 1000)),
            partner_id=item.partner_id,
            request_id=item.request_id,
            item_id=item.id,
            item=item,
            status=EvidenceStatus.MISSING,
            facts={},
            created_at=ctx.now,
            **values,
        )
        ctx.session.add(row)
        ctx.session.flush()
    return row
