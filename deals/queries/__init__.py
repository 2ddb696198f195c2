"""Reads of the deals room."""

from deals.queries.numbers import DealLine, deal_lines
from deals.queries.product_lines import direct_engagements, line_names, product_lines, sellable_lines
from deals.queries.registrations import (
    DealFilter,
    DealPage,
    counts_by_view,
    registration_for,
    registration_of_lead,
    registrations_page,
    views_of,
    waiting_counts,
)
from deals.queries.standing import protected_class, rivals_for_desk

__all__ = [
    "DealFilter",
    "DealLine",
    "DealPage",
    "counts_by_view",
    "deal_lines",
    "direct_engagements",
    "line_names",
    "product_lines",
    "protected_class",
    "registration_for",
    "registration_of_lead",
    "registrations_page",
    "rivals_for_desk",
    "sellable_lines",
    "views_of",
    "waiting_counts",
]
