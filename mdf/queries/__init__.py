"""What pages and other rooms read, always narrowed to the actor."""

from mdf.queries.budgets import budget_for, budgets_for, open_budgets
from mdf.queries.ledger import FundLine, Held, balances_by_budget, balances_of, entries_of, fund_lines, held_by

__all__ = [
    "FundLine",
    "Held",
    "balances_by_budget",
    "balances_of",
    "budget_for",
    "budgets_for",
    "entries_of",
    "fund_lines",
    "held_by",
    "open_budgets",
]
