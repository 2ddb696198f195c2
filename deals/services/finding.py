"""One registration to work on, locked; and what other partners hold, seen without ever handing out their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from core import rls
from core.errors import NotFound
from core.ids import TypeID
from core.programme import programme_of
from deals.models import ProductLine, Registration
from deals.programme import DealTerms
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
    return standing(claimant(ctx, row), _others(ctx, row), programme_of(ctx).section(DealTerms))


RIVALS = rls.door("deals.standing", "Whether somebody else holds the customer decides about protection; only places and keys are compared.")


def _others(ctx: Ctx, row: Registration) -> list[Claimant]:
    """Plain values, read past both locks (core.rls): the only place of the room that looks at rivals."""
    it = Registration
    query = select(it.id, it.customer_key, it.name_key, it.customer_country, it.place, it.protected_until).where(
        it.product_line == row.product_line,
        it.status.in_(LIVE),
        it.partner_id != row.partner_id,
        or_(it.customer_key == row.customer_key, it.customer_country == row.customer_country),
    )
    with rls.seeing_all(ctx.session, RIVALS):
        rows = ctx.session.execute(query).all()
    return [Claimant(str(id_), key, name, country, place or 0, is_protected(until, ctx.now)) for id_, key, name, country, place, until in rows]
