"""Product lines by name, and the customers the vendor keeps to itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.ids import TypeID
from deals import labels
from deals.models import DirectEngagement, ProductLine
from deals.permissions import Perm
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx


def product_lines(ctx: Ctx) -> list[ProductLine]:
    """All of them, ended ones too, by name in the reader's language."""
    rows = ctx.session.scalars(select(ProductLine))
    return sorted(rows, key=lambda line: (not line.is_active, labels.line_name(line, ctx.locale).casefold()))


def sellable_lines(ctx: Ctx, partner_id: TypeID) -> list[ProductLine]:
    """What a partner may register now."""
    tier = partner_for(ctx, partner_id).tier
    return [line for line in product_lines(ctx) if line.is_active and (not line.tiers or tier in line.tiers)]


def line_names(ctx: Ctx) -> dict[str, str]:
    """By code, in the reader's language."""
    return {line.code: labels.line_name(line, ctx.locale) for line in product_lines(ctx)}


def direct_engagements(ctx: Ctx) -> list[DirectEngagement]:
    """The latest note about each customer, latest contact first; the vendor's side only."""
    ctx.require(Perm.REGISTRATION_DECIDE)
    latest: dict[str, DirectEngagement] = {}
    for note in ctx.session.scalars(select(DirectEngagement).order_by(DirectEngagement.created_at, DirectEngagement.id)):
        latest[note.customer_domain] = note
    return sorted(latest.values(), key=lambda note: (-note.last_contact_on.toordinal(), note.customer_name))
