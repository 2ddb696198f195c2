"""What ids are called, in the reader's language: for tables that hold many of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.ids import TypeID
from partners import Partner
from syndication import Asset, Placement, text_for

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True, slots=True)
class Name:
    """`lang` and `direction` when the words are content in its own language."""

    text: str
    sub: str = ""
    lang: str | None = None
    direction: str | None = None


def placement_names(ctx: Ctx, ids: Iterable[str]) -> dict[str, Name]:
    wanted = list(dict.fromkeys(ids))
    rows = ctx.session.scalars(select(Placement).where(Placement.id.in_(wanted))) if wanted else ()
    return {str(row.id): Name(row.name, row.site) for row in rows}


def asset_names(ctx: Ctx, ids: Iterable[str]) -> dict[str, Name]:
    """Titles in the reader's language, else in the asset's own."""
    wanted = list(dict.fromkeys(ids))
    found = {}
    for asset in ctx.session.scalars(select(Asset).where(Asset.id.in_(wanted))) if wanted else ():
        text = text_for(asset, ctx.locale) or next(iter(asset.localizations), None)
        found[str(asset.id)] = Name(text.title, "", text.locale, text.direction) if text else Name(asset.slug)
    return found


def partner_names(ctx: Ctx, ids: Iterable[str]) -> dict[str, Name]:
    wanted = [TypeID.parse(one, "prt") for one in dict.fromkeys(ids)]
    rows = ctx.session.scalars(select(Partner).where(Partner.id.in_(wanted))) if wanted else ()
    return {str(row.id): Name(row.display_name, row.country) for row in rows}
