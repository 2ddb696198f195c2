"""Tables of the MDF room. No decision lives here."""

from mdf.models.budgets import Budget, EntryKind, LedgerEntry
from mdf.models.claims import Claim, ClaimLine, Evidence
from mdf.models.requests import ActivityType, EvidenceItem, EvidenceKind, FundedPlacement, FundRequest, Provider, RequestLine
from mdf.rules.states import BudgetStatus, ClaimStatus, EvidenceStatus, RequestStatus

__all__ = [
    "ActivityType",
    "Budget",
    "BudgetStatus",
    "Claim",
    "ClaimLine",
    "ClaimStatus",
    "EntryKind",
    "Evidence",
    "EvidenceItem",
    "EvidenceKind",
    "EvidenceStatus",
    "FundRequest",
    "FundedPlacement",
    "LedgerEntry",
    "Provider",
    "RequestLine",
    "RequestStatus",
]
