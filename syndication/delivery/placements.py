"""The placements that are answered, each with its partner's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

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
    """Every placement that is answered, by id; three statements for all of them, columns only (there may be 10,000)."""
    query = select(*_COLUMNS).join(Partner, Partner.id == Placement.partner_id).where(Placement.status != PlacementStatus.ENDED)
    if only is not None:
        query = query.where(Placement.id == only)
    audiences = _audiences(ctx)
    campaigns: dict[TypeID, str] = dict(ctx.session.execute(select(Campaign.id, Campaign.code)).all())
    rows = [row for row in ctx.session.execute(query) if is_visible(row.status, audiences[row.collection_id], _facts(row))]
    contacts = contacts_of(ctx, {str(row.partner_id) for row in rows})
    return {str(row.id): _shown(row, campaigns.get(row.campaign_id), contacts.get(str(row.partner_id), "")) for row in rows}


_COLUMNS = (
    Placement.id,
    Placement.partner_id,
    Placement.collection_id,
    Placement.campaign_id,
    Placement.locale,
    Placement.layout,
    Placement.allowed_domains,
    Placement.status,
    Placement.updated_at,
    Partner.slug,
    Partner.display_name,
    Partner.status.label("partner_status"),
    Partner.tier,
    Partner.region,
)


def _audiences(ctx: Ctx) -> dict[TypeID, Audience]:
    rows = ctx.session.execute(select(Collection.id, Collection.audience))
    return {collection_id: Audience.from_json(stored) for collection_id, stored in rows}


def _facts(row: Any) -> PartnerFacts:
    return PartnerFacts(str(row.partner_id), row.partner_status is PartnerStatus.ACTIVE, row.tier, row.region)


def _shown(row: Any, code: str | None, contact: str) -> ShownPlacement:
    words = PlacementWords(
        placement_id=str(row.id),
        partner_id=str(row.partner_id),
        source=row.slug,
        campaign=code or NO_CAMPAIGN,
        layout=str(row.layout),
        partner_name=row.display_name,
        contact=contact,
    )
    return ShownPlacement(str(row.collection_id), row.locale, tuple(row.allowed_domains), row.updated_at, words)
