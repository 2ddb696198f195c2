"""What a webmaster takes along from a placement's page: the snippet, the feed addresses, the lines for a strict policy.

Fills the slot `placement_delivery` of syndication's page with what the two ways out (embed_widget, feeds) know.
"""

from __future__ import annotations

from core.web import absolute_url, ctx, render
from core.web.templating import RenderedPart
from embed_widget import csp_lines, snippet
from feeds import FILE_NAMES, feed_path, page_path
from syndication import Collection, Placement, title_for


def placement_delivery(placement: Placement) -> RenderedPart:
    """Rendered for the placement's page, in the reader's language."""
    hub_url = absolute_url("")
    collection = ctx().session.get(Collection, placement.collection_id)
    label = title_for(collection.titles, collection.name, placement.locale) if collection else placement.name
    return RenderedPart(
        render(
            "hub/placement_delivery.html",
            snippet=snippet(placement, hub_url, label),
            feeds=[(_FORMATS[name], absolute_url(feed_path(str(placement.id), name))) for name in FILE_NAMES],
            preview=absolute_url(page_path(str(placement.id))),
            policy="; ".join(csp_lines(hub_url)),
        )
    )


#: Names of formats are names, the same in every language.
_FORMATS = {"rss": "RSS 2.0", "atom": "Atom", "json": "JSON Feed"}
