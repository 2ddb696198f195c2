"""The placements that are answered, each with its partner's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.ids import TypeID
from partners import Partner, PartnerStatus
from syndication.delivery.words import PlacementWords, contacts_of
from syndication.links import NO_CAMPAIGN
from syndication.models import Campaign, Collection, Placement
from syndication.rules import Audience, PartnerFacts, PlacementStatus, is_visible

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True, slots=True)
class ShownPlacement:
    """One placement as the public side needs it."""

    collection_id: str
    locale: str
    allowed_domains: tuple[str, ...]
    changed_at: datetime
    words: PlacementWords


def facts_of(partner: Partner) -> PartnerFacts:
    """What the audience rule looks at."""
    return PartnerFacts(str(partner.id), partner.status is PartnerStatus.ACTIVE, partner.tier, partner.region)


def shown_placements(ctx: Ctx, only: TypeID | None = None) -> dict[str, ShownPlacement]:
    """Every placement that is answered, by id; one statement for all of them and one for the contact blocks."""
    query = (
        select(Placement, Partner, Collection.audience, Campaign.code)
        .join(Partner, Partner.id == Placement.partner_id)
        .join(Collection, Collection.id == Placement.collection_id)
        .outerjoin(Campaign, Campaign.id == Placement.campaign_id)
        .where(Placement.status != PlacementStatus.ENDED)
    )
    if only is not None:
        query = query.where(Placement.id == only)
    rows = [row for row in ctx.session.execute(query) if is_visible(row[0].status, Audience.from_json(row[2]), facts_of(row[1]))]
    contacts = contacts_of(ctx, {str(partner.id) for _placement, partner, _audience, _code in rows})
    return {
        str(placement.id): _shown(placement, partner, code, contacts.get(str(partner.id), ""))
        for placement, partner, _audience, code in rows
    }


def _shown(placement: Placement, partner: Partner, code: str | None, contact: str) -> ShownPlacement:
    words = PlacementWords(
        placement_id=str(placement.id),
        partner_id=str(partner.id),
        source=partner.slug,
        campaign=code or NO_CAMPAIGN,
        layout=str(placement.layout),
        partner_name=partner.display_name,
        contact=contact,
    )
    return ShownPlacement(
        str(placement.collection_id), placement.locale, tuple(placement.allowed_domains), placement.updated_at, words
    )
