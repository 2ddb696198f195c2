"""States of a deal registration (requirements, section 6) and the allowed changes. The sales stage is the partner's own and no part of it."""

from enum import StrEnum

from core.states import StateTable, Step

_EDIT, _DECIDE = "deals:registration:edit", "deals:registration:decide"


class DealStatus(StrEnum):
    """Owned by the vendor; the values stand in exports."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    INFO_REQUESTED = "info_requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    RELEASED = "released"
    WON = "won"
    LOST = "lost"


class DealAction(StrEnum):
    SUBMIT = "submit"
    TAKE = "take"
    ASK = "ask"
    ANSWER = "answer"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    RELEASE = "release"
    EXPIRE = "expire"
    REOPEN = "reopen"
    WIN = "win"
    LOSE = "lose"


_S, _A = DealStatus, DealAction
#: With the vendor, undecided.
_WITH_VENDOR = (_S.SUBMITTED, _S.IN_REVIEW)
DEALS: StateTable[DealStatus, DealAction] = StateTable(
    (
        Step(_S.DRAFT, _A.SUBMIT, _S.SUBMITTED, _EDIT),
        Step(_S.SUBMITTED, _A.TAKE, _S.IN_REVIEW, _DECIDE),
        *(Step(origin, _A.ASK, _S.INFO_REQUESTED, _DECIDE, needs_reason=True) for origin in _WITH_VENDOR),
        Step(_S.INFO_REQUESTED, _A.ANSWER, _S.IN_REVIEW, _EDIT, needs_reason=True),
        *(Step(origin, _A.APPROVE, _S.APPROVED, _DECIDE) for origin in _WITH_VENDOR),
        *(Step(origin, _A.REJECT, _S.REJECTED, _DECIDE, needs_reason=True) for origin in (*_WITH_VENDOR, _S.INFO_REQUESTED)),
        Step(_S.DRAFT, _A.WITHDRAW, _S.RELEASED, _EDIT),
        *(Step(origin, _A.WITHDRAW, _S.RELEASED, _EDIT, needs_reason=True) for origin in (*_WITH_VENDOR, _S.INFO_REQUESTED)),
        Step(_S.APPROVED, _A.WIN, _S.WON, _EDIT),
        Step(_S.APPROVED, _A.LOSE, _S.LOST, _EDIT, needs_reason=True),
        Step(_S.APPROVED, _A.WITHDRAW, _S.RELEASED, _EDIT, needs_reason=True),
        Step(_S.APPROVED, _A.RELEASE, _S.RELEASED, _DECIDE, needs_reason=True),
        Step(_S.APPROVED, _A.EXPIRE, _S.EXPIRED, _DECIDE),
        Step(_S.REJECTED, _A.REOPEN, _S.IN_REVIEW, "core:appeal:decide"),
    )
)

#: Holds a place in the queue for the customer: from submission until it ends.
LIVE = (*_WITH_VENDOR, _S.INFO_REQUESTED, _S.APPROVED)
ENDED = (_S.REJECTED, _S.EXPIRED, _S.RELEASED, _S.WON, _S.LOST)


def whose_turn(status: DealStatus) -> str:
    """`partner`, `vendor` or `nobody`."""
    if status in _WITH_VENDOR:
        return "vendor"
    return "partner" if status in (_S.DRAFT, _S.INFO_REQUESTED, _S.APPROVED) else "nobody"
