"""Where the reader can go and what they can begin: for the command palette and the page of all pages. Nothing they may not open is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, url_for

from core.i18n import lazy_gettext as _l
from core.permissions import SIGNED_IN

#: Pages that stand neither in the navigation nor under Governance: endpoint, name, icon.
_PAGES = (
    ("imports.index", _l("Imports"), "upload"),
    ("collections.index", _l("Collections"), "archive"),
    ("campaigns.index", _l("Campaigns"), "campaign"),
    ("partners.index", _l("Partners and placements"), "placements"),
    ("deal_lines.index", _l("Product lines"), "product"),
    ("desk_fund_claims.index", _l("Claims"), "funds"),
    ("desk_budgets.index", _l("Budgets"), "funds"),
    ("desk_learning.index", _l("Learning"), "learning"),
    ("desk_awards.index", _l("Certificates"), "verified"),
    ("desk_results.definitions", _l("What the numbers mean"), "info"),
    ("fund_claims.index", _l("Claims"), "funds"),
    ("brand_kit.show", _l("Brand kit"), "palette"),
    ("results.definitions", _l("What the numbers mean"), "info"),
)
#: What can be begun: endpoint, words of the deed, icon.
_ACTIONS = (
    ("imports.index", _l("Import content"), "upload"),
    ("collections.new", _l("Create a collection"), "plus"),
    ("campaigns.new", _l("Plan a campaign"), "plus"),
    ("desk_budgets.new", _l("Set up a budget"), "plus"),
    ("desk_learning.new", _l("Create a certification"), "plus"),
    ("deal_form.new", _l("Register a deal"), "plus"),
    ("funds.new", _l("Ask for funds"), "plus"),
    ("placements.new", _l("Create a placement"), "plus"),
)


@dataclass(frozen=True)
class Shortcut:
    label: str
    href: str
    icon: str


def main_pages() -> list[Shortcut]:
    """The navigation of the reader's side."""
    items = sorted(_registry().nav_items, key=lambda item: item.order)
    return [Shortcut(str(item.label), url_for(item.endpoint), item.icon) for item in items if item.face == _side() and _opens(item.endpoint)]


def further_pages() -> list[Shortcut]:
    return [Shortcut(str(label), url_for(endpoint), icon) for endpoint, label, icon in _PAGES if _is_here(endpoint)]


def governance_pages() -> list[Shortcut]:
    cards = sorted(_registry().governance, key=lambda card: card.order)
    return [Shortcut(str(card.label), url_for(card.endpoint), card.icon) for card in cards if _is_here(card.endpoint)]


def actions() -> list[Shortcut]:
    return [Shortcut(str(label), url_for(endpoint), icon) for endpoint, label, icon in _ACTIONS if _is_here(endpoint)]


def _registry() -> Any:
    return current_app.extensions["channelpress"]["registry"]


def _side() -> str:
    return "portal" if g.actor.partner_id else "desk"


def _is_here(endpoint: str) -> bool:
    """On the reader's side of the house, and open to them."""
    blueprint = current_app.blueprints.get(endpoint.rpartition(".")[0])
    return getattr(blueprint, "face", "") == _side() and _opens(endpoint)


def _opens(endpoint: str) -> bool:
    permission = getattr(current_app.view_functions.get(endpoint), "needs", None)
    return permission == SIGNED_IN or (permission is not None and g.actor.may(permission))
