"""The collector believes nobody, breaks for nobody, and keeps exactly what it acknowledged."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.settings import load_settings
from engagement import Collector, Intake
from engagement.collect import directory as directories
from engagement.models import NO_ASSET, DaySalt, Event, RefusedDay
from syndication import announce_public_change
from tests.engagement.conftest import BROWSER, Sender, World, drain_all


def events_of(database: Database) -> list[Event]:
    with database.reading(SYSTEM) as ctx:
        found = list(ctx.session.scalars(select(Event).order_by(Event.id)))
        ctx.session.expunge_all()
    return found


def refused(database: Database) -> dict[str, int]:
    with database.reading(SYSTEM) as ctx:
        return {row.reason: row.count for row in ctx.session.scalars(select(RefusedDay))}


def test_a_visit_becomes_events(database: Database, world: World, sender: Sender, drained: Callable[[], Any]) -> None:
    first, second, _ = world.assets
    answer = sender.tell(world.placement, ["loaded"], ["rendered", [first, second]], ["viewable", first], ["click", second])
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    drained()
    events = events_of(database)
    assert [(event.kind, event.asset_id) for event in events] == [
        ("loaded", NO_ASSET),
        ("rendered", first),
        ("rendered", second),
        ("viewable", first),
        ("tap", second),
    ]
    assert {(event.partner_id, event.placement_id, event.verdict, event.locale) for event in events} == {
        (world.kestrel, world.placement, "valid", "de")
    }
    assert [event.page for event in events] == ["www.kestrel.example/news", None, None, None, None]
    assert len({event.visitor for event in events}) == 1


def test_no_address_and_no_agent_reach_the_disk(database: Database, world: World, sender: Sender, intake: Intake) -> None:
    sender.tell(world.placement, ["loaded"], REMOTE_ADDR="203.0.113.77", page="https://www.kestrel.example/a?email=x@y.example#z")
    intake.spool.close()
    kept = b"".join(path.read_bytes() for path in database.settings.spool_dir.rglob("*.ready"))
    for secret in (b"203.0.113", b"Mozilla", b"Chrome", b"x@y.example", b"email"):
        assert secret not in kept
    assert b"www.kestrel.example/a" in kept


MALFORMED: list[tuple[Any, str]] = [
    ([], "d"),
    ({}, "v"),
    ({"v": 2, "p": "plc_x", "l": "de", "e": [["loaded"]]}, "v"),
    ({"v": True, "p": "plc_x", "l": "de", "e": [["loaded"]]}, "v"),
    ({"v": 1, "l": "de", "e": [["loaded"]]}, "p"),
    ({"v": 1, "p": 7, "l": "de", "e": [["loaded"]]}, "p"),
    ({"v": 1, "p": "xyz", "l": "de", "e": [["loaded"]]}, "p"),
    ({"v": 1, "p": "plc_x", "e": [["loaded"]]}, "l"),
    ({"v": 1, "p": "plc_x", "l": "x" * 99, "e": [["loaded"]]}, "l"),
    ({"v": 1, "p": "plc_x", "l": "de"}, "e"),
    ({"v": 1, "p": "plc_x", "l": "de", "e": []}, "e"),
    ({"v": 1, "p": "plc_x", "l": "de", "e": {"loaded": 1}}, "e"),
    ({"v": 1, "p": "plc_x", "l": "de", "e": [["loaded"]] * 51}, "e"),
    ({"v": 1, "p": "plc_x", "l": "de", "e": [["bought"]]}, "e[0]"),
    ({"v": 1, "p": "plc_x", "l": "de", "e": [["loaded"], [["viewable"]]]}, "e[1]"),
    ({"v": 1, "p": "plc_x", "l": "de", "e": [["viewable"]]}, "e[0]"),
    ({"v": 1, "p": "plc_x", "l": "de", "e": [["viewable", 5]]}, "e[0]"),
    ({"v": 1, "p": "plc_x", "l": "de", "e": [["rendered", ["ast_x", None]]]}, "e[0][1]"),
    ({"v": 1, "p": "plc_x", "l": "de", "e": [["rendered", ["ast_x"] * 101]]}, "e[0]"),
    ({"v": 1, "p": "plc_x", "l": "de", "e": [["rendered", [f"ast_{n}" for n in range(99)]], ["viewable", "ast_x"]] * 25}, "e"),
    ({"v": 1, "p": "plc_x", "l": "de", "e": [["loaded", "ast_x"]]}, "e[0]"),
    ({"v": 1, "p": "plc_x", "l": "de", "e": [["page_view", "ast_x"]]}, "e[0]"),
    ({"v": 1, "p": "prt_x", "l": "de", "e": [["loaded"]]}, "e[0]"),
    ({"v": 1, "p": "plc_x", "l": "de", "u": 5, "e": [["loaded"]]}, "u"),
]


@pytest.mark.parametrize(("message", "field"), MALFORMED)
def test_malformed_messages_name_the_field_and_the_fix(world: World, sender: Sender, message: Any, field: str) -> None:
    if field == "e" and isinstance(message.get("e"), list) and len(message["e"]) == 50:
        message["e"] = [["rendered", [f"ast_{n}_{at}" for n in range(50)]] for at in range(50)]
    answer = sender.message(message)
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert list(answer.json["errors"]) == [field]
    assert answer.json["errors"][field]


@pytest.mark.parametrize("body", [b"", b"x=1", b"d=", b"d=%FF%FE", b"d={", b"d=" + b"[" * 20000, b"d=" + b"9" * 9000, b"&&&=", b"d=%00"])
def test_bodies_that_hold_no_message(world: World, sender: Sender, body: bytes) -> None:
    assert sender.raw(body).status == 400


def test_too_large_whatever_the_header_says(world: World, sender: Sender) -> None:
    huge = b"d=" + b"x" * 70_000
    assert sender.raw(huge).status == 413
    assert sender.raw(huge, length=None).status == 413
    assert sender.raw(b"d=1", length="99999999999999999999999999").status == 413
    assert sender.raw(b"d=1", length="-5").status == 400


def test_what_is_unknown_is_counted_but_never_stored(database: Database, world: World, sender: Sender, drained: Callable[[], Any]) -> None:
    assert sender.tell("plc_01h45ytscbebyvny4gc8cr8ma2", ["loaded"]).status == 204
    assert sender.tell(world.ended_placement, ["loaded"]).status == 204
    assert sender.tell(world.placement, ["loaded"], locale="tlh").status == 204
    assert sender.tell(world.placement, ["viewable", "ast_01h45ytscbebyvny4gc8cr8ma2"]).status == 204
    assert sender.message({"v": 1}).status == 400
    assert sender.tell(world.placement, ["viewable", world.assets[0]], ["viewable", "ast_nonsense"]).status == 204
    drained()
    assert [(event.kind, event.asset_id) for event in events_of(database)] == [("viewable", world.assets[0])]
    assert refused(database) == {"unknown_placement": 2, "unknown_locale": 1, "unknown_asset": 2, "malformed": 1}


@pytest.mark.parametrize(
    ("environ", "page", "verdict"),
    [
        ({}, "", "valid"),
        ({"HTTP_ORIGIN": "https://shop.kestrel.example:8443"}, "", "valid"),
        ({"HTTP_ORIGIN": "https://kestrel.example.evil.example"}, "", "foreign_site"),
        ({"HTTP_ORIGIN": "https://brightwater.example"}, "https://kestrel.example/", "foreign_site"),
        ({"HTTP_ORIGIN": "null"}, "https://kestrel.example/", "valid"),
        ({"HTTP_ORIGIN": "null"}, "https://brightwater.example/", "foreign_site"),
        ({"HTTP_ORIGIN": "null", "HTTP_REFERER": "https://brightwater.example/x"}, "", "foreign_site"),
        ({"HTTP_ORIGIN": "null"}, "nullabout:srcdoc", "valid"),
        ({"HTTP_ORIGIN": "https://[broken"}, "", "valid"),
        ({"HTTP_ORIGIN": "http://127.0.0.1:8000"}, "", "own_site"),
        ({"HTTP_USER_AGENT": ""}, "", "no_agent"),
        ({"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, "", "crawler"),
        ({"HTTP_USER_AGENT": "curl/8.5.0"}, "", "crawler"),
        ({"HTTP_SEC_PURPOSE": "prefetch;prerender"}, "", "prefetch"),
    ],
)
def test_what_does_not_count_is_kept_with_its_reason(
    database: Database, world: World, sender: Sender, drained: Callable[[], Any], environ: dict[str, str], page: str, verdict: str
) -> None:
    assert sender.tell(world.placement, ["loaded"], page=page, **environ).status == 204
    drained()
    assert [event.verdict for event in events_of(database)] == [verdict]


def test_a_page_of_ours_counts_for_its_partner(database: Database, world: World, sender: Sender, drained: Callable[[], Any]) -> None:
    here = {"HTTP_ORIGIN": "http://127.0.0.1:8000"}
    sender.tell(world.kestrel, ["page_view", world.assets[0]], ["form_start", world.assets[0]], page="http://127.0.0.1:8000/p/kestrel/x", **here)
    sender.tell(world.kestrel, ["page_view", world.assets[0]], HTTP_ORIGIN="https://evil.example")
    drained()
    assert [(event.kind, event.verdict, event.asset_id) for event in events_of(database)] == [
        ("page_view", "valid", world.assets[0]),
        ("form_start", "valid", world.assets[0]),
        ("page_view", "foreign_site", world.assets[0]),
    ]


def test_one_message_cannot_count_one_view_fifty_times(database: Database, world: World, sender: Sender, drained: Callable[[], Any]) -> None:
    sender.tell(world.placement, *[["viewable", world.assets[0]]] * 50)
    drained()
    assert len(events_of(database)) == 1


def test_visitors_are_told_apart_within_a_day_and_never_recognised_later(
    database: Database, world: World, sender: Sender, drained: Callable[[], Any], clock: FixedClock
) -> None:
    sender.tell(world.placement, ["loaded"])
    sender.tell(world.second_placement, ["loaded"])
    sender.tell(world.placement, ["loaded"], REMOTE_ADDR="192.0.2.201")
    sender.tell(world.placement, ["loaded"], REMOTE_ADDR="198.51.100.1")
    sender.tell(world.placement, ["loaded"], HTTP_USER_AGENT=BROWSER.replace("Chrome/126.0.6478.61", "Chrome/126.0.9999.1"))
    sender.tell(world.placement, ["loaded"], HTTP_USER_AGENT=BROWSER.replace("Chrome", "Firefox"))
    sender.tell(world.rival_placement, ["loaded"], HTTP_ORIGIN="https://brightwater.example")
    clock.move(timedelta(days=1))
    sender.tell(world.placement, ["loaded"])
    drained()
    same, elsewhere, neighbour, other_net, same_major, other_browser, other_partner, next_day = (e.visitor for e in events_of(database))
    assert same == elsewhere == neighbour == same_major
    assert len({same, other_net, other_browser, other_partner, next_day}) == 5


def test_the_salt_of_a_past_day_is_destroyed(database: Database, world: World, sender: Sender, clock: FixedClock) -> None:
    from engagement.tasks import forget_what_has_passed

    sender.tell(world.placement, ["loaded"])
    clock.move(timedelta(days=1))
    sender.tell(world.placement, ["loaded"])
    for _ in range(2):
        with database.unit_of_work(SYSTEM) as ctx:
            forget_what_has_passed(ctx)
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(DaySalt)) == 1


def test_a_full_spool_says_when_to_come_back(world: World, sender: Sender, intake: Intake) -> None:
    intake.spool._max_bytes = 10
    answer = sender.tell(world.placement, ["loaded"])
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)
FIELDS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys("vplue", ANYTHING) | {"v": st.just(1) | ANYTHING, "e": st.lists(st.lists(ANYTHING), max_size=3) | ANYTHING}
)


@examples(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=400))
def test_any_bytes_are_answered_below_500(sender: Sender, body: bytes) -> None:
    assert sender.raw(body).status in (204, 400)
    assert sender.raw(b"d=" + body).status in (204, 400)


@examples(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=FIELDS)
def test_any_json_is_answered_below_500_and_nothing_foreign_is_stored(database: Database, sender: Sender, message: Any) -> None:
    assert sender.message(message).status in (204, 400)
    drain_all(database)
    assert events_of(database) == []


@examples(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(headers=st.fixed_dictionaries({name: st.text(max_size=80) for name in ("HTTP_USER_AGENT", "HTTP_ORIGIN", "HTTP_REFERER", "REMOTE_ADDR")}))
def test_any_headers_are_answered(world: World, sender: Sender, headers: dict[str, str]) -> None:
    assert sender.tell(world.placement, ["loaded"], **headers).status == 204


def test_hostile_text_stays_text(database: Database, world: World, sender: Sender, drained: Callable[[], Any]) -> None:
    sender.tell(world.placement, ["loaded"], page="https://kestrel.example/<script>alert(1)</script>\n\u0000\ud800?x")
    drained()
    assert json.dumps(events_of(database)[0].page) == '"kestrel.example/<script>alert(1)</script>"'


def test_the_first_callers_wait_for_the_directory_together(database: Database, world: World, clock: FixedClock) -> None:
    intake = Intake(database)
    together = threading.Barrier(8)
    answers: list[int] = []

    def knock() -> None:
        together.wait()
        answers.append(Sender(Collector(intake), clock).tell(world.placement, ["loaded"]).status)

    threads = [threading.Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    intake.spool.close()
    assert answers == [204] * 8


def test_after_a_quiet_time_a_new_placement_is_known_to_all_callers(database: Database, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = Intake(database).directory
    looking, go_on = threading.Event(), threading.Event()
    assert world.placement in directory().spots
    read = directories.read_directory

    def slowly(ctx: Any) -> Any:
        looking.set()
        go_on.wait(10)
        return read(ctx)

    monkeypatch.setattr(directories, "read_directory", slowly)
    with database.unit_of_work(SYSTEM) as ctx:
        announce_public_change(ctx)
    directory._looked -= 3600
    before = directory._current
    found: list[Any] = []
    callers = [threading.Thread(target=lambda: found.append(directory())) for _ in range(4)]
    callers[0].start()
    assert looking.wait(10)
    for caller in callers[1:]:
        caller.start()
    callers[1].join(0.2)
    assert found == [], "nobody goes on with a table of an hour ago"
    go_on.set()
    for caller in callers:
        caller.join()
    assert len(found) == 4 and before not in found


def test_without_a_database_the_sender_is_asked_to_come_back(
    tmp_path: Path, own_engines: Callable[[Path], dict[str, str]], clock: FixedClock
) -> None:
    empty = Database(load_settings(own_engines(tmp_path), data_dir=tmp_path / "empty", secret_key="s" * 40), clock)
    answer = Sender(Collector(Intake(empty)), clock).tell("plc_01h45ytscbebyvny4gc8cr8ma2", ["loaded"])
    assert answer.status == 503
    assert "Retry-After" in answer.headers
    empty.dispose()


def test_when_the_database_goes_away_counting_goes_on(
    database: Database, world: World, sender: Sender, drained: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    sender.tell(world.placement, ["loaded"])

    def away(*_: Any, **__: Any) -> Any:
        raise OperationalError("select", {}, Exception("the database is away"))

    with monkeypatch.context() as patch:
        patch.setattr(database, "reading", away)
        patch.setattr(database, "unit_of_work", away)
        sender.collector.intake.directory._looked = float("-inf")
        clock.move(timedelta(days=1))
        assert sender.tell(world.placement, ["loaded"]).status == 204
    drained()
    assert [event.verdict for event in events_of(database)] == ["valid", "valid"]
