"""Public addresses below /feeds/: documents that are not in memory yet, and the page for people."""

from __future__ import annotations

import hashlib

from flask import request
from werkzeug.wrappers import Response

from core.errors import NotFound
from core.i18n import use_locale
from core.public_reads import as_response
from core.web import PublicBlueprint, absolute_url, ctx, render
from feeds.addresses import feed_path, page_path, read_address
from feeds.formats import FORMATS
from feeds.preview import preview_of
from syndication import public_view

bp = PublicBlueprint("feeds", __name__)

PAGE_CACHING = "public, max-age=60, stale-while-revalidate=300"


@bp.get("/feeds/<placement_id>/rss.xml")
@bp.get("/feeds/<placement_id>/atom.xml")
@bp.get("/feeds/<placement_id>/feed.json")
@bp.get("/feeds/<placement_id>/<locale>/rss.xml")
@bp.get("/feeds/<placement_id>/<locale>/atom.xml")
@bp.get("/feeds/<placement_id>/<locale>/feed.json")
def document(placement_id: str, locale: str | None = None) -> Response:
    """Behind `PublicReads`: answers what the mapping does not hold yet, and says why there is nothing."""
    asked = read_address(request.path)
    if asked is None:
        raise NotFound("feed")
    return as_response(request, public_view(ctx(), asked, request.path))


@bp.get("/feeds/<placement_id>/")
@bp.get("/feeds/<placement_id>/<locale>/")
def page(placement_id: str, locale: str | None = None) -> Response:
    """The same items for people: feed readers discover the feeds here, the widget's link leads here without scripts."""
    path = feed_path(placement_id, "json", locale)
    asked = read_address(path)
    if asked is None:
        raise NotFound("feed")
    answer = public_view(ctx(), asked, path)
    preview = preview_of(answer.body())
    # The page speaks the language of its content, whatever the browser asks for: one page for every cache.
    with use_locale(preview.lang):
        html = render(
            "feeds/preview.html", feed=preview, addresses=_addresses(placement_id, locale), here=absolute_url(page_path(placement_id, locale))
        )
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = PAGE_CACHING
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Surrogate-Key"] = " ".join(answer.keys)
    response.headers["Cache-Tag"] = ",".join(answer.keys)
    response.last_modified = answer.last_modified
    response.set_etag(hashlib.blake2b(html.encode("utf-8"), digest_size=10).hexdigest())
    return response.make_conditional(request)


def _addresses(placement_id: str, locale: str | None) -> list[dict[str, str]]:
    names = {"rss": "RSS 2.0", "atom": "Atom", "json": "JSON Feed"}
    return [
        {
            "label": names[fmt.name],
            "media_type": fmt.media_type.partition(";")[0],
            "href": absolute_url(feed_path(placement_id, fmt.name, locale)),
        }
        for fmt in FORMATS
    ]
