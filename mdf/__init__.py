"""MDF: market development funds, from the budget to the paid claim.

Owns budgets and their ledger, requests, the evidence list that an approval fixes, claims, evidence and its signed bundle. Refuses to
own what was measured (engagement), what was shown (syndication) and what was sold (deals).
"""

from core.registry import Registry
from mdf.models import Budget, Claim, Evidence, EvidenceItem, FundRequest, LedgerEntry
from mdf.permissions import Perm

__all__ = ["Budget", "Claim", "Evidence", "EvidenceItem", "FundRequest", "LedgerEntry", "Perm", "register"]


def register(registry: Registry) -> None:
    """Hands the room's permissions and pages to the hub."""
    registry.declare(Perm)
