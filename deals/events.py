"""Facts about deal registrations that other rooms may hear. No customer is named in them: ask for the registration."""

from dataclasses import dataclass

from core.events import event


@event("deals.registration_submitted.v1")
@dataclass(frozen=True)
class RegistrationSubmitted:
    """`lead_id` and `campaign` are empty when the partner found the customer itself."""

    registration_id: str
    partner_id: str
    lead_id: str
    campaign: str


@event("deals.registration_moved.v1")
@dataclass(frozen=True)
class RegistrationMoved:
    """Taken, asked, answered or opened again: whose turn it is may have changed. `status` is the new one, `answered`: by the partner's answer."""

    registration_id: str
    partner_id: str
    status: str
    answered: bool


@event("deals.registration_decided.v1")
@dataclass(frozen=True)
class RegistrationDecided:
    """`status` is `approved` or `rejected`; `reason_code` is empty on approval."""

    registration_id: str
    partner_id: str
    status: str
    reason_code: str


@event("deals.registration_closed.v1")
@dataclass(frozen=True)
class RegistrationClosed:
    """`outcome` is `won`, `lost`, `released` or `expired`: the customer is free again, or sold."""

    registration_id: str
    partner_id: str
    outcome: str
    campaign: str
    amount_minor: int
    currency: str
