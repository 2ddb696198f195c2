"""Facts about claims that other rooms may hear. Amounts in minor units of `currency`."""

from dataclasses import dataclass

from core.events import event


@event("mdf.claim_submitted.v1")
@dataclass(frozen=True)
class ClaimSubmitted:
    """A partner asks for its money; also after a question was answered (`again`)."""

    claim_id: str
    request_id: str
    partner_id: str
    claimed_minor: int
    currency: str
    again: bool


@event("mdf.claim_moved.v1")
@dataclass(frozen=True)
class ClaimMoved:
    """Any change of a claim's state, for whoever keeps whose turn it is."""

    claim_id: str
    request_id: str
    partner_id: str
    before: str
    after: str


@event("mdf.claim_decided.v1")
@dataclass(frozen=True)
class ClaimDecided:
    """`status` is approved, partially_approved or rejected; `reason_code` is set when less than everything is paid."""

    claim_id: str
    request_id: str
    partner_id: str
    status: str
    approved_minor: int
    currency: str
    reason_code: str


@event("mdf.claim_paid.v1")
@dataclass(frozen=True)
class ClaimPaid:
    """The money left the vendor."""

    claim_id: str
    request_id: str
    partner_id: str
    paid_minor: int
    currency: str
