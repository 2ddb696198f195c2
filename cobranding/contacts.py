"""The partner's contact block inside feeds and widgets: clean HTML that syndication fills into a slot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape
from typing import TYPE_CHECKING

from sqlalchemy import select

from cobranding.models import BrandKit
from core.gates import clean
from core.ids import TypeID

if TYPE_CHECKING:
    from core.ctx import Ctx


def contact_blocks(ctx: Ctx, partner_ids: Collection[str]) -> Mapping[str, str]:
    """One paragraph per partner that has named somebody; by partner id."""
    wanted = [TypeID.parse(partner_id, "prt") for partner_id in partner_ids]
    kits = ctx.session.scalars(select(BrandKit).where(BrandKit.partner_id.in_(wanted)))
    return {str(kit.partner_id): block for kit in kits if (block := contact_block(kit))}


def contact_block(kit: BrandKit) -> str:
    """Name, role, phone and mail as links; empty when nothing was entered."""
    who = ", ".join(escape(part) for part in (kit.contact_name, kit.contact_role) if part)
    ways = []
    if kit.contact_phone:
        ways.append(f'<a href="tel:{escape(kit.contact_phone.replace(" ", ""))}">{escape(kit.contact_phone)}</a>')
    if kit.contact_email:
        ways.append(f'<a href="mailto:{escape(kit.contact_email)}">{escape(kit.contact_email)}</a>')
    parts = [f"<strong>{who}</strong>" if who else "", *ways]
    shown = " · ".join(part for part in parts if part)
    return str(clean(f"<p>{shown}</p>")) if shown else ""
