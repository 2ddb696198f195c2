"""Reads of this room. Never writes; partner and vendor are answered by the same functions (A-60)."""

from engagement.queries.leads import LeadFilter, LeadPage, lead_for, leads_page
from engagement.queries.results import Results, Row, Scope, results_for

__all__ = ["LeadFilter", "LeadPage", "Results", "Row", "Scope", "lead_for", "leads_page", "results_for"]
