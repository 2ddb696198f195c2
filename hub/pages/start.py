"""Start pages: "what needs me?", then the few numbers a role lives by, then what is new."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for

from core.ctx import Ctx
from core.i18n import format_date
from core.ids import TypeID
from core.permissions import SIGNED_IN, needs
from core.styleguide import sample
from core.web import PrivateBlueprint, ctx, render
from engagement.views.results_page import recent_values
from hub.pages.line_page import line_values
from hub.pages.partner_money_tasks import reserved_rows
from hub.pages.tasks import partner_hints, partner_tasks, tasks_href, vendor_hints, waiting_tasks
from partners import partner_for
from syndication import assets_for_partner
from syndication.queries import lately_published

front = PrivateBlueprint("front", __name__, face="auth")
desk = PrivateBlueprint("desk", __name__, face="desk", url_prefix="/desk")
portal = PrivateBlueprint("portal", __name__, face="portal", url_prefix="/portal")

NEWS = 5


@front.get("/")
@needs(SIGNED_IN)
def home() -> Any:
    """Sends a person to their side of the house."""
    return redirect("/portal/" if g.actor.partner_id else "/desk/", 303)


@desk.get("/")
@needs(SIGNED_IN)
def start() -> str:
    read = ctx()
    return render(
        "hub/desk_start.html",
        tasks=waiting_tasks(read),
        hints=vendor_hints(read),
        tasks_href=tasks_href(read),
        news=_published(read),
        **_numbers(read, None),
    )


@portal.get("/", endpoint="start")
@needs(SIGNED_IN)
def portal_start() -> str:
    read, partner_id = ctx(), g.actor.partner_id
    values = {
        "partner": partner_for(read, partner_id),
        "tasks": partner_tasks(read, partner_id),
        "hints": partner_hints(read, partner_id),
        "tasks_href": tasks_href(read),
        "news": _entitled(read, partner_id),
        "reserved": reserved_rows(read),
    }
    return render("hub/portal_start.html", **values, **_numbers(read, partner_id))


@desk.get("/styleguide")
@needs(SIGNED_IN)
def styleguide() -> str:
    """Every component of the design system in every state."""
    return render("core/styleguide.html", **sample())


def _numbers(read: Ctx, partner_id: TypeID | None) -> dict[str, Any]:
    if not read.may("engagement:results:read"):
        return {"numbers": None, "line": None}
    return {"numbers": recent_values(read, partner_id), "line": line_values(read, request.args.get("span", ""))}


def _published(read: Ctx) -> list[dict[str, str]]:
    """The newest of the library, as the vendor's news."""
    return [
        {
            "title": next((text.title for text in asset.localizations if text.locale == asset.source_locale), asset.slug),
            "href": url_for("assets.show", asset_id=asset.id),
            "when": format_date(asset.published_at.astimezone(read.clock.zone)) if asset.published_at else "",
        }
        for asset in lately_published(read, NEWS)
    ]


def _entitled(read: Ctx, partner_id: TypeID) -> list[dict[str, str]]:
    """The newest content for this partner, in its own language."""
    shown = assets_for_partner(read, partner_id)[:NEWS]
    return [
        {
            "title": one.text.title,
            "href": url_for("content.show", asset_id=one.asset.id),
            "when": format_date(one.asset.published_at.astimezone(read.clock.zone)) if one.asset.published_at else "",
        }
        for one in shown
    ]
