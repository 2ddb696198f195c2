"""The bell in the top bar: where one's notices are, and whether there is something new."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, url_for

from core.ctx import VISITOR
from core.i18n import gettext as _
from core.i18n import ngettext
from core.notices.queries import MOST_COUNTED, unread_count


@dataclass(frozen=True)
class Bell:
    href: str
    count: str
    label: str


def bell() -> Bell | None:
    """None where nobody is signed in. Asked once per page, by the shell alone."""
    from core.web.edge import database

    actor = g.get("actor", VISITOR)
    if actor.kind != "user" or actor.user_id is None:
        return None
    with database().reading(actor) as read:
        count = unread_count(read)
    if count > MOST_COUNTED:
        words = _("Notices, more than %(n)s unread", n=MOST_COUNTED)
    else:
        words = ngettext("Notices, %(n)s unread", "Notices, %(n)s unread", count) if count else _("Notices, nothing new")
    shown = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count) if count else ""
    return Bell(url_for("portal_notices.index" if actor.partner_id else "desk_notices.index"), shown, words)
