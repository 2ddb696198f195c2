"""Every feed of the demo is accepted by the independent checks, and a restart of the hub changes no id and no ETag."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import feedparser
import pytest

from core.ctx import SYSTEM
from syndication import Localization, Placement
from tests.feeds.agreement import check_agreement
from tests.feeds.checks import CHECKS
from tests.journeys.demo_hub import DemoHub
from tests.journeys.reading import fetch

pytestmark = pytest.mark.browser
FILES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
#: A second start has nothing to load. Generous, because other work may share the machine.
SECOND_START_SECONDS = 120


@dataclass(frozen=True)
class Feed:
    """One address and what it answers now."""

    address: str
    name: str
    body: bytes
    tag: str
    modified: str


def _locales(demo: DemoHub) -> set[str]:
    database = demo.database()
    with database.reading(SYSTEM) as ctx:
        found = {row for (row,) in ctx.session.query(Localization.locale).distinct()} | {
            row for (row,) in ctx.session.query(Placement.locale).distinct()
        }
    database.dispose()
    return found


def _feeds(demo: DemoHub) -> Iterator[Feed]:
    """Each placement in its own language and in every other one that it has."""
    locales = sorted(_locales(demo))
    for placement in demo.addresses()["placements"]:
        base = placement["feeds"]["rss"].removesuffix(FILES["rss"])
        for folder in (base, *(f"{base}{locale}/" for locale in locales)):
            for name, file in FILES.items():
                answer = fetch(folder + file)
                if answer.status == 200:
                    yield Feed(folder + file, name, answer.body, answer.headers["etag"], answer.headers["last-modified"])
                else:
                    assert answer.status == 404 and folder != base, f"{folder + file}: {answer.status}"


@pytest.fixture(scope="module")
def feeds(demo: DemoHub) -> list[Feed]:
    return list(_feeds(demo))


def test_every_placement_has_every_format_in_several_languages(demo: DemoHub, feeds: list[Feed]) -> None:
    placements = demo.addresses()["placements"]
    assert {one.name for one in feeds} == set(FILES)
    assert len(feeds) >= len(placements) * len(FILES) * 3
    for placement in placements:
        assert set(placement["feeds"].values()) <= {one.address for one in feeds}


def test_the_checks_accept_every_one(feeds: list[Feed]) -> None:
    wrong = {one.address: found for one in feeds if (found := CHECKS[one.name](one.body))}
    assert wrong == {}


def test_the_three_formats_say_the_same(feeds: list[Feed]) -> None:
    by_folder: dict[str, dict[str, bytes]] = {}
    for one in feeds:
        by_folder.setdefault(one.address.rsplit("/", 1)[0], {})[one.name] = one.body
    wrong = {folder: found for folder, three in by_folder.items() if (found := check_agreement(three["rss"], three["atom"], three["json"]))}
    assert wrong == {}


def test_no_two_partners_or_languages_share_an_id(demo: DemoHub, feeds: list[Feed]) -> None:
    partner_of = {placement["id"]: placement["partner"] for placement in demo.addresses()["placements"]}
    owners: dict[str, set[tuple[str, str]]] = {}
    for one in feeds:
        if one.name == "json":
            partner = next(slug for placement, slug in partner_of.items() if placement in one.address)
            for item in json.loads(one.body)["items"]:
                owners.setdefault(item["id"], set()).add((partner, item.get("language", "")))
    shared = {item: found for item, found in owners.items() if len(found) > 1}
    assert shared == {}
    assert {"kestrel", "brightwater", "nakhla", "minato"} == {partner for found in owners.values() for partner, _ in found}


def test_known_tags_are_answered_304(feeds: list[Feed]) -> None:
    for one in feeds:
        assert fetch(one.address, If_None_Match=one.tag).status == 304, one.address
        assert fetch(one.address, If_Modified_Since=one.modified).status == 304, one.address


def test_a_restart_changes_no_id_and_no_tag(demo: DemoHub, feeds: list[Feed]) -> None:
    if demo.process is None:
        pytest.skip("this hub is somebody else's: CHANNELPRESS_RUNNING_DEMO")
    begun = time.monotonic()
    assert demo.restart() == 0
    assert time.monotonic() - begun < SECOND_START_SECONDS
    now = list(_feeds(demo))
    assert [(one.address, one.tag, one.modified) for one in now] == [(one.address, one.tag, one.modified) for one in feeds]
    assert [_ids(one) for one in now] == [_ids(one) for one in feeds]
    assert [one.body for one in now] == [one.body for one in feeds]


def _ids(feed: Feed) -> list[str]:
    if feed.name == "json":
        return [item["id"] for item in json.loads(feed.body)["items"]]
    return [entry.id for entry in feedparser.parse(feed.body).entries]
