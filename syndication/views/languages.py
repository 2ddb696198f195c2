"""Desk, "Languages": every asset in every language, with its state (requirement A-57)."""

from __future__ import annotations

from flask import request, url_for

from core.i18n import gettext as _
from core.i18n import language_name
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, render
from syndication import queries
from syndication.permissions import Perm
from syndication.views.library import _cursor
from syndication.views.page_parts import trail

bp = PrivateBlueprint("languages", __name__, face="desk", url_prefix="/desk/languages")
_PAGE = 50


@bp.get("/")
@needs(Perm.ASSET_READ)
def show() -> str:
    """A gap is shown as missing: it is work, not an empty cell."""
    work = ctx()
    trail((_("Languages"), url_for("languages.show")))
    status = request.args.get("status", "published")
    page = queries.library_page(work, queries.LibraryFilter(status=status), after=_cursor("after"), before=_cursor("before"), size=_PAGE)
    locales = queries.facets_of(work)[1]
    rows = [
        {
            "asset": asset,
            "texts": {text.locale: text for text in asset.localizations},
            "title": next((text.title for text in asset.localizations if text.locale == asset.source_locale), asset.slug),
        }
        for asset in page.assets
    ]
    return render(
        "syndication/languages.html",
        rows=rows,
        locales=[(tag, language_name(tag, work.locale)) for tag in locales],
        status=status,
        total=page.total,
        next_href=url_for("languages.show", status=status, after=page.next_cursor) if page.next_cursor else None,
        previous_href=url_for("languages.show", status=status, before=page.previous_cursor) if page.previous_cursor else None,
    )
