"""Campaigns, thin: a code for links, a name, a span of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Invalid, NotFound
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from syndication.delivery import announce_public_change
from syndication.links import utm_value
from syndication.models import Campaign
from syndication.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class CampaignDraft:
    """`code` such as `2026-q1_dach_retrofit` (measures.md, UTM)."""

    code: str
    name: str
    starts_on: date
    ends_on: date


def create_campaign(ctx: Ctx, draft: CampaignDraft) -> Campaign:
    """Invalid names the field."""
    ctx.require(Perm.CAMPAIGN_EDIT)
    _check(ctx, draft, None)
    campaign = Campaign(
        id=new_id("cmp"), code=draft.code, name=clean_text(draft.name), starts_on=draft.starts_on, ends_on=draft.ends_on, created_at=ctx.now
    )
    ctx.session.add(campaign)
    ctx.session.flush()
    ctx.audit("syndication.campaign.created", campaign, after=_told(campaign))
    return campaign


def edit_campaign(ctx: Ctx, campaign_id: TypeID, draft: CampaignDraft) -> Campaign:
    """A changed code stands in new links from now on; links that are out keep the old one."""
    ctx.require(Perm.CAMPAIGN_EDIT)
    campaign = ctx.session.get(Campaign, campaign_id, with_for_update=True)
    if campaign is None:
        raise NotFound("campaign")
    _check(ctx, draft, campaign)
    before = _told(campaign)
    campaign.code, campaign.name = draft.code, clean_text(draft.name)
    campaign.starts_on, campaign.ends_on = draft.starts_on, draft.ends_on
    if before != _told(campaign):
        ctx.audit("syndication.campaign.edited", campaign, before=before, after=_told(campaign))
        announce_public_change(ctx)
    return campaign


def _check(ctx: Ctx, draft: CampaignDraft, existing: Campaign | None) -> None:
    errors: dict[str, str] = {}
    if not draft.code or utm_value(draft.code) != draft.code:
        errors["code"] = _("Use lower-case letters, digits and - _ : . only, such as 2026-q1_dach_retrofit.")
    else:
        taken = ctx.session.scalar(select(Campaign.id).where(Campaign.code == draft.code))
        if taken is not None and (existing is None or taken != existing.id):
            errors["code"] = _("Another campaign has this code. Choose a different one.")
    if not clean_text(draft.name):
        errors["name"] = _("Enter a name for the campaign.")
    if draft.ends_on < draft.starts_on:
        errors["ends_on"] = _("The campaign ends before it starts. Choose a later day.")
    if errors:
        raise Invalid(errors)


def _told(campaign: Campaign) -> dict[str, str]:
    return {
        "code": campaign.code,
        "name": campaign.name,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
    }
