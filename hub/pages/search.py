"""The search page of both sides, the page of all pages, and what the command palette asks for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response, g, jsonify, request, url_for
from sqlalchemy import select

from core.ctx import Ctx
from core.i18n import gettext as _
from core.permissions import SIGNED_IN, needs
from core.search import KINDS, Found, Hit, note_visit, recent_pages, search, titles_of
from core.web import PrivateBlueprint, ctx, database, render
from hub.pages import finding_campaigns, finding_people, shortcuts  # noqa: F401 - campaigns and people can be found
from partners import Partner

desk = PrivateBlueprint("desk_search", __name__, face="desk", url_prefix="/desk")
portal = PrivateBlueprint("portal_search", __name__, face="portal", url_prefix="/portal")

IN_GROUP, IN_PALETTE, RECENT = 5, 8, 8
LONGEST = 200
#: Our own pages about finding are not worth returning to.
_NOT_KEPT = ("/search", "/all-pages", ".json")


def _asked() -> str:
    return request.args.get("q", "")[:LONGEST].strip()


@desk.get("/search")
@portal.get("/search")
@needs(SIGNED_IN)
def show() -> str:
    text, kind = _asked(), request.args.get("kind", "")
    read = ctx()
    kinds = [kind] if kind in KINDS else []
    found = search(read, text, kinds, before=request.args.get("before", "")) if kinds else search(read, text, limit=1)
    groups = [(KINDS[kind], found.hits)] if kinds else [(one, search(read, text, [one.kind], IN_GROUP).hits) for one in _kinds_with(found)]
    g.breadcrumbs = [(_("Search"), url_for(".show"))]
    return render(
        "hub/search.html",
        search_text=text,
        kind=kind if kinds else "",
        found=found,
        groups=[group for group in groups if group[1]],
        tabs=_tabs(text, kind if kinds else "", found),
        kinds=sorted(KINDS.values(), key=lambda one: one.order),
        partners=_partner_names(read, [hit for _kind, hits in groups for hit in hits]),
        address=_address,
        next_href=_address(text, kind, found.older) if found.older and kinds else None,
        all_pages=url_for(".pages"),
    )


def _kinds_with(found: Found) -> list[Any]:
    return sorted((KINDS[kind] for kind in found.counts), key=lambda one: one.order)


def _address(text: str, kind: str = "", before: str = "") -> str:
    asked = {name: value for name, value in (("q", text), ("kind", kind), ("before", before)) if value}
    return url_for(".show") + ("?" + urlencode(asked) if asked else "")


def _tabs(text: str, kind: str, found: Found) -> list[dict[str, Any]]:
    everything = {"label": _("All"), "href": _address(text), "active": not kind, "count": found.total}
    return [everything] + [
        {"label": str(one.label), "href": _address(text, one.kind), "active": one.kind == kind, "count": found.counts[one.kind]}
        for one in _kinds_with(found)
    ]


def _partner_names(read: Ctx, hits: list[Hit]) -> dict[Any, str]:
    """Whose it is, for the vendor; a partner sees only its own."""
    wanted = {hit.partner_id for hit in hits if hit.partner_id}
    if read.actor.partner_id is not None or not wanted:
        return {}
    return {row.id: row.display_name for row in read.session.execute(select(Partner.id, Partner.display_name).where(Partner.id.in_(wanted)))}


@desk.get("/all-pages")
@portal.get("/all-pages", endpoint="pages")
@needs(SIGNED_IN)
def pages() -> str:
    g.breadcrumbs = [(_("All pages"), url_for(".pages"))]
    groups = (
        (_("Main"), shortcuts.main_pages()),
        (_("Further pages"), shortcuts.further_pages()),
        (_("Governance"), shortcuts.governance_pages()),
        (_("Begin something"), shortcuts.actions()),
    )
    return render("hub/all_pages.html", groups=[group for group in groups if group[1]], recent=_recent())


def _recent() -> list[dict[str, str]]:
    """Named now, from what the reader may see now: a page that was closed to them has no name any more."""
    read = ctx()
    known = {one.href: one.label for one in (*shortcuts.main_pages(), *shortcuts.further_pages(), *shortcuts.governance_pages())}
    paths = [path for path in recent_pages(read) if path != request.headers.get("X-Here", "")]
    titles = titles_of(read, [path for path in paths if path not in known])
    named = [(path, known.get(path) or titles.get(path, ("", ""))[1], titles.get(path, ("", ""))[0]) for path in paths]
    return [{"href": path, "label": label, "kind": str(KINDS[kind].label) if kind in KINDS else ""} for path, label, kind in named if label][:RECENT]


@desk.get("/palette.json")
@portal.get("/palette.json")
@needs(SIGNED_IN)
def palette() -> Any:
    """Pages and deeds of the reader's role: asked for once per page that opens the palette, 304 until the role or the language changes."""
    pages_ = [*shortcuts.main_pages(), *shortcuts.further_pages(), *shortcuts.governance_pages()]
    told = {
        "pages": [{"label": one.label, "href": one.href} for one in pages_],
        "actions": [{"label": one.label, "href": one.href} for one in shortcuts.actions()],
    }
    answer: Response = jsonify(told)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Cookie"
    answer.add_etag()
    return answer.make_conditional(request)


@desk.get("/palette/find.json")
@portal.get("/palette/find.json")
@needs(SIGNED_IN)
def find() -> Any:
    text = _asked()
    if not text:
        return jsonify(recent=_recent(), hits=[], total=0)
    found = search(ctx(), text, limit=IN_PALETTE)
    hits = [{"label": hit.name, "href": hit.href, "kind": str(KINDS[hit.kind].label)} for hit in found.hits]
    return jsonify(recent=[], hits=hits, total=found.total)


@desk.after_app_request
def _remember(answer: Response) -> Response:
    """Pages that a person opened, by address; never what only a script asked for."""
    actor = g.get("actor")
    is_page = request.path.startswith(("/desk/", "/portal/")) and not request.path.endswith(_NOT_KEPT)
    opened = request.method == "GET" and answer.status_code == 200 and answer.mimetype == "text/html" and "HX-Request" not in request.headers
    if is_page and opened and actor is not None and actor.user_id is not None:
        note_visit(database(), actor.user_id, request.path)
    return answer
