"""The feeds as a reader gets them: the same through Flask and through the fast path, for life and across a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import Client

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.public_reads.conditional import http_date
from core.settings import Settings
from feeds import FILE_NAMES, feed_path, page_path
from hub.app import create_flask
from syndication import Placement, follow_public_address
from syndication.rules import PlacementStatus
from syndication.services import withdraw_asset
from tests.conftest import Cast
from tests.feeds.agreement import check_agreement
from tests.feeds.checks import CHECKS
from tests.feeds.making import LOCALES
from tests.feeds.stage import Stage, build_views, publish_stage, reads_before

HEADERS = ("ETag", "Last-Modified", "Cache-Control", "Vary", "Surrogate-Key", "Cache-Tag", "X-Robots-Tag", "Content-Type")


@pytest.fixture
def stage(database: Database, cast: Cast) -> Stage:
    return publish_stage(database)


def _fallen_through(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("599 Fell Through", [])
    return [b""]


@pytest.mark.parametrize("locale", [None, *LOCALES])
def test_every_format_in_every_language_is_valid_and_says_the_same(app: Flask, stage: Stage, locale: str | None) -> None:
    documents = {name: app.test_client().get(feed_path(stage.placement_id, name, locale)).data for name in FILE_NAMES}
    assert {name: CHECKS[name](document) for name, document in documents.items()} == {"rss": [], "atom": [], "json": []}
    assert check_agreement(documents["rss"], documents["atom"], documents["json"]) == []


@pytest.mark.parametrize("name", FILE_NAMES)
def test_flask_and_fast_path_answer_alike(app: Flask, database: Database, stage: Stage, name: str) -> None:
    build_views(database, stage)
    path = feed_path(stage.placement_id, name)
    slow, fast = app.test_client().get(path), Client(reads_before(_fallen_through, database)).get(path)
    assert (slow.status_code, fast.status_code) == (200, 200)
    assert slow.data == fast.data
    assert {key: slow.headers.get(key) for key in HEADERS} == {key: fast.headers.get(key) for key in HEADERS}
    assert "Set-Cookie" not in slow.headers
    assert ("*" if name == "json" else None) == fast.headers.get("Access-Control-Allow-Origin")


def test_self_is_the_public_address_whatever_the_host_header_says(app: Flask, database: Database, stage: Stage) -> None:
    path = feed_path(stage.placement_id, "rss")
    answer = app.test_client().get(path, headers={"Host": "evil.example"})
    assert f'href="{database.settings.url}{path}" rel="self"'.encode() in answer.data
    assert b"evil.example" not in answer.data


def test_ids_and_tags_survive_a_restart(app: Flask, database: Database, settings: Settings, clock: FixedClock, stage: Stage) -> None:
    build_views(database, stage)
    paths = [feed_path(stage.placement_id, name, locale) for name in FILE_NAMES for locale in LOCALES]
    before = [Client(reads_before(_fallen_through, database)).get(path) for path in paths]
    reopened = Database(settings, clock)
    build_views(reopened, stage)
    after = [Client(reads_before(_fallen_through, reopened)).get(path) for path in paths]
    reopened.dispose()
    assert [answer.data for answer in before] == [answer.data for answer in after]
    assert [answer.headers["ETag"] for answer in before] == [answer.headers["ETag"] for answer in after]


def test_another_public_address_stands_in_every_link_at_once_and_changes_no_id(
    database: Database, settings: Settings, clock: FixedClock, stage: Stage
) -> None:
    path = feed_path(stage.placement_id, "json")
    with database.unit_of_work(SYSTEM) as ctx:
        follow_public_address(ctx)
    build_views(database, stage)
    before = create_flask(database).test_client().get(path).json
    moved = Database(replace(settings, public_url="https://hub.velorin.example"), clock)
    with moved.unit_of_work(SYSTEM) as ctx:
        assert follow_public_address(ctx)
    app = create_flask(moved)
    for _ in ("rendered on demand", "built"):
        after = Client(reads_before(app.wsgi_app, moved)).get(path).json
        assert [item["id"] for item in after["items"]] == [item["id"] for item in before["items"]]
        assert all(item["url"].startswith("https://hub.velorin.example/c/") for item in after["items"])
        assert settings.url not in str(after)
        build_views(moved, stage)
    with moved.unit_of_work(SYSTEM) as ctx:
        assert not follow_public_address(ctx), "the second start changes nothing"
    moved.dispose()


def test_two_partners_never_share_an_id_or_a_byte_of_the_other(app: Flask, stage: Stage) -> None:
    ours, theirs = (app.test_client().get(feed_path(placement, "json", "en")) for placement in (stage.placement_id, stage.rival_placement_id))
    assert {item["id"] for item in ours.json["items"]}.isdisjoint(item["id"] for item in theirs.json["items"])
    assert ours.headers["ETag"] != theirs.headers["ETag"]
    assert b"Kestrel" not in theirs.data
    assert b"kestrel" not in theirs.data


@pytest.mark.parametrize(
    "tail",
    ["rss", "rss.xml/", "de/rss", "de_DE/rss.xml", "DE/rss.xml", "xx/rss.xml", "fr/rss.xml", "../rss.xml", "%00/rss.xml", "de%0A/rss.xml"],
)
def test_an_address_that_means_nothing_is_404(app: Flask, stage: Stage, tail: str) -> None:
    assert app.test_client().get(f"/feeds/{stage.placement_id}/{tail}", follow_redirects=True).status_code == 404


def test_unknown_placements_are_404_and_ended_ones_410(app: Flask, database: Database, stage: Stage) -> None:
    client = app.test_client()
    assert client.get("/feeds/plc_00000000000000000000000000/rss.xml").status_code == 404
    assert client.get("/feeds/nothing/rss.xml").status_code == 404
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.session.get_one(Placement, stage.placement_id).status = PlacementStatus.ENDED
    for path in (feed_path(stage.placement_id, "rss"), page_path(stage.placement_id)):
        assert client.get(path).status_code == 410


def test_a_reader_that_knows_the_feed_gets_304_from_flask_too(app: Flask, stage: Stage) -> None:
    client = app.test_client()
    path = feed_path(stage.placement_id, "atom")
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    head = client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(first.data))


@pytest.mark.parametrize("name", FILE_NAMES)
def test_a_withdrawn_item_is_gone_within_a_second_without_any_worker(
    app: Flask, database: Database, clock: FixedClock, cast: Cast, stage: Stage, name: str
) -> None:
    build_views(database, stage)
    second = [0.0]
    client = Client(reads_before(app.wsgi_app, database, monotonic=lambda: second[0]))
    path, recalled = feed_path(stage.placement_id, name), str(stage.asset_ids[0])
    before = client.get(path)
    assert recalled in before.text
    clock.move(timedelta(hours=1))
    with database.unit_of_work(SYSTEM) as ctx:
        withdraw_asset(ctx, stage.asset_ids[0], "wrong figures")
    second[0] = 1.0
    by_tag = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    by_date = client.get(path, headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert (by_tag.status_code, by_date.status_code) == (200, 200)
    assert recalled not in by_tag.text + by_date.text
    assert CHECKS[name](by_tag.data) == []
    build_views(database, stage)
    second[0] = 2.0
    again = client.get(path)
    assert recalled not in again.text
    assert http_date(again.headers["Last-Modified"]) >= http_date(by_tag.headers["Last-Modified"]) > http_date(before.headers["Last-Modified"])


def test_the_page_shows_the_items_and_where_to_subscribe(app: Flask, stage: Stage) -> None:
    answer = app.test_client().get(page_path(stage.placement_id), headers={"Accept-Language": "ja"})
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 200
    assert page.html["lang"] == "de", "the page speaks the language of its content"
    discovered = {link["type"]: link["href"] for link in page.find_all("link", rel="alternate")}
    assert set(discovered) == {"application/rss+xml", "application/atom+xml", "application/feed+json"}
    assert all(href.startswith("http") and str(stage.placement_id) in href for href in discovered.values())
    assert len(page.find_all("article")) == 3
    assert all(f"/c/{stage.placement_id}/" in article.find("a")["href"] for article in page.find_all("article"))
    assert page.find("script") is None
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Robots-Tag"] == "noindex"
    again = app.test_client().get(page_path(stage.placement_id), headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_page_in_arabic_reads_from_right_to_left(app: Flask, stage: Stage) -> None:
    page = BeautifulSoup(app.test_client().get(page_path(stage.placement_id, "ar")).text, "html.parser")
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert page.find("h1").text == "أخبار فيلورين"
