"""The way to the guide from every page of a partner: its rules are never more than one step away."""

from __future__ import annotations

from flask import g, url_for

from core.ctx import VISITOR
from core.permissions import Perm
from core.web import render


def rules_link(chapter: str) -> str:
    """Beside a rule that a room's page quotes: the chapter of the guide in which it stands."""
    actor = g.get("actor", VISITOR)
    if actor.partner_id is None or not actor.may(Perm.PROGRAMME_READ):
        return ""
    return render("hub/programme/rules_link.html", href=url_for("programme.show", _anchor=chapter))


def foot_link() -> str:
    """For the foot of every portal page."""
    actor = g.get("actor", VISITOR)
    if actor.partner_id is None or not actor.may(Perm.PROGRAMME_READ):
        return ""
    return render("hub/programme/foot.html", href=url_for("programme.show"))
