"""The HTML of an item as it stands in every format."""

from __future__ import annotations

import html

from syndication import SyndicatedItem, ViewModel


def content_html(item: SyndicatedItem, view: ViewModel) -> str:
    """The body (or its summary as a paragraph), then the partner's contact block, in the item's writing direction.

    The direction is said in the HTML itself because no feed format has a field for it that readers honour.
    """
    body = item.body_html or f"<p>{html.escape(item.summary, quote=False)}</p>"
    both = body + view.slots.contact
    if item.direction == "rtl":
        return f'<div dir="rtl" lang="{html.escape(item.locale)}">{both}</div>'
    return both
