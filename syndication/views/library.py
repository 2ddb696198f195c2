"""Desk, "Publish": the library of assets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request, url_for

from core.ctx import Ctx
from core.i18n import gettext as _
from core.i18n import language_name, ngettext
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, render
from syndication import labels, queries
from syndication.delivery.content import images_of
from syndication.models import Asset
from syndication.permissions import Perm
from syndication.rules import AssetStatus
from syndication.views.page_parts import language_choices, trail

bp = PrivateBlueprint("library", __name__, face="desk", url_prefix="/desk/publish")


@bp.get("/")
@needs(Perm.ASSET_READ)
def show() -> str:
    """Filters live in the address, so that a list can be sent to a colleague."""
    work = ctx()
    trail((_("Publish"), url_for("library.show")))
    wanted = _filter_of(request.args)
    page = queries.library_page(work, wanted, after=_cursor("after"), before=_cursor("before"))
    types, locales = queries.facets_of(work)
    collections = queries.collections_for(work)
    names = {str(one.id): one.name for one in collections}
    return render(
        "syndication/library.html",
        page=page,
        cards=[library_card(work, asset, images) for images in [images_of(work, page.assets)] for asset in page.assets],
        wanted=wanted,
        is_filtered=wanted != queries.LibraryFilter(),
        sentence=_sentence(work, wanted, page.total, names),
        statuses=[(status.value, labels.status_label(status)) for status in AssetStatus],
        types=[(code, labels.content_type_label(code)) for code in types],
        language_options=language_choices(work, locales),
        collections=list(names.items()),
        next_href=_page_href(after=page.next_cursor),
        previous_href=_page_href(before=page.previous_cursor),
        may_import=work.may(Perm.ASSET_IMPORT),
    )


def _filter_of(args: Mapping[str, str]) -> queries.LibraryFilter:
    return queries.LibraryFilter(
        status=args.get("status", ""),
        content_type=args.get("type", ""),
        locale=args.get("language", ""),
        collection=args.get("collection", ""),
        text=args.get("q", "")[:200],
    )


def _cursor(name: str) -> TypeID | None:
    """A cursor that somebody mistyped is the first page, not an error."""
    try:
        return TypeID.parse(request.args.get(name, ""), "ast")
    except ValueError:
        return None


def _page_href(**cursor: TypeID | None) -> str | None:
    name, value = next(iter(cursor.items()))
    if value is None:
        return None
    kept: dict[str, Any] = {key: word for key, word in request.args.items() if key not in ("after", "before") and word}
    kept[name] = str(value)
    return url_for("library.show", **kept)


def _sentence(work: Ctx, wanted: queries.LibraryFilter, total: int, collections: Mapping[str, str]) -> str:
    parts = []
    if wanted.status in set(AssetStatus):
        parts.append(labels.status_label(AssetStatus(wanted.status)))
    if wanted.content_type:
        parts.append(labels.content_type_label(wanted.content_type))
    if wanted.locale:
        parts.append(language_name(wanted.locale, work.locale))
    if wanted.collection:
        parts.append(collections.get(wanted.collection, _("unknown collection")))
    if wanted.text:
        parts.append(_("containing “%(text)s”", text=wanted.text))
    counted = ngettext("%(n)s asset", "%(n)s assets", total)
    return _("%(count)s: %(filters)s", count=counted, filters=", ".join(parts)) if parts else counted


def library_card(work: Ctx, asset: Asset, images: Mapping[str, Any]) -> dict[str, Any]:
    """What a card shows: the source text, its picture, and in how many languages it exists."""
    text = next((one for one in asset.localizations if one.locale == asset.source_locale), None)
    text = text or (asset.localizations[0] if asset.localizations else None)
    picture = images.get((text.image_key if text else None) or asset.image_key or "")
    stale = sum(one.status.value == "stale" for one in asset.localizations)
    languages = ngettext("%(n)s language", "%(n)s languages", len(asset.localizations))
    if stale:
        languages = _("%(languages)s, %(stale)s out of date", languages=languages, stale=stale)
    return {
        "href": url_for("assets.show", asset_id=asset.id),
        "title": text.title if text else asset.slug,
        "lang": text.locale if text else None,
        "dir": text.direction if text else None,
        "summary": text.summary if text else "",
        "image": picture.path if picture else None,
        "type_label": labels.content_type_label(asset.content_type),
        "state": str(asset.status),
        "meta": languages,
    }
