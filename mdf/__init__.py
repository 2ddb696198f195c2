"""MDF: market development funds, from the budget to the paid claim.

Owns budgets and their ledger, requests, the evidence list that an approval fixes, claims, evidence and its signed bundle. Refuses to
own what was measured (engagement), what was shown (syndication) and what was sold (deals).

Where does a euro go? `services/decisions.py` (approval) → `services/ledger.py` (reserved; `models/guards.py` refuses what does
not follow) → `rules/catalogue.py` (what will prove it, frozen) → the claim → paid, and the rest released.
"""

from core.i18n import lazy_gettext as _l
from core.registry import Registry
from mdf.claim_events import ClaimDecided, ClaimPaid, ClaimSubmitted
from mdf.events import RequestApproved, RequestStatusChanged, RequestSubmitted
from mdf.models import Budget, BudgetStatus, Claim, ClaimStatus, EntryKind, Evidence, EvidenceItem, FundRequest, LedgerEntry, RequestStatus
from mdf.permissions import Perm
from mdf.rules.claims import ClaimReason, ProofVerdict
from mdf.rules.kinds import ActivityType, DeclineReason
from mdf.rules.states import ClaimAction, RequestAction
from mdf.services.budgets import BudgetDraft, allocate, change_budget_status, create_budget, open_budget
from mdf.services.claim_drafts import ClaimDraft, ClaimLineDraft
from mdf.services.claim_files import attach_upload, remove_upload
from mdf.services.claims import answer_claim, cancel_claim, open_claim, save_claim, submit_claim
from mdf.services.decisions import close_request, decide_request
from mdf.services.payment import pay_claim, release_payment
from mdf.services.progress import progress_requests
from mdf.services.requests import LineDraft, RequestDraft, answer_request, cancel_request, save_request, submit_request
from mdf.services.review import accept_open, ask_claim, decide_claim, judge_evidence, take_claim

__all__ = [
    "ActivityType",
    "Budget",
    "BudgetDraft",
    "BudgetStatus",
    "Claim",
    "ClaimAction",
    "ClaimDecided",
    "ClaimDraft",
    "ClaimLineDraft",
    "ClaimPaid",
    "ClaimReason",
    "ClaimStatus",
    "ClaimSubmitted",
    "DeclineReason",
    "EntryKind",
    "Evidence",
    "EvidenceItem",
    "FundRequest",
    "LedgerEntry",
    "LineDraft",
    "Perm",
    "ProofVerdict",
    "RequestAction",
    "RequestApproved",
    "RequestDraft",
    "RequestStatus",
    "RequestStatusChanged",
    "RequestSubmitted",
    "accept_open",
    "allocate",
    "answer_claim",
    "answer_request",
    "ask_claim",
    "attach_upload",
    "cancel_claim",
    "cancel_request",
    "change_budget_status",
    "close_request",
    "create_budget",
    "decide_claim",
    "decide_request",
    "judge_evidence",
    "open_budget",
    "open_claim",
    "pay_claim",
    "progress_requests",
    "register",
    "release_payment",
    "remove_upload",
    "save_claim",
    "save_request",
    "submit_claim",
    "submit_request",
    "take_claim",
]


def register(registry: Registry) -> None:
    """Hands the room's permissions and pages to the hub."""
    from mdf import (  # noqa: F401 - declares what links can do and what is found
        decisions,
        notices,
        programme_words,
        search,
        signed_actions,
        turns,
    )
    from mdf.services import reopening  # noqa: F401 - registers what an overturned decision means
    from mdf.views import BLUEPRINTS, claim_slots

    registry.declare(Perm)
    for blueprint in BLUEPRINTS:
        registry.blueprint(blueprint)
    registry.nav("portal", "funds", _l("Funds"), "funds.index", Perm.REQUEST_READ, 70, "funds")
    registry.nav("desk", "funds", _l("Funds"), "desk_funds.index", Perm.REQUEST_READ, 70, "funds")
    registry.slot("fund_request_actions", claim_slots.actions)
    registry.slot("fund_request_page", claim_slots.claims_of)
