"""Desk, "Publish": one asset, its languages, who receives it, and everything that can be done to it now."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from core.errors import Invalid, NotFound, Refused
from core.gates import CleanHtml
from core.i18n import gettext as _
from core.i18n import language_name, ngettext
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from syndication import labels, queries, services
from syndication.delivery.content import images_of
from syndication.models import Asset, Localization
from syndication.permissions import Perm
from syndication.rules import Action, AssetStatus, whose_turn
from syndication.views.asset_page import asset_values
from syndication.views.page_parts import day, publish_trail

bp = PrivateBlueprint("assets", __name__, face="desk", url_prefix="/desk/publish/assets")


@bp.get('/<typeid("ast"):asset_id>')
@needs(Perm.ASSET_READ)
def show(asset_id: TypeID) -> str:
    """`?language=` chooses the text that is shown."""
    work = ctx()
    asset = queries.asset_for(work, asset_id)
    text = _shown_text(asset, request.args.get("language", ""))
    publish_trail((text.title if text else asset.slug, ""))
    images = images_of(work, [asset])
    picture = images.get((text.image_key if text else None) or asset.image_key or "")
    return render(
        "syndication/asset.html",
        asset=asset,
        text=text,
        body=CleanHtml.stored(text.body_html) if text else None,
        picture=picture.path if picture else None,
        type_label=labels.content_type_label(asset.content_type),
        turn=labels.turn_label(whose_turn(asset.status), day(work, asset.status_since)),
        **asset_values(work, asset, text),
    )


def _shown_text(asset: Asset, language: str) -> Localization | None:
    by_locale = {one.locale: one for one in asset.localizations}
    return by_locale.get(language) or by_locale.get(asset.source_locale) or next(iter(asset.localizations), None)


def _text(asset: Asset, locale: str) -> Localization:
    found = next((one for one in asset.localizations if one.locale == locale), None)
    if found is None:
        raise NotFound("localization")
    return found


@bp.get('/<typeid("ast"):asset_id>/texts/<locale>')
@needs(Perm.ASSET_EDIT)
def edit(asset_id: TypeID, locale: str) -> str:
    text = _text(queries.asset_for(ctx(), asset_id), locale)
    values = {"title": text.title, "summary": text.summary, "body": text.body_html, "revision": text.revision}
    return _edit_page(text, values, {})


@bp.post('/<typeid("ast"):asset_id>/texts/<locale>')
@needs(Perm.ASSET_EDIT)
def save(asset_id: TypeID, locale: str) -> Any:
    work = ctx()
    text = _text(queries.asset_for(work, asset_id), locale)
    form = request.form
    draft = services.LocalizationEdit(form.get("title", ""), form.get("summary", ""), form.get("body"))
    try:
        services.edit_localization(work, text.id, draft, seen_revision=form.get("revision", type=int))
    except (Invalid, Refused) as refusal:
        errors = refusal.errors if isinstance(refusal, Invalid) else {"title": refusal.message}
        return _edit_page(text, dict(form.items()), errors), refusal.status
    flash(_("Saved as revision %(revision)s. Feeds and widgets show it within a minute.", revision=text.revision))
    return redirect(url_for("assets.show", asset_id=asset_id, language=locale), 303)


def _edit_page(text: Localization, values: dict[str, Any], errors: dict[str, str]) -> str:
    asset = text.asset
    language = language_name(text.locale, ctx().locale)
    publish_trail((text.title, url_for("assets.show", asset_id=asset.id, language=text.locale)), (_("Edit text"), ""))
    return render(
        "syndication/text_form.html",
        asset=asset,
        text=text,
        language=language,
        values=values,
        errors=errors,
        is_source=text.locale == asset.source_locale,
        revisions=queries.revisions_of(ctx(), text.id),
    )


@bp.post('/<typeid("ast"):asset_id>/texts/<locale>/restore')
@needs(Perm.ASSET_EDIT)
def restore(asset_id: TypeID, locale: str) -> Any:
    work = ctx()
    text = _text(queries.asset_for(work, asset_id), locale)
    revision = request.form.get("revision", type=int)
    if revision is None:
        raise NotFound("revision")
    services.restore_revision(work, text.id, revision)
    flash(_("Revision %(revision)s is the text again.", revision=revision))
    return redirect(url_for("assets.show", asset_id=asset_id, language=locale), 303)


@bp.get('/<typeid("ast"):asset_id>/publish')
@needs(Perm.ASSET_PUBLISH)
def publish_form(asset_id: TypeID) -> str:
    return _publish_page(asset_id, {})


@bp.post('/<typeid("ast"):asset_id>/publish')
@needs(Perm.ASSET_PUBLISH)
def publish(asset_id: TypeID) -> Any:
    work = ctx()
    try:
        asset = services.publish_asset(work, asset_id, _collection_ids())
    except Invalid as refusal:
        return _publish_page(asset_id, refusal.errors), refusal.status
    partners = len({one.partner.id for one in queries.receivers_of(work, asset) if one.receives})
    flash(ngettext("Published. %(n)s partner receives it now.", "Published. %(n)s partners receive it now.", partners))
    return redirect(url_for("assets.show", asset_id=asset_id) + "#receivers", 303)


def _collection_ids() -> list[TypeID]:
    try:
        return [TypeID.parse(text, "col") for text in request.form.getlist("collection")]
    except ValueError:
        raise Invalid({"collection": _("One of the chosen collections does not exist any more. Choose again.")}) from None


def _publish_page(asset_id: TypeID, errors: dict[str, str]) -> str:
    work = ctx()
    asset = queries.asset_for(work, asset_id)
    text = _shown_text(asset, "")
    title = text.title if text else asset.slug
    publish_trail((title, url_for("assets.show", asset_id=asset.id)), (_("Publish to collections"), ""))
    return render("syndication/publish_form.html", asset=asset, title=title, text=text, errors=errors, **asset_values(work, asset, text))


@bp.get('/<typeid("ast"):asset_id>/withdraw')
@needs(Perm.ASSET_WITHDRAW)
def withdraw_form(asset_id: TypeID) -> str:
    return _withdraw_page(asset_id, {})


@bp.post('/<typeid("ast"):asset_id>/withdraw')
@needs(Perm.ASSET_WITHDRAW)
def withdraw(asset_id: TypeID) -> Any:
    reason = request.form.get("reason", "")
    if not reason.strip():
        return _withdraw_page(asset_id, {"reason": _("Say why: the reason is kept with the asset.")}), 422
    services.withdraw_asset(ctx(), asset_id, reason)
    flash(_("Withdrawn. Feeds and widgets drop it within seconds; its pages answer that it was withdrawn."), "attention")
    return redirect(url_for("assets.show", asset_id=asset_id), 303)


def _withdraw_page(asset_id: TypeID, errors: dict[str, str]) -> str:
    work = ctx()
    asset = queries.asset_for(work, asset_id)
    text = _shown_text(asset, "")
    title = text.title if text else asset.slug
    publish_trail((title, url_for("assets.show", asset_id=asset.id)), (_("Withdraw"), ""))
    receivers = [one for one in queries.receivers_of(work, asset) if one.receives]
    return render("syndication/withdraw_form.html", asset=asset, title=title, receivers=receivers, errors=errors)


@bp.post('/<typeid("ast"):asset_id>/state')
@needs(Perm.ASSET_READ)
def change_state(asset_id: TypeID) -> Any:
    """The simple steps of the state machine; each checks its own permission."""
    try:
        action = Action(request.form.get("action", ""))
    except ValueError:
        raise Invalid({"action": _("Choose one of the offered steps.")}) from None
    asset = services.change_state(ctx(), asset_id, action, request.form.get("reason", ""))
    flash(_("The asset is now: %(state)s.", state=labels.status_label(AssetStatus(asset.status))))
    return redirect(url_for("assets.show", asset_id=asset_id), 303)


@bp.post('/<typeid("ast"):asset_id>/collections/<typeid("col"):collection_id>/remove')
@needs(Perm.COLLECTION_EDIT)
def remove_from_collection(asset_id: TypeID, collection_id: TypeID) -> Any:
    services.remove_from_collection(ctx(), asset_id, collection_id)
    flash(_("Taken out of the collection. It disappears there within seconds."), "attention")
    if request.form.get("next") == "collection":
        return redirect(url_for("collections.show", collection_id=collection_id), 303)
    return redirect(url_for("assets.show", asset_id=asset_id), 303)
