"""Portal, "Content": what the partner may use, and each piece in both brands at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from cobranding import queries, services
from cobranding.banners import GRIDS
from cobranding.looks import look_of, vendor_look
from cobranding.permissions import Perm
from cobranding.queries import ContentFilter
from cobranding.rendering import asset_page_path, banner_path, render_asset_page
from cobranding.rules.pages import TEMPLATES, template_for
from cobranding.views.labels import template_words
from cobranding.views.portal import framed, my_partner, trail
from cobranding.views.public import stored_banner
from cobranding.words import Words, words_for
from core.i18n import active_locale, language_name, ngettext
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.storage import store_for
from core.web import PrivateBlueprint, absolute_url, ctx, flash, render
from syndication import Perm as Content

PAGE = 24
bp = PrivateBlueprint("content", __name__, face="portal", url_prefix="/portal/content")


@bp.get("/")
@needs(Content.CONTENT_READ)
def index() -> str:
    trail((_("Content"), url_for(".index")))
    wanted = _filter_of(request.args)
    partner = my_partner()
    look, vendor = look_of(ctx(), partner), vendor_look(ctx())
    cards, types, locales = queries.content_for(ctx(), partner, wanted)
    start = min(_start(request.args), max(0, len(cards) - 1) // PAGE * PAGE)
    words = words_for(active_locale())
    return render(
        "cobranding/portal/content.html",
        cards=[_card(card, banner_path(look, vendor, card), words) for card in cards[start : start + PAGE]],
        wanted=wanted,
        sentence=_sentence(wanted, len(cards)),
        summary=_summary(start, len(cards)),
        previous_href=_href_from(start - PAGE) if start else None,
        next_href=_href_from(start + PAGE) if start + PAGE < len(cards) else None,
        types=[(code, words.of_type("types", code)) for code in types],
        languages=[(code, language_name(code, active_locale())) for code in locales],
    )


@bp.get("/<typeid('ast'):asset_id>")
@needs(Content.CONTENT_READ)
def show(asset_id: TypeID) -> str:
    partner = my_partner()
    shown = queries.entitled_asset(ctx(), partner, asset_id, request.args.get("language") or None)
    trail((_("Content"), url_for(".index")), (shown.text.title, ""))
    look, vendor = look_of(ctx(), partner), vendor_look(ctx())
    suggested = template_for(shown.asset.content_type)
    return render(
        "cobranding/portal/asset.html",
        shown=shown,
        look=look,
        kind=words_for(active_locale()).of_type("types", shown.asset.content_type),
        languages=_language_tabs(shown),
        banner=banner_path(look, vendor, shown),
        banners=[(size, grid, banner_path(look, vendor, shown, size)) for size, grid in GRIDS.items()],
        public_href=absolute_url(asset_page_path(partner.slug, shown)),
        pages=queries.pages_for(ctx(), partner.id, asset_id=shown.asset.id) if ctx().may(Perm.PAGE_READ) else [],
        templates=[{"value": name, "label": template_words(name)[0], "hint": template_words(name)[1]} for name in TEMPLATES],
        suggested=suggested.name,
        may_edit=ctx().may(Perm.PAGE_EDIT),
        may_brand=ctx().may(Perm.KIT_EDIT),
    )


@bp.post("/<typeid('ast'):asset_id>/page")
@needs(Perm.PAGE_EDIT)
def make_page(asset_id: TypeID) -> BaseResponse:
    """A finished draft from a template; the editor opens with everything filled in."""
    page = services.create_page(ctx(), my_partner().id, asset_id, template=request.form.get("template", ""), locale=request.form.get("language", ""))
    flash(_("Your page is ready. Look through it, then publish it."))
    return redirect(url_for("my_pages.show", page_id=page.id), 303)


@bp.get("/<typeid('ast'):asset_id>/<locale>/preview")
@needs(Content.CONTENT_READ)
def preview(asset_id: TypeID, locale: str) -> Response:
    """The hosted page inside a frame; not counted as a visit."""
    partner = my_partner()
    return framed(render_asset_page(ctx(), partner, queries.entitled_asset(ctx(), partner, asset_id, locale)))


@bp.get("/<typeid('ast'):asset_id>/<locale>/original.jpg")
@needs(Content.CONTENT_READ)
def original(asset_id: TypeID, locale: str) -> Response:
    """The vendor's own banner: what the same content looks like before co-branding."""
    shown = queries.entitled_asset(ctx(), my_partner(), asset_id, locale)
    spec = services.original_spec(vendor_look(ctx()), shown)
    return Response(services.draw_banner(ctx(), spec, "1200x628", "jpg"), mimetype="image/jpeg")


@bp.get("/<typeid('ast'):asset_id>/<locale>/banner/<size>.<extension>")
@needs(Content.CONTENT_READ)
def download(asset_id: TypeID, locale: str, size: str, extension: str) -> Response:
    """The banner as a file with a name that says what it is."""
    partner = my_partner()
    shown = queries.entitled_asset(ctx(), partner, asset_id, locale)
    stored = stored_banner(partner, shown, size, extension)
    # From the store itself: the row may be younger than what this request's transaction can see.
    answer = Response(store_for(ctx().settings).get(stored.key), mimetype=stored.media_type)
    name = f"{partner.slug}-{shown.asset.slug}-{shown.text.locale}-{size}.{extension}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _card(card: queries.Shown, banner: str, words: Words) -> dict[str, Any]:
    """A card shows the banner: the partner sees its own brand on everything, before it has done anything (C-26)."""
    return {
        "shown": card,
        "image": banner,
        "kind": words.of_type("types", card.asset.content_type),
        "href": url_for(".show", asset_id=card.asset.id),
        "languages": " · ".join(language_name(locale) for locale in card.locales),
    }


def _start(args: Mapping[str, str]) -> int:
    """Where the page begins; nonsense is the first page."""
    text = args.get("from", "")
    return int(text) // PAGE * PAGE if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _href_from(start: int) -> str:
    kept = {name: value for name in ("q", "type", "language") if (value := request.args.get(name))}
    return url_for(".index", **kept, **({"from": start} if start > 0 else {}))


def _filter_of(args: Mapping[str, str]) -> ContentFilter:
    return ContentFilter(text=args.get("q", "")[:200].strip(), content_type=args.get("type", ""), locale=args.get("language", ""))


def _sentence(wanted: ContentFilter, count: int) -> str:
    if wanted.is_empty:
        return ngettext("%(n)s piece of content is ready for you.", "%(n)s pieces of content are ready for you.", count)
    return ngettext("%(n)s piece of content fits.", "%(n)s pieces of content fit.", count)


def _summary(start: int, count: int) -> str | None:
    if count <= PAGE:
        return None
    return _("%(first)s to %(last)s of %(all)s", first=start + 1, last=min(start + PAGE, count), all=count)


def _language_tabs(shown: queries.Shown) -> list[dict[str, Any]]:
    return [
        {
            "label": language_name(locale),
            "href": url_for(".show", asset_id=shown.asset.id, language=locale),
            "active": locale == shown.text.locale,
            "code": locale,
        }
        for locale in shown.locales
    ]
