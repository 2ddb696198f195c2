"""One registration to work on, locked; and what other partners hold, seen without ever handing out their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from core.errors import NotFound
from core.ids import TypeID
from deals.models import ProductLine, Registration
from deals.rules.conflicts import Claimant, Standing, standing
from deals.rules.protection import is_protected
from deals.rules.states import LIVE

if TYPE_CHECKING:
    from core.ctx import Ctx


def registration_for_change(ctx: Ctx, registration_id: TypeID) -> Registration:
    """The row, locked and as it is now. Another partner's does not exist."""
    query = select(Registration).where(Registration.id == registration_id)
    row = ctx.session.scalar(query.with_for_update(of=Registration).execution_options(populate_existing=True))
    if row is None:
        raise NotFound("registration")
    return row


def lock_line(ctx: Ctx, code: str) -> ProductLine | None:
    """The product line's row, which everybody takes first who submits or decides: nobody is compared with what is about to change.

    Always before the registration, so that two of them never wait for each other.
    """
    query = select(ProductLine).where(ProductLine.code == code)
    return ctx.session.scalar(query.with_for_update(of=ProductLine).execution_options(populate_existing=True))


def claimant(ctx: Ctx, row: Registration) -> Claimant:
    return Claimant(str(row.id), row.customer_key, row.name_key, row.customer_country, row.place or 0, is_protected(row.protected_until, ctx.now))


def standing_of(ctx: Ctx, row: Registration) -> Standing:
    """How the registration stands beside those of other partners. Ids in it are for the vendor's side only."""
    return standing(claimant(ctx, row), _others(ctx, row))


def _others(ctx: Ctx, row: Registration) -> list[Claimant]:
    """Read past the narrowing to one partner (core.scoping), as plain values: the only place of the room that looks at rivals."""
    table = Registration.__table__.c
    query = select(table.id, table.customer_key, table.name_key, table.customer_country, table.place, table.protected_until).where(
        table.product_line == row.product_line,
        table.status.in_(LIVE),
        table.partner_id != row.partner_id,
        or_(table.customer_key == row.customer_key, table.customer_country == row.customer_country),
    )
    return [
        Claimant(str(id_), key, name, country, place or 0, is_protected(until, ctx.now))
        for id_, key, name, country, place, until in ctx.session.execute(query)
    ]
