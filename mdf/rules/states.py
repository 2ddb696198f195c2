"""States of budgets, requests, claims and evidence (requirements, section 6) and the allowed changes."""

from enum import StrEnum

from core.states import StateTable, Step

_EDIT, _DECIDE = "mdf:request:edit", "mdf:request:decide"
_CLAIM, _REVIEW, _PAY = "mdf:claim:edit", "mdf:claim:decide", "mdf:claim:pay"
#: Of whoever judges the appeal against a decision.
_APPEAL = "core:appeal:decide"


class BudgetStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    FROZEN = "frozen"
    CLOSED = "closed"


class RequestStatus(StrEnum):
    """The pre-approval: permission to spend before the activity."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    INFO_REQUESTED = "info_requested"
    APPROVED = "approved"
    PARTIALLY_APPROVED = "partially_approved"
    CHANGES_REQUESTED = "changes_requested"
    DECLINED = "declined"
    EXECUTING = "executing"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class RequestAction(StrEnum):
    SUBMIT = "submit"
    TAKE = "take"
    ASK = "ask"
    ANSWER = "answer"
    APPROVE = "approve"
    APPROVE_PARTLY = "approve_partly"
    RETURN = "return"
    DECLINE = "decline"
    START = "start"
    CLOSE = "close"
    CANCEL = "cancel"
    LAPSE = "lapse"
    REOPEN = "reopen"


class ClaimStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    INFO_REQUESTED = "info_requested"
    APPROVED = "approved"
    PARTIALLY_APPROVED = "partially_approved"
    REJECTED = "rejected"
    AWAITING_FUNDS = "awaiting_funds"
    PAID = "paid"
    CANCELLED = "cancelled"


class ClaimAction(StrEnum):
    SUBMIT = "submit"
    TAKE = "take"
    ASK = "ask"
    ANSWER = "answer"
    APPROVE = "approve"
    APPROVE_PARTLY = "approve_partly"
    REJECT = "reject"
    RELEASE_PAYMENT = "release_payment"
    PAY = "pay"
    CANCEL = "cancel"
    REOPEN = "reopen"


class EvidenceStatus(StrEnum):
    """`auto_attached`: measured by the hub itself; `missing`: required and nobody has given it yet."""

    MISSING = "missing"
    ATTACHED = "attached"
    AUTO_ATTACHED = "auto_attached"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WAIVED = "waived"


_R, _RA = RequestStatus, RequestAction
_OPEN_REQUEST = (_R.SUBMITTED, _R.IN_REVIEW)
REQUESTS: StateTable[RequestStatus, RequestAction] = StateTable(
    (
        Step(_R.DRAFT, _RA.SUBMIT, _R.SUBMITTED, _EDIT),
        Step(_R.CHANGES_REQUESTED, _RA.SUBMIT, _R.SUBMITTED, _EDIT),
        Step(_R.SUBMITTED, _RA.TAKE, _R.IN_REVIEW, _DECIDE),
        *(Step(origin, _RA.ASK, _R.INFO_REQUESTED, _DECIDE, needs_reason=True) for origin in _OPEN_REQUEST),
        Step(_R.INFO_REQUESTED, _RA.ANSWER, _R.IN_REVIEW, _EDIT, needs_reason=True),
        *(Step(origin, _RA.APPROVE, _R.APPROVED, _DECIDE) for origin in _OPEN_REQUEST),
        *(Step(origin, _RA.APPROVE_PARTLY, _R.PARTIALLY_APPROVED, _DECIDE, needs_reason=True) for origin in _OPEN_REQUEST),
        *(Step(origin, _RA.RETURN, _R.CHANGES_REQUESTED, _DECIDE, needs_reason=True) for origin in _OPEN_REQUEST),
        *(Step(origin, _RA.DECLINE, _R.DECLINED, _DECIDE, needs_reason=True) for origin in _OPEN_REQUEST),
        *(Step(origin, _RA.START, _R.EXECUTING, _EDIT) for origin in (_R.APPROVED, _R.PARTIALLY_APPROVED)),
        *(
            Step(origin, _RA.CANCEL, _R.CANCELLED, _EDIT, needs_reason=True)
            for origin in (
                _R.DRAFT,
                _R.SUBMITTED,
                _R.IN_REVIEW,
                _R.INFO_REQUESTED,
                _R.CHANGES_REQUESTED,
                _R.APPROVED,
                _R.PARTIALLY_APPROVED,
                _R.EXECUTING,
            )
        ),
        *(Step(origin, _RA.CLOSE, _R.CLOSED, _DECIDE) for origin in (_R.APPROVED, _R.PARTIALLY_APPROVED, _R.EXECUTING)),
        *(Step(origin, _RA.LAPSE, _R.LAPSED, _DECIDE) for origin in (_R.APPROVED, _R.PARTIALLY_APPROVED, _R.EXECUTING)),
        Step(_R.DECLINED, _RA.REOPEN, _R.IN_REVIEW, _APPEAL),
    )
)

#: Money is reserved, activity and claims are possible.
FUNDED = (_R.APPROVED, _R.PARTIALLY_APPROVED, _R.EXECUTING)

_C, _CA = ClaimStatus, ClaimAction
_OPEN_CLAIM = (_C.SUBMITTED, _C.IN_REVIEW)
CLAIMS: StateTable[ClaimStatus, ClaimAction] = StateTable(
    (
        Step(_C.DRAFT, _CA.SUBMIT, _C.SUBMITTED, _CLAIM),
        Step(_C.SUBMITTED, _CA.TAKE, _C.IN_REVIEW, _REVIEW),
        *(Step(origin, _CA.ASK, _C.INFO_REQUESTED, _REVIEW, needs_reason=True) for origin in _OPEN_CLAIM),
        Step(_C.INFO_REQUESTED, _CA.ANSWER, _C.IN_REVIEW, _CLAIM, needs_reason=True),
        *(Step(origin, _CA.APPROVE, _C.APPROVED, _REVIEW) for origin in _OPEN_CLAIM),
        *(Step(origin, _CA.APPROVE_PARTLY, _C.PARTIALLY_APPROVED, _REVIEW, needs_reason=True) for origin in _OPEN_CLAIM),
        *(Step(origin, _CA.REJECT, _C.REJECTED, _REVIEW, needs_reason=True) for origin in _OPEN_CLAIM),
        *(Step(origin, _CA.RELEASE_PAYMENT, _C.AWAITING_FUNDS, _PAY) for origin in (_C.APPROVED, _C.PARTIALLY_APPROVED)),
        *(Step(origin, _CA.PAY, _C.PAID, _PAY) for origin in (_C.APPROVED, _C.PARTIALLY_APPROVED, _C.AWAITING_FUNDS)),
        *(Step(origin, _CA.CANCEL, _C.CANCELLED, _CLAIM, needs_reason=True) for origin in (_C.DRAFT, _C.SUBMITTED, _C.INFO_REQUESTED)),
        Step(_C.REJECTED, _CA.REOPEN, _C.IN_REVIEW, _APPEAL),
    )
)
