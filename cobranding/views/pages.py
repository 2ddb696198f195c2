"""Portal, "My pages": the list, the editor with its preview, publishing and taking down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from cobranding import queries, services
from cobranding.models import LandingPage
from cobranding.permissions import Perm
from cobranding.rendering import page_path, render_landing_page
from cobranding.rules.pages import FORM_FIELDS, LOCKED_FIELDS, TEMPLATES, PageAction, PageStatus, actions_for
from cobranding.services import PageDraft
from cobranding.views.labels import field_label, template_words, timeline_of
from cobranding.views.portal import framed, my_partner, trail
from cobranding.views.public import stored_banner
from core.audit import history
from core.errors import Gone, Invalid
from core.i18n import active_locale, direction, format_datetime, language_name
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, absolute_url, ctx, flash, render

bp = PrivateBlueprint("my_pages", __name__, face="portal", url_prefix="/portal/pages")
_TEXTS = ("slug", "headline", "intro", "cta_label", "consent_text")


@bp.get("/")
@needs(Perm.PAGE_READ)
def index() -> str:
    partner = my_partner()
    trail((_("My pages"), url_for(".index")))
    pages = queries.pages_for(ctx(), partner.id)
    return render(
        "cobranding/portal/pages.html",
        rows=[(page, template_words(page.template)[0], language_name(page.locale, active_locale()), _public_href(page)) for page in pages],
        content_href=url_for("content.index"),
    )


@bp.get("/<typeid('pag'):page_id>")
@needs(Perm.PAGE_READ)
def show(page_id: TypeID) -> str:
    return _editor(queries.page_for(ctx(), page_id), {}, None)


@bp.post("/<typeid('pag'):page_id>")
@needs(Perm.PAGE_EDIT)
def save(page_id: TypeID) -> Any:
    """Saves, and publishes at once where the button says so."""
    typed = {name: request.form.get(name, "") for name in _TEXTS}
    chosen = request.form.getlist("form_fields")
    required = request.form.getlist("required_fields")
    try:
        page = services.save_page(ctx(), page_id, PageDraft(**typed, form_fields=chosen, required_fields=required))
    except Invalid as refusal:
        values: dict[str, Any] = {**typed, "form_fields": chosen, "required_fields": required}
        return _editor(queries.page_for(ctx(), page_id), refusal.errors, values), refusal.status
    if request.form.get("then") == "publish" and page.status is not PageStatus.PUBLISHED:
        return _publish(page_id)
    flash(_("Saved."))
    return redirect(url_for(".show", page_id=page_id), 303)


@bp.post("/<typeid('pag'):page_id>/publish")
@needs(Perm.PAGE_PUBLISH)
def publish(page_id: TypeID) -> BaseResponse:
    return _publish(page_id)


@bp.post("/<typeid('pag'):page_id>/withdraw")
@needs(Perm.PAGE_PUBLISH)
def withdraw(page_id: TypeID) -> BaseResponse:
    services.withdraw_page(ctx(), page_id)
    flash(_("The page is taken down. Its address says so politely; you can publish it again."), "neutral")
    return redirect(url_for(".show", page_id=page_id), 303)


@bp.get("/<typeid('pag'):page_id>/preview")
@needs(Perm.PAGE_READ)
def preview(page_id: TypeID) -> Response:
    """The page as visitors see it, inside a frame; not counted, and its form leads nowhere until it is published."""
    page = queries.page_for(ctx(), page_id)
    return framed(render_landing_page(ctx(), page, preview=page.status is not PageStatus.PUBLISHED))


@bp.get("/<typeid('pag'):page_id>/banner.jpg")
@needs(Perm.PAGE_READ)
def banner(page_id: TypeID) -> BaseResponse:
    """The picture that stands beside the address when somebody shares it; for drafts too."""
    page = queries.page_for(ctx(), page_id)
    partner = my_partner()
    shown = queries.shown_by_id(ctx(), partner, page.asset_id, page.locale)
    return redirect(stored_banner(partner, shown, "1200x628", "jpg", page).path, 302)


def _publish(page_id: TypeID) -> BaseResponse:
    page = services.publish_page(ctx(), page_id)
    flash(_("Your page is public: %(address)s", address=_public_href(page)))
    return redirect(url_for(".show", page_id=page_id), 303)


def _public_href(page: LandingPage) -> str:
    return absolute_url(page_path(my_partner().slug, page))


def _editor(page: LandingPage, errors: Mapping[str, str], typed: Mapping[str, Any] | None) -> str:
    trail((_("My pages"), url_for(".index")), (page.headline, ""))
    template = TEMPLATES[page.template]
    values = typed or {name: getattr(page, name) for name in (*_TEXTS, "form_fields", "required_fields")}
    return render(
        "cobranding/portal/page.html",
        page=page,
        errors=errors,
        values=values,
        limits={zone.name: zone.max_length for zone in template.zones},
        template_label=template_words(page.template)[0],
        language=language_name(page.locale, active_locale()),
        text_dir=direction(page.locale),
        fields=[(name, field_label(name), name in LOCKED_FIELDS) for name in FORM_FIELDS],
        public_href=_public_href(page),
        actions_now=[action.value for action in actions_for(page.status, ctx().actor.permissions)],
        may_edit=ctx().may(Perm.PAGE_EDIT),
        is_gone=_is_gone(page),
        default_consent=_default_consent(page),
        events=timeline_of(history(ctx(), page.id, limit=12), lambda at: format_datetime(at, ctx().clock.zone, "short")),
        publish_action=PageAction.PUBLISH.value,
    )


def _is_gone(page: LandingPage) -> bool:
    """The vendor has withdrawn the content since."""
    try:
        queries.shown_by_id(ctx(), my_partner(), page.asset_id, page.locale)
    except Gone:
        return True
    return False


def _default_consent(page: LandingPage) -> str:
    return services.default_consent(ctx(), my_partner(), page.locale)
