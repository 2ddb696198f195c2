"""MDF: market development funds, from the budget to the paid claim.

Owns budgets and their ledger, requests, the evidence list that an approval fixes, claims, evidence and its signed bundle. Refuses to
own what was measured (engagement), what was shown (syndication) and what was sold (deals).

Where does a euro go? `services/decisions.py` (approval) → `services/ledger.py` (reserved; `models/ledger_guard.py` refuses what does
not follow) → `rules/catalogue.py` (what will prove it, frozen) → the claim → paid, and the rest released.
"""

from core.registry import Registry
from mdf.events import RequestApproved, RequestStatusChanged, RequestSubmitted
from mdf.models import Budget, BudgetStatus, Claim, EntryKind, Evidence, EvidenceItem, FundRequest, LedgerEntry, RequestStatus
from mdf.permissions import Perm
from mdf.rules.kinds import ActivityType, DeclineReason
from mdf.rules.states import RequestAction
from mdf.services.budgets import BudgetDraft, allocate, change_budget_status, create_budget, open_budget
from mdf.services.decisions import close_request, decide_request
from mdf.services.progress import progress_requests
from mdf.services.requests import LineDraft, RequestDraft, answer_request, cancel_request, save_request, submit_request

__all__ = [
    "ActivityType",
    "Budget",
    "BudgetDraft",
    "BudgetStatus",
    "Claim",
    "DeclineReason",
    "EntryKind",
    "Evidence",
    "EvidenceItem",
    "FundRequest",
    "LedgerEntry",
    "LineDraft",
    "Perm",
    "RequestAction",
    "RequestApproved",
    "RequestDraft",
    "RequestStatus",
    "RequestStatusChanged",
    "RequestSubmitted",
    "allocate",
    "answer_request",
    "cancel_request",
    "change_budget_status",
    "close_request",
    "create_budget",
    "decide_request",
    "open_budget",
    "progress_requests",
    "register",
    "save_request",
    "submit_request",
]


def register(registry: Registry) -> None:
    """Hands the room's permissions and pages to the hub."""
    registry.declare(Perm)
