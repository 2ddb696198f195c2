"""Reads of the deals room."""

from deals.queries.lines import DealLine, deal_lines

__all__ = ["DealLine", "deal_lines"]
