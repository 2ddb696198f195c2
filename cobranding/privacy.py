"""Personal data of this room: the contact of a partner's brand kit, and who saved a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from cobranding.events import BrandKitChanged
from cobranding.models import BrandKit
from core.privacy import DataClass, Way, actor, declare_erasing, declare_impersonal, declare_personal, email, named

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.privacy import Plan

declare_personal(
    "cobranding_kit",
    {
        "contact_name": Way.EMPTY,
        "contact_role": Way.EMPTY,
        "contact_email": Way.EMPTY,
        "contact_phone": Way.EMPTY,
    },
    DataClass.PARTNER_CONTACT,
    subject_by=(email("contact_email"), named("contact_name")),
    tells={"name": "contact_name", "phone": "contact_phone", "email": "contact_email"},
    exports=("partner_id", "updated_at"),
)
declare_personal(
    "cobranding_kit", {"updated_by": Way.PSEUDONYM}, DataClass.ACTION_NAME, subject_by=actor("updated_by"), exports=("partner_id", "updated_at")
)
declare_personal("cobranding_kit", ("address", "intro", "contact_name", "contact_role", "website"), DataClass.FREE_TEXT)
declare_personal(
    "cobranding_page", {"updated_by": Way.PSEUDONYM}, DataClass.ACTION_NAME, subject_by=actor("updated_by"), exports=("slug", "updated_at")
)
declare_personal("cobranding_page", ("headline", "intro", "cta_label", "withdrawn_reason"), DataClass.FREE_TEXT)
declare_personal(
    "cobranding_page_revision", {"saved_by": Way.PSEUDONYM}, DataClass.ACTION_NAME, subject_by=actor("saved_by"), exports=("revision", "saved_at")
)
declare_personal("cobranding_page_revision", ("content",), DataClass.FREE_TEXT)

declare_impersonal("cobranding_kit", ("logo", "previous_logo"), "a company's picture")
declare_impersonal("cobranding_page", ("form_fields", "required_fields", "consent_text"), "what a form asks for")
declare_impersonal("cobranding_consent_text", ("text",), "the words of a consent")


def _find_kits(ctx: Ctx, plan: Plan) -> list[str]:
    query = select(BrandKit.partner_id).where(BrandKit.id.in_([key[0] for key in plan.keys("cobranding_kit")]))
    return [str(partner_id) for partner_id in ctx.session.scalars(query)]


def _tell(ctx: Ctx, plan: Plan, partners: list[str]) -> None:
    """Pages, feeds and widgets show the contact; they learn of it as of any other change of the kit."""
    for partner_id in partners:
        ctx.emit(BrandKitChanged(partner_id, ["contact_name", "contact_role", "contact_email", "contact_phone"]))


declare_erasing("brand_kits", _find_kits, _tell)
