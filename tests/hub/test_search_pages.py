"""The search page, the page of all pages, and what the palette is told: never more than the reader may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.accounts import User
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID
from core.jobs import run_until_idle
from core.search import KINDS, rebuild, search
from core.search.models import RecentPage, SearchDocument
from core.search.recent import note_visit
from engagement import LeadAction, change_lead_status
from hub.roles import ROLES
from tests.conftest import Cast
from tests.house.conftest import SECRET, Records, kestrels  # noqa: F401 - one of everything, Kestrel's alone

As = Callable[[str], FlaskClient]


@pytest.fixture
def indexed(database: Database, cast: Cast, kestrels: Records) -> Records:  # noqa: F811 - the fixture
    """Pia has accepted the lead: before that nobody finds its contact."""
    with database.unit_of_work(cast["pia"]) as ctx:
        change_lead_status(ctx, TypeID.parse(kestrels.values["lead_id"]), LeadAction.ACCEPT)
    run_until_idle(database)
    rebuild(database)
    return kestrels


def test_everything_of_kestrel_s_is_found_by_kestrel_and_the_vendor(client_as: As, indexed: Records) -> None:
    mine = client_as("pia").get("/portal/search?q=kestrel-only").text
    for kind in ("assets", "placements", "pages", "leads", "deals", "requests", "claims"):
        assert f'id="hits-{kind}"' in mine, kind
    vendors = client_as("nora").get("/desk/search?q=kestrel-only").text
    assert [kind for kind in KINDS if f'id="hits-{kind}"' in vendors] == ["assets", "placements", "leads", "claims"]  # not what was never sent
    assert "Kestrel" in vendors


def test_a_rival_finds_nothing_not_even_a_count(client_as: As, indexed: Records, database: Database, cast: Cast) -> None:
    """Zed has every right that a partner can have, and searches for Kestrel's words on every kind."""
    zed = client_as("zed")
    shared = ("certification_id", "question_id", "collection_id", "budget_id", "campaign_id")
    ids = [value for name, value in indexed.values.items() if name not in shared]
    words = [SECRET, "kestrel", "only", "visitor customer example", "secret", *ids]
    for kind in ("", *KINDS):
        page = zed.get("/portal/search", query_string={"q": SECRET, "kind": kind}).text
        assert 'class="hit"' not in page
        assert "Nothing found" in page
    assert zed.get("/portal/palette/find.json", query_string={"q": SECRET}).json == {"recent": [], "hits": [], "total": 0}
    rival = replace(cast["zed"], permissions=ROLES["partner_admin"].permissions)
    with database.reading(rival) as ctx:
        assert [question for question in words if search(ctx, question).total] == []


def test_the_webmaster_finds_no_leads(client_as: As, indexed: Records) -> None:
    page = client_as("wim").get("/portal/search?q=kestrel-only").text
    assert 'id="hits-placements"' in page
    for kind in ("leads", "deals", "requests", "claims"):
        assert f'id="hits-{kind}"' not in page


@pytest.mark.parametrize(
    "query",
    ["q=", "q=%00", "q=%22%20OR", "q=a*&kind=nothing", "q=meter&before=x.y", "q=" + "x" * 4000, "q=%ff%fe", "kind=assets", "q=a&q=b&before=1.1.1"],
)
def test_nothing_asked_fails(client_as: As, indexed: Records, query: str) -> None:
    pia = client_as("pia")
    assert pia.get(f"/portal/search?{query}").status_code == 200
    assert pia.get(f"/portal/palette/find.json?{query}").status_code == 200


def test_what_is_found_is_escaped(client_as: As, indexed: Records, database: Database) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        row = ctx.session.scalars(select(SearchDocument).where(SearchDocument.kind == "leads")).one()
        row.title, row.title_terms = "<script>alert(1)</script> Ada", "script alert 1 ada"
        row.body, row.body_terms = '"><img src=x onerror=alert(2)> ada', "img ada"
    page = client_as("pia").get("/portal/search?q=ada").text
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_pages_of_one_kind(client_as: As, indexed: Records) -> None:
    page = client_as("pia").get("/portal/search?q=kestrel-only&kind=leads").text
    assert 'id="hits-leads"' in page
    assert 'id="hits-deals"' not in page


def test_the_palette_names_what_the_reader_may_open_and_nothing_else(client_as: As) -> None:
    seen = {}
    for name, side in (("nora", "desk"), ("rita", "desk"), ("pia", "portal"), ("wim", "portal")):
        client = client_as(name)
        told: Any = client.get(f"/{side}/palette.json").json
        hrefs = [one["href"] for one in (*told["pages"], *told["actions"])]
        for href in hrefs if name in ("rita", "pia") else ():
            assert client.get(href).status_code == 200, (name, href)
        seen[name] = {one["href"] for one in told["actions"]}
    assert ("/portal/deals/new" in seen["pia"], "/portal/deals/new" in seen["wim"]) == (True, False)
    assert ("/desk/publish/imports/" in seen["nora"], "/desk/publish/imports/" in seen["rita"]) == (True, False)


def test_the_palette_is_told_once(client_as: As) -> None:
    nora = client_as("nora")
    first = nora.get("/desk/palette.json")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = nora.get("/desk/palette.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert nora.get("/desk/palette/find.json").headers["Cache-Control"] == "no-store"


def test_recent_pages_are_addresses_named_for_who_may_see_them(client_as: As, indexed: Records, database: Database, cast: Cast) -> None:
    pia = client_as("pia")
    lead = f"/portal/leads/{indexed.values['lead_id']}"
    for path in ("/portal/deals/", lead, "/portal/search?q=x", "/portal/all-pages", "/portal/nowhere"):
        pia.get(path)
    told: Any = pia.get("/portal/palette/find.json").json
    assert [(one["href"], one["label"]) for one in told["recent"]] == [(lead, SECRET), ("/portal/deals/", "Deals")]
    assert SECRET in pia.get("/portal/all-pages").text
    with database.reading(SYSTEM) as ctx:
        kept = ctx.session.execute(select(RecentPage.user_id, RecentPage.path)).all()
        assert all(user_id == cast["pia"].user_id for user_id, _path in kept)
        assert SECRET not in repr(kept)
    assert client_as("zed").get("/portal/palette/find.json").json == {"recent": [], "hits": [], "total": 0}


def test_no_more_than_twenty_pages_are_kept(client_as: As, database: Database) -> None:
    nora = client_as("nora")
    for number in range(30):
        note_visit(database, _user(database, "nora"), f"/desk/{number}")
    nora.get("/desk/palette/find.json")
    for number in range(30, 35):
        note_visit(database, _user(database, "nora"), f"/desk/{number}")
    nora.get("/desk/palette/find.json")
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(RecentPage)) == 20


def _user(database: Database, name: str) -> Any:
    with database.reading(SYSTEM) as ctx:
        return ctx.session.scalars(select(User.id).where(User.name == name.title())).one()
