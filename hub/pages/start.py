"""Start pages: "what needs me?", then the few numbers a role lives by."""

from __future__ import annotations

from typing import Any

from flask import g, redirect

from core.permissions import SIGNED_IN, needs
from core.styleguide import sample
from core.web import PrivateBlueprint, render

front = PrivateBlueprint("front", __name__, face="auth")
desk = PrivateBlueprint("desk", __name__, face="desk", url_prefix="/desk")
portal = PrivateBlueprint("portal", __name__, face="portal", url_prefix="/portal")


@front.get("/")
@needs(SIGNED_IN)
def home() -> Any:
    """Sends a person to their side of the house."""
    return redirect("/portal/" if g.actor.partner_id else "/desk/", 303)


@desk.get("/")
@needs(SIGNED_IN)
def start() -> str:
    return render("hub/desk_start.html")


@desk.get("/styleguide")
@needs(SIGNED_IN)
def styleguide() -> str:
    """Every component of the design system in every state."""
    return render("core/styleguide.html", **sample())


@portal.get("/", endpoint="start")
@needs(SIGNED_IN)
def portal_start() -> str:
    return render("hub/portal_start.html")
