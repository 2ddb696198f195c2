"""The values of the asset page: possible actions, languages, receivers."""

from __future__ import annotations

from typing import Any

from flask import url_for

from core.ctx import Ctx
from core.i18n import format_date, language_name
from core.i18n import gettext as _
from syndication import labels, queries
from syndication.models import Asset, CollectionItem, Localization
from syndication.permissions import Perm
from syndication.rules import Action, AssetStatus, actions_for
from syndication.views.page_parts import timeline_of

#: Steps that one click takes; the others have a page of their own.
_PLAIN = (Action.SUBMIT, Action.APPROVE, Action.REOPEN)


def asset_values(work: Ctx, asset: Asset, text: Localization | None) -> dict[str, Any]:
    """Everything but the text itself."""
    collections = queries.collections_for(work)
    inside = {item.collection_id for item in work.session.query(CollectionItem).filter_by(asset_id=asset.id)}
    return {
        "primary": _primary(work, asset, text),
        "steps": [(step.action.value, labels.action_label(step.action)) for step in _plain_steps(work, asset)],
        "may_edit": work.may(Perm.ASSET_EDIT),
        "may_publish": work.may(Perm.ASSET_PUBLISH) and asset.status not in (AssetStatus.WITHDRAWN, AssetStatus.EXPIRED),
        "may_withdraw": work.may(Perm.ASSET_WITHDRAW) and asset.status is AssetStatus.PUBLISHED,
        "may_collect": work.may(Perm.COLLECTION_EDIT),
        "languages": [_language_row(work, asset, one, text) for one in asset.localizations],
        "collections": [one for one in collections if one.id in inside],
        "all_collections": [(str(one.id), one.name) for one in collections],
        "chosen_collections": [str(one.id) for one in collections if one.id in inside or len(collections) == 1],
        "receivers": [_receiver_row(work, one) for one in queries.receivers_of(work, asset)],
        "facts": _facts(work, asset, text),
        "events": timeline_of(work, asset.id),
    }


def _plain_steps(work: Ctx, asset: Asset) -> list[Any]:
    permissions = [permission for permission in Perm if work.may(permission)]
    return [step for step in actions_for(asset.status, permissions) if step.action in _PLAIN]


def _primary(work: Ctx, asset: Asset, text: Localization | None) -> tuple[str, str, str] | None:
    """(label, address, icon) of the one primary action: what brings the asset on."""
    if asset.status in (AssetStatus.DRAFT, AssetStatus.IN_REVIEW, AssetStatus.APPROVED) and work.may(Perm.ASSET_PUBLISH):
        return _("Publish …"), url_for("assets.publish_form", asset_id=asset.id), "publish"
    if text is not None and work.may(Perm.ASSET_EDIT) and asset.status is AssetStatus.PUBLISHED:
        return _("Edit text"), url_for("assets.edit", asset_id=asset.id, locale=text.locale), "edit"
    return None


def _language_row(work: Ctx, asset: Asset, one: Localization, shown: Localization | None) -> dict[str, Any]:
    measured = one.measured_language
    differs = measured is not None and measured != one.locale.split("-")[0]
    return {
        "text": one,
        "name": language_name(one.locale, work.locale),
        "is_source": one.locale == asset.source_locale,
        "is_shown": shown is not None and one.id == shown.id,
        "note": _("The text is written in %(language)s.", language=language_name(measured or "", work.locale)) if differs else "",
        "href": url_for("assets.show", asset_id=asset.id, language=one.locale),
    }


def _receiver_row(work: Ctx, one: queries.Receiver) -> dict[str, Any]:
    reason = labels.reason_label(one.reason)
    if one.is_fallback:
        reason = _("There is no text in %(wanted)s", wanted=language_name(one.wanted_locale, work.locale))
    return {
        "partner": one.partner,
        "receives": one.receives,
        "reason": reason,
        "language": language_name(one.locale, work.locale) if one.locale else "",
        "placement": one.placement,
        "collection": one.collection,
    }


def _facts(work: Ctx, asset: Asset, text: Localization | None) -> list[tuple[str, str]]:
    zone = work.clock.zone
    facts = [
        (_("Asset id"), str(asset.id)),
        (_("Source"), text.source_path or "" if text else ""),
        (_("Author"), (text.author if text else None) or asset.author or ""),
        (_("Date of the text"), format_date(text.published_on) if text and text.published_on else ""),
        (_("Tags"), ", ".join(str(tag) for tag in asset.tags)),
    ]
    if asset.published_at:
        facts.append((_("Published"), format_date(asset.published_at.astimezone(zone).date())))
    if asset.withdrawn_reason:
        facts.append((_("Withdrawn because"), asset.withdrawn_reason))
    return [(name, value) for name, value in facts if value]
