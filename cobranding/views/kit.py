"""Portal, "Brand kit": logo, colours, contact block, and both brands at once while they are being chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from cobranding import queries, services
from cobranding.banners import BannerSpec
from cobranding.looks import Contact, Look, kit_of, look_of, vendor_look
from cobranding.permissions import Perm
from cobranding.rendering import banner_path, brand_css, render_asset_page
from cobranding.rules.colours import NotAColour, check_colours, parse_colour
from cobranding.rules.logos import notes_on
from cobranding.services.kits import FIELDS, tidy_kit
from cobranding.views.labels import colour_sentence, logo_sentence, timeline_of
from cobranding.views.portal import framed, my_partner, trail
from cobranding.words import words_for
from core.audit import history
from core.errors import Invalid, TooLarge
from core.i18n import direction, format_datetime
from core.i18n import gettext as _
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from partners import Partner

bp = PrivateBlueprint("brand_kit", __name__, face="portal", url_prefix="/portal/brand-kit")


@bp.get("/")
@needs(Perm.KIT_EDIT)
def show() -> str:
    return _page({}, None)


@bp.post("/")
@needs(Perm.KIT_EDIT)
def save() -> Any:
    values = {field: request.form.get(field, "") for field in FIELDS}
    try:
        services.save_kit(ctx(), my_partner().id, values)
    except Invalid as refusal:
        return _page(refusal.errors, values), refusal.status
    flash(_("Your brand kit is saved. Every page and banner shows it from now on."))
    return redirect(url_for(".show"), 303)


@bp.post("/logo")
@needs(Perm.KIT_EDIT)
def upload() -> Any:
    try:
        sent = request.files.get("logo")
        if sent is None or not sent.filename:
            raise Invalid({"logo": _("Choose a file first.")})
        services.upload_logo(ctx(), my_partner().id, sent.stream)
    except Invalid as refusal:
        return _page(refusal.errors, None), refusal.status
    except TooLarge as refusal:
        return _page({"logo": refusal.message}, None), refusal.status
    flash(_("Your logo is saved. The one before it is kept, in case you want it back."))
    return redirect(url_for(".show"), 303)


@bp.post("/logo/undo")
@needs(Perm.KIT_EDIT)
def undo() -> BaseResponse:
    services.undo_logo(ctx(), my_partner().id)
    flash(_("The earlier logo is back."))
    return redirect(url_for(".show"), 303)


@bp.get("/preview")
@needs(Perm.KIT_EDIT)
def preview() -> str:
    """The right half of the page, for colours that are not saved yet."""
    return render("cobranding/portal/kit_preview.html", **_preview_values(_wanted(request.args)))


@bp.get("/preview/banner.jpg")
@needs(Perm.KIT_EDIT)
def preview_banner() -> Response:
    spec = _sample_spec(_wanted(request.args))
    return Response(services.draw_banner(ctx(), spec, "1200x628", "jpg"), mimetype="image/jpeg")


@bp.get("/preview/brand.css")
@needs(Perm.KIT_EDIT)
def preview_css() -> Response:
    return Response(brand_css(_wanted(request.args).look), mimetype="text/css")


@bp.get("/preview/page")
@needs(Perm.KIT_EDIT)
def preview_page() -> Response:
    wanted = _wanted(request.args)
    if wanted.sample is None:
        return framed("")
    css = url_for(".preview_css", **wanted.colours)
    return framed(render_asset_page(ctx(), wanted.partner, wanted.sample, look=wanted.look, css=css))


@dataclass(frozen=True)
class _Wanted:
    """The brand as the form holds it, saved or not, and the content to try it on."""

    partner: Partner
    look: Look
    sample: queries.Shown | None

    @property
    def colours(self) -> dict[str, str]:
        contact = self.look.contact
        return {
            "primary_color": self.look.primary,
            "accent_color": self.look.accent,
            "contact_name": contact.name,
            "contact_role": contact.role,
            "contact_email": contact.email,
            "contact_phone": contact.phone,
            "address": contact.address,
            "website": contact.website,
        }


def _wanted(values: Mapping[str, str]) -> _Wanted:
    """A field that is missing or cannot be read stays as it is saved: a preview never fails on half a colour."""
    partner = my_partner()
    saved = look_of(ctx(), partner)
    tidy = tidy_kit(values)
    contact = saved.contact
    if "contact_name" in values:
        contact = Contact(
            name=tidy["contact_name"],
            role=tidy["contact_role"],
            email=tidy["contact_email"],
            phone=tidy["contact_phone"],
            address=tidy["address"],
            website=saved.contact.website,
        )
    look = replace(saved, primary=_colour(tidy["primary_color"], saved.primary), accent=_colour(tidy["accent_color"], saved.accent), contact=contact)
    return _Wanted(partner, look, _sample(partner))


def _colour(text: str, otherwise: str) -> str:
    try:
        return parse_colour(text).hex
    except NotAColour:
        return otherwise


def _sample(partner: Partner) -> queries.Shown | None:
    """The newest content with a picture, else the newest."""
    cards, _types, _locales = queries.content_for(ctx(), partner, queries.ContentFilter())
    return next((card for card in cards if card.image), cards[0] if cards else None)


def _sample_spec(wanted: _Wanted) -> BannerSpec:
    vendor = vendor_look(ctx())
    if wanted.sample is not None:
        return services.banner_spec(wanted.look, vendor, wanted.sample)
    locale = wanted.partner.locale
    words = words_for(locale)
    return services.plain_spec(wanted.look, vendor, words("page.together", partner=wanted.look.name, vendor=vendor.name), locale, direction(locale))


def _preview_values(wanted: _Wanted) -> dict[str, Any]:
    findings = check_colours(parse_colour(wanted.look.primary), parse_colour(wanted.look.accent))
    return {
        "look": wanted.look,
        "sample": wanted.sample,
        "theme": wanted.look.theme,
        "findings": [colour_sentence(finding) for finding in findings],
        "banner_src": url_for(".preview_banner", **wanted.colours),
        "page_src": url_for(".preview_page", **wanted.colours) if wanted.sample else None,
        "original_src": url_for("content.original", asset_id=wanted.sample.asset.id, locale=wanted.sample.text.locale) if wanted.sample else None,
        "banner_download": banner_path(wanted.look, vendor_look(ctx()), wanted.sample) if wanted.sample else None,
    }


def _page(errors: Mapping[str, str], typed: Mapping[str, str] | None) -> str:
    partner = my_partner()
    trail((_("Brand kit"), url_for(".show")))
    kit = kit_of(ctx(), partner.id)
    look = look_of(ctx(), partner)
    saved = {field: str(getattr(kit, field, "") or "") for field in FIELDS}
    saved |= {"primary_color": look.primary, "accent_color": look.accent}
    notes = [logo_sentence(note) for note in notes_on(look.logo.facts)] if look.logo else []
    return render(
        "cobranding/portal/kit.html",
        errors=errors,
        values=typed or saved,
        kit=kit,
        notes=notes,
        events=timeline_of(history(ctx(), kit.id, limit=8), lambda at: format_datetime(at, ctx().clock.zone, "short")) if kit else [],
        **_preview_values(_wanted(typed or saved)),
    )
