"""Governance: how the programme and the hub itself are run, as one list of pages for whoever may open them."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, url_for

from core.errors import Forbidden
from core.permissions import SIGNED_IN, needs
from core.registry import GovernanceCard
from core.web import PrivateBlueprint, render

bp = PrivateBlueprint("governance", __name__, face="desk", url_prefix="/desk/governance")


def cards() -> list[GovernanceCard]:
    """Those the reader may open, in order."""
    found: list[GovernanceCard] = current_app.extensions["channelpress"]["registry"].governance
    return sorted((card for card in found if card.permission == SIGNED_IN or g.actor.may(card.permission)), key=lambda card: card.order)


@bp.get("/")
@needs(SIGNED_IN)
def index() -> Any:
    shown = cards()
    if not shown:
        raise Forbidden("core:governance")
    return render("hub/governance.html", cards=[(card, url_for(card.endpoint)) for card in shown])
