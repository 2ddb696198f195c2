"""What pages and other rooms read, always narrowed to the actor."""

from mdf.queries.budgets import budget_for, budgets_for, open_budgets
from mdf.queries.ledger import FundLine, Held, balances_by_budget, balances_of, entries_of, fund_lines, held_by
from mdf.queries.requests import RequestFilter, RequestPage, counts_by_view, funded_requests, request_for, requests_page

__all__ = [
    "FundLine",
    "Held",
    "RequestFilter",
    "RequestPage",
    "balances_by_budget",
    "balances_of",
    "budget_for",
    "budgets_for",
    "counts_by_view",
    "entries_of",
    "fund_lines",
    "funded_requests",
    "held_by",
    "open_budgets",
    "request_for",
    "requests_page",
]
