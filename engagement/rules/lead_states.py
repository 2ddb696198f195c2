"""The states of a lead (requirements, section 6) as one table: services go through it, the page asks it which buttons to show.

Routing to other partners, its timers and declining come with the routing rules; a partner's own lead needs none of them.
"""

from dataclasses import dataclass
from enum import StrEnum

_EDIT = "engagement:lead:edit"


class LeadStatus(StrEnum):
    """Stored with each lead; the values stand in exports and in the CRM."""

    NEW = "new"
    ROUTED = "routed"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    CONVERTED = "converted"
    LOST = "lost"
    DECLINED = "declined"
    EXPIRED = "expired"
    SPAM = "spam"


class LeadAction(StrEnum):
    """What can be done to a lead."""

    ACCEPT = "accept"
    CONTACT = "contact"
    QUALIFY = "qualify"
    CONVERT = "convert"
    LOSE = "lose"
    MARK_SPAM = "mark_spam"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed change. `needs_reason`: the reason is kept with the lead."""

    origin: LeadStatus
    action: LeadAction
    target: LeadStatus
    permission: str = _EDIT
    needs_reason: bool = False


_S, _A = LeadStatus, LeadAction
TABLE: tuple[Step, ...] = (
    Step(_S.NEW, _A.ACCEPT, _S.ACCEPTED),
    Step(_S.ROUTED, _A.ACCEPT, _S.ACCEPTED),
    Step(_S.ACCEPTED, _A.CONTACT, _S.CONTACTED),
    Step(_S.CONTACTED, _A.QUALIFY, _S.QUALIFIED),
    Step(_S.QUALIFIED, _A.CONVERT, _S.CONVERTED),
    *(Step(origin, _A.LOSE, _S.LOST, needs_reason=True) for origin in (_S.ACCEPTED, _S.CONTACTED, _S.QUALIFIED)),
    *(Step(origin, _A.MARK_SPAM, _S.SPAM) for origin in (_S.NEW, _S.ROUTED, _S.ACCEPTED)),
    Step(_S.SPAM, _A.RESTORE, _S.NEW),
)


#: States in which it is known who the person is: the partner has taken the lead on (N-09).
KNOWN = frozenset({_S.ACCEPTED, _S.CONTACTED, _S.QUALIFIED, _S.CONVERTED, _S.LOST})


def is_contact_known(status: LeadStatus) -> bool:
    """Before acceptance nobody sees whom to contact: not the partner, not the vendor, in no list, file, search or mail."""
    return status in KNOWN


def steps_from(status: LeadStatus, permissions: frozenset[str]) -> tuple[Step, ...]:
    """What the page may offer."""
    return tuple(step for step in TABLE if step.origin is status and step.permission in permissions)


def step_for(status: LeadStatus, action: LeadAction) -> Step | None:
    """The step from here, or None when it is not possible now."""
    return next((step for step in TABLE if step.origin is status and step.action is action), None)


def whose_turn(status: LeadStatus) -> str:
    """`partner` while somebody has to act, else `nobody`."""
    return "partner" if status in (_S.NEW, _S.ROUTED, _S.ACCEPTED, _S.CONTACTED, _S.QUALIFIED) else "nobody"
