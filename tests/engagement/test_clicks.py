"""The tracked link: counts, tells where from, and leads to the partner's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.ctx import SYSTEM
from core.database import Database
from engagement import Intake
from engagement.models import NO_PLACEMENT, ClickId, Event
from syndication import Asset, AssetStatus, announce_public_change
from tests.engagement.conftest import BROWSER, World

AGENT = {"User-Agent": BROWSER}


@pytest.fixture
def visitor(app: Flask, intake: Intake) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def link(world: World) -> str:
    utm = f"utm_source=kestrel&utm_medium=referral&utm_campaign=2026-q1_dach_retrofit&utm_content={world.assets[0]}:{world.placement}:a"
    return f"/c/{world.placement}/{world.assets[0]}/de?{utm}"


def clicks(database: Database) -> list[tuple[str, str]]:
    with database.reading(SYSTEM) as ctx:
        return [(row.kind, row.verdict) for row in ctx.session.scalars(select(Event).order_by(Event.id))]


def test_a_click_counts_and_goes_to_the_hosted_page(
    database: Database, world: World, visitor: FlaskClient, link: str, drained: Callable[[], Any]
) -> None:
    answer = visitor.get(link + "&gclid=abc&x=%C3%A4&cp_click=old#frag", headers=AGENT)
    assert answer.status_code == 302
    target = urlsplit(answer.location)
    assert target.path == "/p/kestrel/a/de/meter-0"
    told = dict(parse_qsl(target.query))
    assert re.fullmatch("[0-9a-f]{32}", told["cp_click"])
    assert (told["utm_source"], told["gclid"], told["x"]) == ("kestrel", "abc", "ä")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in answer.headers
    drained()
    assert clicks(database) == [("click", "valid")]
    with database.reading(SYSTEM) as ctx:
        row = ctx.session.scalars(select(ClickId)).one()
        assert row.id.hex() == told["cp_click"]
        assert row.utm["utm_campaign"] == "2026-q1_dach_retrofit"


def test_each_click_gets_its_own_id(world: World, visitor: FlaskClient, link: str) -> None:
    ids = {dict(parse_qsl(urlsplit(visitor.get(link, headers=AGENT).location).query))["cp_click"] for _ in range(5)}
    assert len(ids) == 5


def test_a_published_landing_page_is_preferred_and_its_fallback_language_taken(world: World, visitor: FlaskClient, link: str, landing: Any) -> None:
    assert urlsplit(visitor.get(link, headers=AGENT).location).path == f"/p/kestrel/{landing.slug}"
    austrian = link.replace("/de?", "/de-AT?")
    assert urlsplit(visitor.get(austrian, headers=AGENT).location).path == f"/p/kestrel/{landing.slug}"


def test_looking_is_not_clicking(database: Database, world: World, visitor: FlaskClient, link: str, drained: Callable[[], Any]) -> None:
    answer = visitor.head(link, headers=AGENT)
    assert answer.status_code == 302
    assert "cp_click" not in answer.location
    drained()
    assert clicks(database) == []


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [({"User-Agent": "curl/8.5.0"}, "crawler"), ({"User-Agent": ""}, "no_agent"), (AGENT | {"Sec-Purpose": "prefetch"}, "prefetch")],
)
def test_machines_are_led_on_but_not_counted(
    database: Database, world: World, visitor: FlaskClient, link: str, drained: Callable[[], Any], headers: dict[str, str], verdict: str
) -> None:
    assert visitor.get(link, headers=headers).status_code == 302
    drained()
    assert clicks(database) == [("click", verdict)]


def test_unknown_and_withdrawn(database: Database, world: World, visitor: FlaskClient, link: str, work: Any, intake: Intake) -> None:
    other = "plc_01h45ytscbebyvny4gc8cr8ma2"
    assert visitor.get(link.replace(world.placement, other, 1), headers=AGENT).status_code == 404
    assert visitor.get(f"/c/nonsense/{world.assets[0]}/de").status_code == 404
    assert visitor.get(link.replace("/de?", "/xx-nonsense?"), headers=AGENT).status_code == 404
    assert visitor.get(f"/c/{world.ended_placement}/{world.assets[0]}/de", headers=AGENT).status_code == 410
    with work("system") as ctx:
        ctx.session.get_one(Asset, world.assets[0]).status = AssetStatus.WITHDRAWN
        announce_public_change(ctx)
    answer = visitor.get(link, headers=AGENT)
    assert answer.status_code == 410 and answer.headers["Cache-Control"] == "no-store"
    assert "Dieser Inhalt ist nicht mehr verfügbar" in answer.text and "Kestrel" in answer.text


def test_a_full_disk_still_lets_the_visitor_arrive(world: World, visitor: FlaskClient, link: str, intake: Intake) -> None:
    intake.spool._max_bytes = 10
    answer = visitor.get(link, headers=AGENT)
    assert answer.status_code == 302
    assert "cp_click" not in answer.location


def test_hostile_parameters_cannot_leave_the_hub_or_split_the_header(world: World, visitor: FlaskClient, link: str) -> None:
    answer = visitor.get(link + "&next=https://evil.example/%0d%0aSet-Cookie:x=1&utm_term=" + "x" * 5000, headers=AGENT)
    assert answer.status_code == 302
    assert answer.location.startswith("/p/kestrel/")
    assert "Set-Cookie" not in answer.headers
    assert len(answer.location) < 3000


def test_a_page_that_is_read_is_counted_with_the_placement_it_was_reached_through(
    database: Database, world: World, visitor: FlaskClient, link: str, drained: Callable[[], Any]
) -> None:
    location = visitor.get(link, headers=AGENT).location
    assert visitor.get(location, headers=AGENT).status_code == 200
    assert visitor.get("/p/kestrel/a/de/meter-0", headers=AGENT).status_code == 200
    forged = f"/p/kestrel/a/de/meter-0?utm_content={world.assets[0]}:{world.rival_placement}:a"
    assert visitor.get(forged, headers=AGENT).status_code == 200
    drained()
    with database.reading(SYSTEM) as ctx:
        rows = list(ctx.session.scalars(select(Event).where(Event.kind == "page_view")))
        assert sorted(str(row.placement_id) for row in rows) == sorted([str(world.placement), NO_PLACEMENT, NO_PLACEMENT])
        assert {row.partner_id for row in rows} == {world.kestrel}
