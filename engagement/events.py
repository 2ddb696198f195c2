"""Facts about visitors and leads that other rooms may hear. No personal data travels in them: ask for the lead."""

from dataclasses import dataclass

from core.events import event


@event("engagement.lead_captured.v1")
@dataclass(frozen=True)
class LeadCaptured:
    """A person filled in a form and agreed to be contacted. Ids that are not known are empty."""

    lead_id: str
    partner_id: str
    page_id: str
    placement_id: str
    asset_id: str
    campaign: str
    consent_id: str


@event("engagement.lead_status_changed.v1")
@dataclass(frozen=True)
class LeadStatusChanged:
    lead_id: str
    partner_id: str
    before: str
    after: str


@event("engagement.consent_withdrawn.v1")
@dataclass(frozen=True)
class ConsentWithdrawn:
    """A person no longer agrees. Everybody who got the contact is told with a signed notice."""

    lead_id: str
    partner_id: str
    consent_id: str
    purpose: str


@event("engagement.consent_acknowledged.v1")
@dataclass(frozen=True)
class ConsentAcknowledged:
    """A receiver has said that the person's data is gone there."""

    lead_id: str
    partner_id: str


@event("engagement.consent_told.v1")
@dataclass(frozen=True)
class ConsentTold:
    """Every receiver of the lead has its signed notice of the withdrawal."""

    lead_id: str
    partner_id: str
