"""The public addresses below /embed/: the loader for every site, the data through Flask and through the fast path."""

from __future__ import annotations

import json
from typing import Any

import brotli
import pytest
from flask import Flask
from werkzeug.test import Client

from core.ctx import SYSTEM
from core.database import Database
from embed_widget.addresses import read_address
from embed_widget.build import SCRIPT, build
from syndication import Placement, PlacementStatus, PublicAddress
from tests.conftest import Cast
from tests.embed_widget.stage import PLACEMENT
from tests.feeds.stage import Stage, build_views, publish_stage, reads_before

FROM_ELSEWHERE = {"Origin": "https://www.kestrel.example"}


@pytest.fixture
def stage(database: Database, cast: Cast) -> Stage:
    return publish_stage(database)


def _fallen_through(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("599 Fell Through", [])
    return [b""]


@pytest.mark.parametrize(
    ("path", "locale"), [(f"/embed/{PLACEMENT}.json", None), (f"/embed/{PLACEMENT}/ar.json", "ar"), (f"/embed/{PLACEMENT}/de-at.json", "de-AT")]
)
def test_addresses_that_mean_something(path: str, locale: str | None) -> None:
    assert read_address(path) == PublicAddress(PLACEMENT, "widget", locale, cors=True)


@pytest.mark.parametrize("tail", ["", ".js", ".json/", "/.json", "/xx.json", "/zz-ZZ.json", "/de/en.json", ".json\n", "/../x.json"])
def test_addresses_that_mean_nothing(tail: str) -> None:
    assert read_address(f"/embed/{PLACEMENT}{tail}") is None


def test_the_loader_is_open_to_every_site_and_cacheable(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/embed/v1.js", headers=FROM_ELSEWHERE)
    assert answer.data == SCRIPT.read_bytes()
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age=3600" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    again = client.get("/embed/v1.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"


def test_the_loader_travels_compressed_under_a_tag_of_its_own(app: Flask) -> None:
    client = app.test_client()
    plain, packed = client.get("/embed/v1.js"), client.get("/embed/v1.js", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) <= 3000
    assert brotli.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_the_hash_is_published(app: Flask) -> None:
    assert app.test_client().get("/embed/manifest.json").json["integrity"] == build().integrity


def test_flask_and_fast_path_answer_alike(app: Flask, database: Database, stage: Stage) -> None:
    build_views(database, stage)
    for path in (f"/embed/{stage.placement_id}.json", f"/embed/{stage.placement_id}/ar.json"):
        slow = app.test_client().get(path, headers=FROM_ELSEWHERE)
        fast = Client(reads_before(_fallen_through, database)).get(path, headers=FROM_ELSEWHERE)
        assert (slow.status_code, fast.status_code) == (200, 200)
        assert slow.data == fast.data
        for name in ("ETag", "Last-Modified", "Cache-Control", "Content-Type", "Access-Control-Allow-Origin"):
            assert slow.headers[name] == fast.headers[name], name
        assert slow.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in slow.headers


def test_the_data_is_that_of_the_placement(app: Flask, database: Database, stage: Stage) -> None:
    data = json.loads(app.test_client().get(f"/embed/{stage.placement_id}.json").data)
    assert data["placement"] == str(stage.placement_id)
    assert data["layout"] in ("list", "cards")
    assert data["items"]
    assert all(f"{database.settings.url}/c/{stage.placement_id}/" in item["href"] for item in data["items"])
    rival = app.test_client().get(f"/embed/{stage.rival_placement_id}.json").data
    assert str(stage.placement_id).encode() not in rival
    assert b"estrel" not in rival


def test_refusals_are_readable_for_the_script_too(app: Flask, database: Database, stage: Stage) -> None:
    client = app.test_client()
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.session.get_one(Placement, stage.placement_id).status = PlacementStatus.ENDED
    ended = client.get(f"/embed/{stage.placement_id}.json", headers=FROM_ELSEWHERE)
    unknown = client.get("/embed/plc_00000000000000000000000000.json", headers=FROM_ELSEWHERE)
    nonsense = client.get("/embed/plc_1/../x.json", headers=FROM_ELSEWHERE)
    assert [answer.status_code for answer in (ended, unknown, nonsense)] == [410, 404, 404]
    assert ended.headers["Access-Control-Allow-Origin"] == unknown.headers["Access-Control-Allow-Origin"] == "*"
