"""Verbs of the partner record. Onboarding comes later; here a partner is admitted in one step."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select

from core.accounts import OrganizationKind, add_organization
from core.ctx import Ctx
from core.errors import Invalid, NotFound, Refused
from core.i18n import gettext as _
from core.i18n import normalise_locale
from core.ids import TypeID, new_id
from core.programme import programme_of
from partners.events import PartnerStatusChanged
from partners.models import Partner, PartnerModel, PartnerStatus
from partners.permissions import Perm
from partners.programme import TierTerms

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?\Z")


@dataclass(frozen=True)
class PartnerDraft:
    """What is needed to admit a partner; `locales` in order of preference."""

    slug: str
    legal_name: str
    display_name: str
    domain: str
    country: str
    region: str
    tier: str
    partner_model: PartnerModel
    locales: tuple[str, ...]


def admit_partner(ctx: Ctx, draft: PartnerDraft) -> Partner:
    """Creates organization and partner, active. Raises Invalid naming the field."""
    ctx.require(Perm.PARTNER_MANAGE)
    _check(ctx, draft)
    organization = add_organization(ctx, draft.legal_name, OrganizationKind.PARTNER, id=new_id("org"), locale=draft.locales[0])
    partner = Partner(
        id=TypeID.of("prt", organization.id.uuid),
        slug=draft.slug,
        legal_name=draft.legal_name,
        display_name=draft.display_name,
        domain=draft.domain,
        country=draft.country,
        region=draft.region,
        tier=draft.tier,
        partner_model=draft.partner_model,
        locales=[normalise_locale(tag) for tag in draft.locales],
        status=PartnerStatus.ACTIVE,
        accepted_at=ctx.now,
        created_at=ctx.now,
    )
    ctx.session.add(partner)
    ctx.session.flush()
    ctx.audit("partners.partner.admitted", partner, after={"slug": draft.slug, "tier": draft.tier})
    ctx.emit(PartnerStatusChanged(str(partner.id), "", str(partner.status)))
    return partner


def _check(ctx: Ctx, draft: PartnerDraft) -> None:
    errors: dict[str, str] = {}
    if not SLUG.match(draft.slug):
        errors["slug"] = _("Use 1 to 60 lower-case letters, digits and hyphens, such as kestrel-gmbh.")
    elif ctx.session.scalar(select(Partner.id).where(Partner.slug == draft.slug)) is not None:
        errors["slug"] = _("Another partner uses this short name. Choose a different one.")
    if not re.fullmatch(r"[A-Z]{2}", draft.country):
        errors["country"] = _("Enter the two-letter country code, such as DE.")
    tiers = [tier.code for tier in programme_of(ctx).section(TierTerms).tiers]
    if draft.tier not in tiers:
        errors["tier"] = _("Choose a tier of the programme: %(tiers)s.", tiers=", ".join(tiers))
    if not draft.locales:
        errors["locales"] = _("Name at least one language.")
    for tag in draft.locales:
        try:
            normalise_locale(tag)
        except ValueError:
            errors["locales"] = _("%(tag)s is not a known language tag.", tag=tag)
    if errors:
        raise Invalid(errors)


def suspend_partner(ctx: Ctx, partner_id: TypeID, reason: str) -> Partner:
    """Takes away access and delivery at once: both read the status (architecture, Contracts)."""
    ctx.require(Perm.PARTNER_MANAGE)
    partner = ctx.session.get(Partner, partner_id, with_for_update=True)
    if partner is None:
        raise NotFound("partner")
    if partner.status is not PartnerStatus.ACTIVE:
        raise Refused("not_active", _("Only an active partner can be suspended."))
    partner.status = PartnerStatus.SUSPENDED
    ctx.audit("partners.partner.suspended", partner, reason=reason)
    ctx.emit(PartnerStatusChanged(str(partner.id), "active", "suspended"))
    return partner
