"""The list of customers the vendor talks to itself, with the time at which each note was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from deals.models import DirectEngagement

if TYPE_CHECKING:
    from core.ctx import Ctx

#: The latest notes about one customer; older ones decide nothing.
_NOTES = 20


def contacts_of(ctx: Ctx, customer_key: str) -> list[dict[str, object]]:
    """For the rules: day of the contact and when it was noted, the latest note first."""
    query = select(DirectEngagement.last_contact_on, DirectEngagement.created_at).where(DirectEngagement.customer_domain == customer_key)
    rows = ctx.session.execute(query.order_by(DirectEngagement.created_at.desc()).limit(_NOTES))
    return [{"contact_on": row.last_contact_on, "noted_at": row.created_at} for row in rows]
