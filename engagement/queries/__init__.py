"""Reads of this room. Never writes; partner and vendor are answered by the same functions (A-60)."""

from engagement.queries.leads import LeadFilter, LeadPage, lead_for, leads_page
from engagement.queries.results import Results, Row, Scope, counted_until, results_for
from engagement.queries.totals import counts_by_day, counts_by_partner, counts_by_placement, leads_by_campaign

__all__ = [
    "LeadFilter",
    "LeadPage",
    "Results",
    "Row",
    "Scope",
    "counted_until",
    "counts_by_day",
    "counts_by_partner",
    "counts_by_placement",
    "lead_for",
    "leads_by_campaign",
    "leads_page",
    "results_for",
]
