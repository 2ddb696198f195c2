"""Facts about requests for funds that other rooms may hear; ids and amounts only."""

from dataclasses import dataclass

from core.events import event


@event("mdf.request_submitted.v1")
@dataclass(frozen=True)
class RequestSubmitted:
    """A partner asks for money; nothing is reserved yet."""

    request_id: str
    partner_id: str
    requested_minor: int
    currency: str


@event("mdf.request_approved.v1")
@dataclass(frozen=True)
class RequestApproved:
    """Money is reserved and the evidence list is fixed. `amount_minor` in minor units of `currency`."""

    request_id: str
    partner_id: str
    amount_minor: int
    currency: str


@event("mdf.request_status_changed.v1")
@dataclass(frozen=True)
class RequestStatusChanged:
    request_id: str
    partner_id: str
    before: str
    after: str
