"""Which version is in force: the latest that has begun, by the calendar of the programme's time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ValidationError
from sqlalchemy import select

from core.errors import NotFound
from core.ids import TypeID
from core.programme.models import ProgrammeVersion, VersionStatus
from core.programme.sections import PACKAGED, Programme, declared_sections, packaged

if TYPE_CHECKING:
    from core.ctx import Ctx

_KEY = "core.programme.published"


class Published(NamedTuple):
    """What is needed to choose a version; the rest is read once per process, for it never changes."""

    id: TypeID
    number: int
    effective_on: date
    published_at: datetime


def programme_of(ctx: Ctx, at: datetime | None = None) -> Programme:
    """The version in force at `at` (now, when nothing is said). It begins at midnight in the programme's zone, but never before it was published."""
    at = at or ctx.now
    found = in_force(published(ctx), at, at.astimezone(ctx.clock.zone).date())
    return packaged() if found is None else _loaded(ctx, found)


def programme_version(ctx: Ctx, version: str) -> Programme:
    """A version by its number, whether in force or not: an old decision is taken again with it."""
    if version == PACKAGED:
        return packaged()
    found = next((one for one in published(ctx) if str(one.number) == version), None)
    if found is None:
        raise NotFound("programme version")
    return _loaded(ctx, found)


def in_force(versions: list[Published], at: datetime, today: date) -> Published | None:
    """Of those that have begun, the one with the latest beginning; of two on one day, the later number."""
    begun = [one for one in versions if one.effective_on <= today and one.published_at <= at]
    return max(begun, key=lambda one: (one.effective_on, one.number), default=None)


def published(ctx: Ctx) -> list[Published]:
    """All published versions, asked for once per session."""
    found: list[Published] | None = ctx.session.info.get(_KEY)
    if found is None:
        V = ProgrammeVersion
        query = select(V.id, V.number, V.effective_on, V.published_at).where(V.status == VersionStatus.PUBLISHED)
        found = ctx.session.info[_KEY] = [
            Published(id_, number, effective_on, published_at)
            for id_, number, effective_on, published_at in ctx.session.execute(query)
            if number and effective_on and published_at
        ]
    return found


def forget(ctx: Ctx) -> None:
    """After a publication in this session."""
    ctx.session.info.pop(_KEY, None)


def _loaded(ctx: Ctx, found: Published) -> Programme:
    kept = _KEPT.get(found.id)
    if kept is None:
        content = ctx.session.scalar(select(ProgrammeVersion.content).where(ProgrammeVersion.id == found.id))
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        kept = _KEPT[found.id] = Programme(str(found.number), understood(content or {}), found.effective_on)
    return kept


#: Published versions never change, so a process may keep them.
_KEPT: dict[TypeID, Programme] = {}
_MOST_KEPT = 200


def understood(content: Mapping[str, Any]) -> dict[str, BaseModel]:
    """The stored sections as this release knows them. A field that a later release has dropped is left out, not a reason to stop the hub."""
    return {name: _section(kind, content.get(name) or {}) for name, kind in declared_sections()}


def _section(kind: type[BaseModel], values: Mapping[str, Any]) -> BaseModel:
    known = {key: value for key, value in values.items() if key in kind.model_fields}
    while True:
        try:
            return kind.model_validate(known)
        except ValidationError as error:
            odd = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]} & known.keys()
            if not odd:
                return kind()
            known = {key: value for key, value in known.items() if key not in odd}
