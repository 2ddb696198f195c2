"""The library of assets: filtered, searched, in cursor pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import selectinload

from core.errors import NotFound
from core.ids import TypeID
from syndication.models import Asset, CollectionItem, Localization
from syndication.rules import AssetStatus

if TYPE_CHECKING:
    from core.ctx import Ctx

PAGE = 24


@dataclass(frozen=True)
class LibraryFilter:
    """The filter as it stands in the address; empty means any."""

    status: str = ""
    content_type: str = ""
    locale: str = ""
    collection: str = ""
    text: str = ""


@dataclass(frozen=True)
class LibraryPage:
    """One page; `next_cursor` and `previous_cursor` are the ids to go on from, None at the ends."""

    assets: tuple[Asset, ...]
    total: int
    next_cursor: TypeID | None
    previous_cursor: TypeID | None


def library_page(ctx: Ctx, wanted: LibraryFilter, *, after: TypeID | None = None, before: TypeID | None = None, size: int = PAGE) -> LibraryPage:
    """Newest first by id, which is by the time an asset came in; a cursor never skips or repeats a row."""
    conditions = _conditions(wanted)
    total = ctx.session.scalar(select(func.count()).select_from(Asset).where(*conditions)) or 0
    # A list shows titles: the texts of 24 assets in twelve languages would be megabytes.
    query: Select[Any] = select(Asset).where(*conditions).options(selectinload(Asset.localizations).defer(Localization.body_html))
    if before is not None:
        rows = list(ctx.session.scalars(query.where(Asset.id > before).order_by(Asset.id).limit(size + 1)).unique())
        more, rows = len(rows) > size, rows[:size][::-1]
        return LibraryPage(tuple(rows), total, rows[-1].id if rows else None, rows[0].id if more else None)
    if after is not None:
        query = query.where(Asset.id < after)
    rows = list(ctx.session.scalars(query.order_by(Asset.id.desc()).limit(size + 1)).unique())
    more, rows = len(rows) > size, rows[:size]
    return LibraryPage(tuple(rows), total, rows[-1].id if more else None, rows[0].id if after is not None and rows else None)


def lately_published(ctx: Ctx, limit: int) -> list[Asset]:
    """The newest of what is out, by the moment it came out."""
    query = select(Asset).where(Asset.status == AssetStatus.PUBLISHED).order_by(Asset.published_at.desc(), Asset.id.desc())
    return list(ctx.session.scalars(query.options(selectinload(Asset.localizations).defer(Localization.body_html)).limit(limit)).unique())


def _conditions(wanted: LibraryFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status in set(AssetStatus):
        conditions.append(Asset.status == AssetStatus(wanted.status))
    if wanted.content_type:
        conditions.append(Asset.content_type == wanted.content_type)
    if wanted.locale:
        conditions.append(_has_text(Localization.locale == wanted.locale))
    if wanted.collection:
        conditions.append(_in_collection(wanted.collection))
    if wanted.text.strip():
        like = f"%{_escaped(wanted.text.strip())}%"
        matches = or_(Localization.title.ilike(like, escape="\\"), Localization.summary.ilike(like, escape="\\"))
        conditions.append(or_(_has_text(matches), Asset.external_key.ilike(like, escape="\\")))
    return conditions


def _has_text(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Localization.asset_id == Asset.id, condition)


def _in_collection(text: str) -> ColumnElement[bool]:
    try:
        collection_id = TypeID.parse(text, "col")
    except ValueError:
        return Asset.id.is_(None)
    return exists().where(CollectionItem.asset_id == Asset.id, CollectionItem.collection_id == collection_id)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def facets_of(ctx: Ctx) -> tuple[list[str], list[str]]:
    """The content types and locales that occur, for the filter."""
    types = ctx.session.scalars(select(Asset.content_type).distinct().order_by(Asset.content_type))
    locales = ctx.session.scalars(select(Localization.locale).distinct().order_by(Localization.locale))
    return list(types), list(locales)


def asset_for(ctx: Ctx, asset_id: TypeID) -> Asset:
    """One asset; NotFound when there is none. A partner sees assets through `assets_for_partner` only."""
    asset = ctx.session.get(Asset, asset_id) if ctx.actor.partner_id is None else None
    if asset is None:
        raise NotFound("asset")
    return asset


def asset_by_key(ctx: Ctx, key: str) -> Asset:
    """An asset by TypeID, external key or slug, as people type it at the command line."""
    try:
        return asset_for(ctx, TypeID.parse(key, "ast"))
    except ValueError:
        pass
    found = ctx.session.scalars(select(Asset).where(or_(Asset.external_key == key, Asset.slug == key)).limit(2)).unique().all()
    if len(found) != 1:
        raise NotFound("asset")
    return found[0]
