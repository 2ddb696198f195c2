"""Facts about certificates that other rooms may hear. No personal data travels in them: ask for the award."""

from dataclasses import dataclass

from core.events import event


@event("enablement.award_granted.v1")
@dataclass(frozen=True)
class AwardGranted:
    """A certificate was issued that counts today. `renewal`: the person held the same one before. Days as ISO dates."""

    award_id: str
    certification_id: str
    code: str
    partner_id: str
    user_id: str
    valid_from: str
    valid_until: str
    renewal: bool


@event("enablement.award_revoked.v1")
@dataclass(frozen=True)
class AwardRevoked:
    """A certificate was taken back and counts no more from today on."""

    award_id: str
    certification_id: str
    partner_id: str
    user_id: str
