"""Traffic that somebody makes up to be paid for: what it adds to the evidenced figures, and where it stands instead (N-01).

The tolerance that is stated: one network with one browser adds at most one to a figure per item and day, however often and however fast
it calls; what calls itself a machine, comes from a foreign site or from our own previews adds nothing. Who changes the name of the
browser as well, or comes from many networks, is told apart as often as that: the last test says so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from engagement import SealedTotals, seal_all_due, sealed_days, totals_of
from engagement.collect.intake import Arrival, Intake
from engagement.rules.kinds import Verdict
from tests.engagement.conftest import BROWSER, Sender, World

BOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/8.5.0",
    "python-requests/2.32.3",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36",
    "Go-http-client/2.0",
    "Wget/1.21.4",
    "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "",
)


@pytest.fixture
def honest(sender: Sender, world: World) -> int:
    """Twelve people, each in a network of their own, see all three items; four of them click one."""
    for number in range(12):
        here = {"REMOTE_ADDR": f"198.51.{number}.9"}
        sender.tell(world.placement, ["loaded"], ["rendered", world.assets], **here)
        sender.tell(world.placement, ["viewable", world.assets[0]], **here)
    return 12


@pytest.fixture
def sealed(database: Database, clock: FixedClock, drained: Callable[[], Any], world: World) -> Callable[[], SealedTotals]:
    """The figures of the day, as they are sealed two days later."""

    def totals() -> SealedTotals:
        day = clock.today()
        drained()
        clock.move(timedelta(days=4))
        seal_all_due(database)
        with database.reading(SYSTEM) as ctx:
            return totals_of(sealed_days(ctx, world.placement, day, day))

    return totals


HONEST = {"loaded": 12, "rendered": 36, "viewable": 12}


def _click(intake: Intake, world: World, asset: int = 0, **arrival: str) -> None:
    spot = intake.known().spots[world.placement]
    told = {"address": "192.0.2.7", "user_agent": BROWSER, "origin": "", "referer": "", "purpose": "", **arrival}
    came = Arrival(**told)
    intake.keep_click(spot, came, intake.judge_agent(came), "de", world.assets[asset].uuid.hex, {})


def test_honest_visitors_are_all_evidenced(honest: int, sealed: Callable[[], SealedTotals]) -> None:
    totals = sealed()
    assert (totals.evidenced, totals.valid, totals.invalid) == (HONEST, HONEST, {})


def test_machines_that_say_so_add_nothing_and_stand_apart(
    honest: int, sender: Sender, intake: Intake, world: World, sealed: Callable[[], SealedTotals]
) -> None:
    for agent in BOTS:
        for _ in range(40):
            sender.tell(world.placement, ["loaded"], ["rendered", world.assets], HTTP_USER_AGENT=agent)
            _click(intake, world, user_agent=agent)
    totals = sealed()
    assert totals.evidenced == HONEST
    assert totals.invalid == {"crawler": 7 * 40 * 5, "no_agent": 40 * 5}


def test_a_thousand_clicks_of_one_visitor_are_one(
    honest: int, intake: Intake, clock: FixedClock, world: World, sealed: Callable[[], SealedTotals]
) -> None:
    for number in range(1000):
        clock.move(timedelta(milliseconds=7))
        _click(intake, world, asset=number % 2)
    totals = sealed()
    assert totals.evidenced == {**HONEST, "click": 2}
    assert totals.valid["click"] == 1000 and totals.repeated["click"] == 998


def test_a_burst_from_one_place_adds_one_per_item(honest: int, sender: Sender, world: World, sealed: Callable[[], SealedTotals]) -> None:
    """As fast as it can: neither another address in the same network nor another minor version makes another visitor."""
    for number in range(400):
        agent = BROWSER.replace("126.0.6478.61", f"126.0.{6000 + number}.{number % 9}")
        sender.tell(world.placement, ["loaded"], ["rendered", world.assets], REMOTE_ADDR=f"192.0.2.{number % 250}", HTTP_USER_AGENT=agent)
    totals = sealed()
    assert totals.evidenced == {"loaded": 13, "rendered": 39, "viewable": 12}
    assert totals.repeated["rendered"] == 399 * 3


def test_one_message_with_hundreds_of_repeats_is_one(honest: int, sender: Sender, world: World, sealed: Callable[[], SealedTotals]) -> None:
    sender.tell(world.placement, *[["click", world.assets[0]]] * 50, *())
    sender.tell(world.placement, *[["rendered", world.assets] for _ in range(50)])
    totals = sealed()
    assert totals.evidenced == {**HONEST, "rendered": 39, "tap": 1}


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({"HTTP_ORIGIN": "https://clickfarm.example"}, Verdict.FOREIGN_SITE),
        ({"HTTP_ORIGIN": "null", "HTTP_REFERER": "https://clickfarm.example/x"}, Verdict.FOREIGN_SITE),
        ({"HTTP_ORIGIN": "http://127.0.0.1:8000"}, Verdict.OWN_SITE),
        ({"HTTP_SEC_PURPOSE": "prefetch;prerender"}, Verdict.PREFETCH),
    ],
)
def test_foreign_sites_previews_and_pages_loaded_ahead_add_nothing(
    headers: dict[str, str], verdict: Verdict, honest: int, sender: Sender, world: World, sealed: Callable[[], SealedTotals]
) -> None:
    for number in range(60):
        sender.tell(world.placement, ["loaded"], ["rendered", world.assets], REMOTE_ADDR=f"203.0.{number}.5", **headers)
    totals = sealed()
    assert totals.evidenced == HONEST
    assert totals.invalid == {verdict.value: 60 * 4}


def test_a_script_on_the_partners_own_machine_stays_within_the_tolerance(
    honest: int, sender: Sender, intake: Intake, world: World, sealed: Callable[[], SealedTotals]
) -> None:
    """It knows everything: the right origin, a real browser's name, every event. From one network it is one visitor, once per item."""
    for _ in range(500):
        sender.tell(world.placement, ["loaded"], ["rendered", world.assets], ["viewable", world.assets[0]])
        _click(intake, world)
    totals = sealed()
    assert totals.evidenced == {"loaded": 13, "rendered": 39, "viewable": 13, "click": 1}


def test_fake_hits_on_a_rivals_placement_cannot_be_moved_over(sender: Sender, world: World, honest: int, sealed: Callable[[], SealedTotals]) -> None:
    for _ in range(30):
        sender.tell(
            world.rival_placement, ["loaded"], locale="en", page="https://www.brightwater.example/", HTTP_ORIGIN="https://www.kestrel.example"
        )
    assert sealed().evidenced == HONEST


def test_what_is_not_caught(honest: int, sender: Sender, world: World, sealed: Callable[[], SealedTotals]) -> None:
    """Many networks, or many kinds of browser from one, are many visitors: nothing that is counted without a cookie can tell them apart."""
    for number in range(20):
        sender.tell(world.placement, ["loaded"], HTTP_USER_AGENT=BROWSER.replace("Chrome/126", f"Chrome/{100 + number}"))
    for number in range(30):
        sender.tell(world.placement, ["loaded"], REMOTE_ADDR=f"203.0.{number}.1")
    assert sealed().evidenced["loaded"] == 12 + 20 + 30
