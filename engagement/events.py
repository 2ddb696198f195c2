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
