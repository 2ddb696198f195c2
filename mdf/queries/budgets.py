"""Budgets: the vendor sees all, a partner those it may ask from. What is left in one is for the vendor alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import NotFound
from core.ids import TypeID
from mdf.models import Budget, BudgetStatus
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx


def budgets_for(ctx: Ctx) -> list[Budget]:
    """Newest quarter first."""
    return list(ctx.session.scalars(select(Budget).order_by(Budget.quarter.desc(), Budget.name, Budget.id)))


def budget_for(ctx: Ctx, budget_id: TypeID) -> Budget:
    """For the vendor's pages, and for whoever came here from a request that names it."""
    budget = ctx.session.get(Budget, budget_id)
    if budget is None:
        raise NotFound("budget")
    return budget


def open_budgets(ctx: Ctx, partner_id: TypeID) -> list[Budget]:
    """What the partner can ask from today: open, of its region or of all, not past its last day."""
    region = partner_for(ctx, partner_id).region
    query = select(Budget).where(Budget.status == BudgetStatus.OPEN, Budget.region.in_(("", region)), Budget.closes_on >= ctx.today)
    return list(ctx.session.scalars(query.order_by(Budget.opens_on, Budget.name, Budget.id)))
