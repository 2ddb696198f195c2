"""Tables of the MDF room. No decision lives here."""

from mdf.models.budgets import Budget, LedgerEntry
from mdf.models.claims import Claim, ClaimLine, Evidence
from mdf.models.requests import EvidenceItem, FundedPlacement, FundRequest, RequestLine
from mdf.rules.kinds import ActivityType, EntryKind, EvidenceKind, Provider
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
