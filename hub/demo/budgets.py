"""Budgets of the demo: one for each region, in its own currency."""

from __future__ import annotations

from datetime import date, timedelta

from core.ctx import Ctx
from hub.demo.world import DAYS
from mdf import BudgetDraft, create_budget, open_budget

#: (key, name, region, currency, what is allocated in minor units)
BUDGETS = (
    ("dach", "DACH", "dach", "EUR", 6_000_000),
    ("uki", "United Kingdom and Ireland", "uki", "GBP", 2_500_000),
    ("mea", "Middle East and Africa", "mea", "AED", 9_000_000),
    ("japac", "Japan and Pacific", "japac", "JPY", 4_500_000),
)


def open_budgets(ctx: Ctx, last_day: date) -> dict[str, str]:
    """In the first reviewer's name. Wide enough for activities that whoever tries the demo plans for months ahead."""
    quarter = f"{last_day.year}-Q{(last_day.month - 1) // 3 + 1}"
    opens_on, closes_on = last_day - timedelta(days=DAYS + 10), last_day + timedelta(days=365)
    made = {}
    for key, name, region, currency, amount in BUDGETS:
        budget = create_budget(ctx, BudgetDraft(name, quarter, currency, opens_on, closes_on, region, 50, amount))
        open_budget(ctx, budget.id)
        made[key] = str(budget.id)
    return made
