"""Whose name and logo lead the frame of a page."""

from __future__ import annotations

from types import SimpleNamespace

from sqlalchemy import select

from core.accounts import Organization, OrganizationKind
from core.ctx import Ctx
from core.ids import TypeID
from partners import partner_for


def brand_for(ctx: Ctx, partner_id: TypeID | None) -> SimpleNamespace:
    """`name` and `logo_url` of the partner (portal) or the vendor (desk), with the vendor's name beside it."""
    vendor = ctx.session.scalar(select(Organization.name).where(Organization.kind == OrganizationKind.VENDOR).limit(1))
    vendor_name = vendor or "Channelpress"
    if partner_id is None:
        return SimpleNamespace(name=vendor_name, logo_url=None, vendor_name=vendor_name)
    partner = partner_for(ctx, partner_id)
    return SimpleNamespace(name=partner.display_name, logo_url=_logo(ctx, partner_id), vendor_name=vendor_name)


def _logo(ctx: Ctx, partner_id: TypeID) -> str | None:
    from cobranding import logo_url

    return logo_url(ctx, partner_id)
