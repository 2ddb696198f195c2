"""Reads for the programme's pages: all versions, all drafts, who wrote them. Never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.accounts import User
from core.errors import NotFound
from core.ids import TypeID
from core.programme.models import ProgrammeVersion, VersionStatus
from core.programme.reading import programme_of, programme_version, published
from core.programme.sections import PACKAGED, Programme

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class VersionLine:
    """One version as a list shows it; the packaged one has neither day nor author. `state`: in_force, announced, past or replaced."""

    version: str
    state: str
    effective_on: date | None = None
    note: str = ""
    reason: str = ""
    published_at: datetime | None = None
    published_by: str = ""


def versions(ctx: Ctx) -> list[VersionLine]:
    """The newest first, the packaged one last."""
    rows = ctx.session.scalars(
        select(ProgrammeVersion).where(ProgrammeVersion.status == VersionStatus.PUBLISHED).order_by(ProgrammeVersion.number.desc())
    ).all()
    names = people(ctx, [row.published_by for row in rows])
    current = programme_of(ctx).version
    found = [
        VersionLine(
            str(row.number),
            _state(ctx, row, rows, current),
            row.effective_on,
            row.note,
            row.short_notice_reason,
            row.published_at,
            names.get(row.published_by or "", ""),
        )
        for row in rows
    ]
    return [*found, VersionLine(PACKAGED, "in_force" if current == PACKAGED else "past")]


def _state(ctx: Ctx, row: ProgrammeVersion, rows: object, current: str) -> str:
    if str(row.number) == current:
        return "in_force"
    later = any(one.effective_on == row.effective_on and (one.number or 0) > (row.number or 0) for one in rows)  # type: ignore[attr-defined]
    if later:
        return "replaced"
    return "announced" if row.effective_on is not None and row.effective_on > ctx.today else "past"


def drafts(ctx: Ctx) -> list[ProgrammeVersion]:
    """The one changed last first."""
    query = select(ProgrammeVersion).where(ProgrammeVersion.status == VersionStatus.DRAFT)
    return list(ctx.session.scalars(query.order_by(ProgrammeVersion.changed_at.desc(), ProgrammeVersion.id.desc()).limit(100)))


def draft_for(ctx: Ctx, draft_id: TypeID) -> ProgrammeVersion:
    row = ctx.session.get(ProgrammeVersion, draft_id)
    if row is None:
        raise NotFound("programme version")
    return row


def version_row(ctx: Ctx, version: str) -> ProgrammeVersion | None:
    """The row of a published version; None for the packaged one. NotFound when there is no such version."""
    if version == PACKAGED:
        return None
    row = (
        ctx.session.scalar(select(ProgrammeVersion).where(ProgrammeVersion.number == int(version)))
        if version.isdecimal() and len(version) < 9
        else None
    )
    if row is None:
        raise NotFound("programme version")
    return row


def version_before_number(ctx: Ctx, number: int) -> Programme:
    """The version that this one followed: of those published earlier, the one in force on its first day."""
    mine = next((one for one in published(ctx) if one.number == number), None)
    if mine is None:
        raise NotFound("programme version")
    earlier = [one for one in published(ctx) if one.number < number and one.effective_on <= mine.effective_on]
    found = max(earlier, key=lambda one: (one.effective_on, one.number), default=None)
    return programme_version(ctx, str(found.number) if found else PACKAGED)


def people(ctx: Ctx, ids: list[TypeID | None]) -> dict[str, str]:
    """Names by id; somebody who was erased has none."""
    wanted = {one for one in ids if one is not None}
    rows = ctx.session.execute(select(User.id, User.name).where(User.id.in_(wanted))) if wanted else ()
    return {str(id_): str(name) for id_, name in rows}
