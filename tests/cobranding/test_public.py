"""The public face: whole pages without cookie or script, in the right language, gone when they are gone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from cobranding import CONTEXT_PURPOSE, FormState, LandingPage, PageVisit, create_page, on_page_view, publish_page, render_landing_page, withdraw_page
from cobranding.rendering import arrival_from
from cobranding.rules.colours import contrast, parse_colour
from cobranding.visits import _listeners
from core.settings import Settings
from core.signing import unsign
from syndication import Asset, AssetStatus
from tests.cobranding.conftest import Work
from tests.cobranding.stage import KIT, TITLES, Staged
from tests.conftest import Cast

HOSTED = "/p/kestrel/a/de/night-load-de"
PLACEMENT = "plc_01h45ytscbebyvny4gc8cr8ma2"


@pytest.fixture
def page(work: Work, cast: Cast, staged: Staged) -> LandingPage:
    """Kestrel's published page about the guide."""
    with work("pia") as ctx:
        return publish_page(ctx, create_page(ctx, cast["pia"].partner_id, staged.guide).id)  # type: ignore[arg-type]


@pytest.fixture
def visits() -> Iterator[list[PageVisit]]:
    """What listeners are told."""
    told: list[PageVisit] = []
    on_page_view("test", told.append)
    yield told
    del _listeners["test"]


def soup_of(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:500]
    return BeautifulSoup(answer.text, "html.parser")


@pytest.mark.parametrize("path", [HOSTED, "landing", "landing/thanks"])
def test_a_public_page_leaves_no_trace_and_runs_nothing(app: Flask, page: LandingPage, path: str) -> None:
    answer = app.test_client().get(path.replace("landing", f"/p/kestrel/{page.slug}"))
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "no-store" not in answer.headers["Cache-Control"]
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    soup = BeautifulSoup(answer.text, "html.parser")
    assert [tag["type"] for tag in soup.find_all("script")] in ([], ["application/ld+json"])
    assert not soup.find_all("style")
    assert not soup.select("[style], [onclick], [onload], [onerror]")
    assert not re.findall(r"""(?:src|href)=["']https?://(?!www\.kestrel\.example|localhost|127\.0\.0\.1)""", str(soup.head).replace("alternate", ""))


@pytest.mark.parametrize(("locale", "direction"), [("de", "ltr"), ("ar", "rtl"), ("ja", "ltr")])
def test_the_hosted_page_speaks_the_language_of_its_text(app: Flask, staged: Staged, locale: str, direction: str) -> None:
    slug = f"night-load-{locale}"
    soup = soup_of(app.test_client(), f"/p/kestrel/a/{locale}/{slug}")
    assert soup.html is not None
    assert (soup.html["lang"], soup.html["dir"]) == (locale, direction)
    assert soup.h1 is not None
    assert soup.h1.get_text() == TITLES[locale]
    assert [link["hreflang"] for link in soup.select("link[rel=alternate]")] == ["ar", "de", "en", "ja"]
    assert soup.select_one("link[rel=canonical]")["href"].endswith(f"/p/kestrel/a/{locale}/{slug}")  # type: ignore[index,union-attr]
    assert "noindex" in soup.select_one("meta[name=robots]")["content"]  # type: ignore[index]
    described = json.loads(soup.find("script").get_text())  # type: ignore[union-attr]
    assert (described["headline"], described["inLanguage"]) == (TITLES[locale], locale)
    assert "Velorin Energy" in soup.footer.get_text()  # type: ignore[union-attr]


def test_a_wrong_language_or_name_leads_to_the_right_address_with_its_parameters(app: Flask, staged: Staged) -> None:
    answer = app.test_client().get("/p/kestrel/a/fi/night-load?utm_source=kestrel")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/p/kestrel/a/en/night-load?utm_source=kestrel"
    for path in ("/p/kestrel/a/xx-nonsense/night-load", "/p/kestrel/a/de/nothing", "/p/nobody/a/de/night-load-de", "/p/kestrel/nothing"):
        assert app.test_client().get(path).status_code == 404, path


def test_the_brand_is_a_style_sheet_of_its_own(app: Flask, staged: Staged) -> None:
    client = app.test_client()
    href = soup_of(client, HOSTED).select("link[rel=stylesheet]")[-1]["href"]
    assert isinstance(href, str)
    sheet = client.get(href)
    assert sheet.mimetype == "text/css"
    assert "immutable" in sheet.headers["Cache-Control"]
    colours = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", sheet.text))
    assert colours["brand"] == KIT["primary_color"]
    for ink, ground in (("on-brand", "brand"), ("on-act", "act"), ("on-hero-act", "hero-act"), ("on-deep", "deep"), ("brand-text", "tint")):
        assert contrast(parse_colour(colours[ink]), parse_colour(colours[ground])) >= 4.5, (ink, ground)
    assert "immutable" not in client.get("/p/kestrel/brand-000000000000.css").headers["Cache-Control"]


def test_the_form_carries_where_the_visitor_came_from(app: Flask, settings: Settings, page: LandingPage) -> None:
    click = "0123456789abcdef" * 2
    query = f"utm_source=kestrel&utm_campaign=2026-q1_dach_retrofit&utm_content=ast:{PLACEMENT}:a&cp_click={click}&evil=1"
    soup = soup_of(app.test_client(), f"/p/kestrel/{page.slug}?{query}")
    fields = {tag["name"]: tag.get("value", "") for tag in soup.select("form [name]")}
    told = unsign(settings, CONTEXT_PURPOSE, str(fields["cp_context"]))
    assert (told["page"], told["asset"], told["locale"]) == (str(page.id), str(page.asset_id), "de")
    assert (told["placement"], told["campaign"], told["click"]) == (PLACEMENT, "2026-q1_dach_retrofit", click)
    assert "evil" not in told["utm"]
    assert re.fullmatch(r"[0-9a-f]{32}", str(fields["cp_key"]))
    assert fields["website_url"] == ""
    assert set(fields) == {"cp_context", "cp_key", "website_url", "name", "email", "company", "consent"}
    assert soup.form["action"] == f"/p/kestrel/{page.slug}/lead#form"  # type: ignore[index]


def test_two_visitors_never_share_a_submission_key(app: Flask, page: LandingPage) -> None:
    client = app.test_client()
    keys = {soup_of(client, f"/p/kestrel/{page.slug}").select_one("[name=cp_key]")["value"] for _visit in range(3)}  # type: ignore[index]
    assert len(keys) == 3
    assert "public" not in client.get(f"/p/kestrel/{page.slug}").headers["Cache-Control"]


def test_every_control_has_its_label(app: Flask, page: LandingPage) -> None:
    soup = soup_of(app.test_client(), f"/p/kestrel/{page.slug}")
    for control in soup.select("form input:not([type=hidden]), form textarea"):
        assert soup.select_one(f"label[for='{control['id']}']") is not None, control
    assert next(heading.name for heading in soup.find_all(["h1", "h2", "h3"])) == "h1"
    assert len(soup.find_all("h1")) == 1


def test_a_refused_form_comes_back_as_it_was(app: Flask, work: Work, page: LandingPage) -> None:
    state = FormState({"name": "<b>Ada</b>", "email": "ada@", "consent": "1"}, {"email": "E-Mail: Bitte prüfen."}, "k" * 32)
    with app.test_request_context("/p/kestrel/x"), work("system") as ctx:
        soup = BeautifulSoup(render_landing_page(ctx, page, form_state=state, context={"page": str(page.id)}), "html.parser")
    assert soup.select_one("[name=name]")["value"] == "<b>Ada</b>"  # type: ignore[index]
    wrong = soup.select_one("[name=email]")
    assert wrong is not None
    assert (wrong["value"], wrong["aria-invalid"], wrong["aria-describedby"]) == ("ada@", "true", "f-email-error")
    assert soup.select_one("[role=alert] a")["href"] == "#f-email"  # type: ignore[index]
    assert "Eine Angabe" in soup.select_one("[role=alert]").get_text()  # type: ignore[union-attr]
    assert soup.select_one("[name=cp_key]")["value"] == "k" * 32  # type: ignore[index]
    assert soup.select_one("[name=consent]").has_attr("checked")  # type: ignore[union-attr]


def test_withdrawn_content_says_goodbye_in_the_partners_brand(app: Flask, work: Work, staged: Staged, page: LandingPage) -> None:
    with work("system") as ctx:
        ctx.session.get_one(Asset, staged.guide).status = AssetStatus.WITHDRAWN
    client = app.test_client()
    for path in (HOSTED, f"/p/kestrel/{page.slug}", f"/p/kestrel/{page.slug}/thanks"):
        soup = soup_of(client, path, 410)
        assert "nicht mehr verfügbar" in soup.get_text()
        assert "Pia Wendt" in soup.get_text()
    assert client.get(f"/p/kestrel/banner/de/{staged.guide}/1200x628.jpg").status_code == 404


def test_a_draft_is_not_there_and_a_page_taken_down_is_gone(app: Flask, work: Work, cast: Cast, staged: Staged, page: LandingPage) -> None:
    with work("pia") as ctx:
        draft = create_page(ctx, cast["pia"].partner_id, staged.product)  # type: ignore[arg-type]
        withdraw_page(ctx, page.id)
    client = app.test_client()
    assert client.get(f"/p/kestrel/{draft.slug}").status_code == 404
    gone = client.get(f"/p/kestrel/{page.slug}")
    assert (gone.status_code, 'lang="de"' in gone.text) == (410, True)
    assert client.get(HOSTED).status_code == 200


def test_a_suspended_partner_has_no_public_pages(app: Flask, work: Work, cast: Cast, page: LandingPage) -> None:
    from partners import suspend_partner

    with work("nora") as ctx:
        suspend_partner(ctx, cast["pia"].partner_id, "contract ended")  # type: ignore[arg-type]
    assert app.test_client().get(HOSTED).status_code == 404


def test_a_partner_shows_only_what_it_receives(app: Flask, work: Work, cast: Cast, staged: Staged) -> None:
    from syndication import Collection

    with work("system") as ctx:
        ctx.session.get_one(Collection, staged.collection).audience = {"partners": [str(cast["pia"].partner_id)]}
    client = app.test_client()
    assert client.get("/p/brightwater/a/en/night-load").status_code == 404
    assert client.get(f"/p/brightwater/banner/en/{staged.guide}/1200x628.jpg").status_code == 404
    assert client.get(HOSTED).status_code == 200


def test_banners_are_stored_once_and_served_for_ever(app: Flask, staged: Staged) -> None:
    client = app.test_client()
    address = f"/p/kestrel/banner/ja/{staged.guide}/1080x1080.png"
    first, second = client.get(address), client.get(address)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    picture = client.get(first.headers["Location"])
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")
    assert "immutable" in picture.headers["Cache-Control"]
    for wrong in ("99x99.png", "1200x628.gif", "1200x628.svg"):
        assert client.get(f"/p/kestrel/banner/ja/{staged.guide}/{wrong}").status_code == 404


def test_an_unchanged_page_answers_304(app: Flask, staged: Staged) -> None:
    client = app.test_client()
    tag = client.get(HOSTED).headers["ETag"]
    assert client.get(HOSTED, headers={"If-None-Match": tag}).status_code == 304


def test_a_visit_is_told_once_and_a_look_not(app: Flask, visits: list[PageVisit], page: LandingPage, staged: Staged) -> None:
    client = app.test_client()
    client.get(f"/p/kestrel/{page.slug}?utm_source=kestrel", headers={"User-Agent": "Mozilla/5.0"})
    client.get(HOSTED)
    client.head(HOSTED)
    client.get(f"/p/kestrel/{page.slug}/thanks")
    client.get("/p/kestrel/a/de/nothing")
    told = [(visit.page_id, visit.asset_id, visit.locale) for visit in visits]
    assert told == [(str(page.id), str(staged.guide), "de"), (None, str(staged.guide), "de")]
    assert (visits[0].arrival, visits[0].user_agent) == ({"utm_source": "kestrel"}, "Mozilla/5.0")


def test_parameters_are_cut_and_cleaned() -> None:
    told = arrival_from({"utm_source": "a\x00b\u202ec" + "x" * 300, "cp_click": "'; drop table", "utm_content": "no placement", "other": "1"})
    assert told == {"utm_source": ("abc" + "x" * 300)[:100], "utm_content": "no placement"}
    assert "cp_click" not in told
    assert "placement" not in told
