"""Logs say what happened, on which trail, and nothing of anybody: no name, no address, no secret, not even in a traceback."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from core.clock import FixedClock
from core.ctx import SYSTEM, Ctx, correlation_id
from core.database import Database
from core.ids import new_id
from core.jobs import job, run_until_idle
from core.logging import JsonLines, scrubbed
from core.signing import sign
from core.web.trail import wanted_id
from tests.conftest import Cast

NAME, MAIL, PHONE, SECRET, TOKEN = (
    "Zenobia Markerowa",
    "zenobia.m@marker.example",
    "+49 170 5558472",
    "hunter2-Marker!",
    "tok_Marker-93kf93kf93kf93kf",
)
MARKERS = (NAME, "Zenobia", "Markerowa", MAIL, PHONE, "5558472", SECRET, TOKEN)


class Kept(logging.Handler):
    """Every line as it would have been written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def told(self, name: str) -> list[dict[str, object]]:
        return [line for line in map(json.loads, self.lines) if line["message"] == name]


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler, root = Kept(), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", "channelpress", "sqlalchemy.engine")}
    root.addHandler(handler)
    logging.getLogger("channelpress").setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@job("tests.follow")
def follow(ctx: Ctx, number: int) -> None:
    logging.getLogger("channelpress.tests").info("the job says")


@pytest.mark.parametrize(
    ("request_id", "traceparent", "wanted"),
    [
        ("0123456789abcdef", "", "0123456789abcdef"),
        ("6F9619FF-8B86-D011-B42D-00CF4FC964FF", "", "6f9619ff8b86d011b42d00cf4fc964ff"),
        ("", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", None),
        ("Petra Musterfrau", "", None),
        ("abc", "", None),
        ("0123456789abcdef\nforged line", "", None),
        ("a" * 33, "", None),
    ],
)
def test_a_clients_id_is_taken_only_when_it_can_say_nothing_else(request_id: str, traceparent: str, wanted: str | None) -> None:
    assert wanted_id(request_id, traceparent) == wanted


def test_one_id_follows_a_click_from_the_web_into_the_worker(
    app: Flask, database: Database, kept: Kept, client_as: Callable[[str], FlaskClient]
) -> None:
    trail = "feedfacefeedface"
    nora = client_as("nora")
    answer = nora.get("/desk/", headers={"X-Request-Id": trail})
    assert answer.headers["X-Correlation-Id"] == trail
    line = next(line for line in kept.told("request") if line["correlation"] == trail)
    assert (line["route"], line["status"], line["method"], line["face"]) == ("/desk/", 200, "GET", "desk")
    assert isinstance(line["ms"], float)
    correlation_id.set(trail)
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.enqueue(follow, 1)
    correlation_id.set("another")
    run_until_idle(database)
    assert [line["correlation"] for line in kept.told("the job says")] == [trail]
    assert trail in {line["correlation"] for line in kept.told("job ended") if line["job_kind"] == "tests.follow"}


def test_what_somebody_types_is_in_no_line(app: Flask, kept: Kept, client_as: Callable[[str], FlaskClient], cast: Cast) -> None:
    """Sign-in, a form, an address with a query, and a view that fails with what was typed in its words."""
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    stranger = app.test_client()
    stranger.get("/auth/sign-in", query_string={"next": f"/desk/?q={MAIL}"})
    stranger.post("/auth/sign-in", data={"email": MAIL, "password": SECRET})
    pia = client_as("pia")
    typed = {"customer_name": NAME, "contact_name": NAME, "contact_email": MAIL, "phone": PHONE, "password": SECRET, "token": TOKEN}
    for address in ("/portal/deals/new", "/portal/funds/requests/new", "/portal/kit/", "/portal/kit"):
        pia.post(address, data=typed)
        pia.get(address, query_string=typed)
    for marker in MARKERS:
        assert not [line for line in kept.lines if marker in line], marker
    assert kept.told("request"), "there are lines"


def test_an_exception_says_where_and_not_what(kept: Kept, database: Database) -> None:
    log = logging.getLogger("channelpress.tests")
    errors: list[BaseException] = []
    for raising in (
        lambda: int(NAME),
        lambda: {}[MAIL],
        lambda: (_ for _ in ()).throw(ValueError(f"cannot send to {MAIL}, called {PHONE}, password={SECRET}")),
        lambda: (_ for _ in ()).throw(RuntimeError(f"DETAIL:  Key (name)=({NAME}) already exists.")),
        lambda: (_ for _ in ()).throw(RuntimeError(f"Failing row contains (1, {NAME}, x).")),
    ):
        try:
            next(raising()) if hasattr(raising(), "__next__") else raising()  # type: ignore[call-overload]
        except Exception as error:
            errors.append(error)
    with pytest.raises(Exception) as sql, database.engine.begin() as connection:  # noqa: PT011
        connection.execute(text("SELECT nothing_of_the_kind FROM core_user WHERE name = :name"), {"name": NAME})
    for error in [*errors, sql.value]:
        log.error("it failed", exc_info=error)
    assert len(kept.told("it failed")) == 6
    for marker in MARKERS:
        assert not [line for line in kept.lines if marker in line], marker
    assert "ValueError" in kept.lines[0]
    assert "test_logging.py" in kept.lines[0], "where it happened stays"


@pytest.mark.parametrize(
    ("said", "kept_of_it"),
    [
        ("Authorization: Bearer abcdefghijkl", "abcdefghijkl"),
        ("postgresql+psycopg://hub:S3cretPass@db/hub", "S3cretPass"),
        ("GET /s/a/eyJhbGciOiJub25lIn0.abc.def", "eyJhbGciOiJub25lIn0"),
        ('{"api_key": "k-123456789"}', "k-123456789"),
        ("call 0170 5558 472 today", "5558"),
    ],
)
def test_secrets_are_known_by_their_looks(said: str, kept_of_it: str) -> None:
    assert kept_of_it not in scrubbed(said)


@pytest.mark.parametrize("payload", [{"c": new_id("cns")}, {"person": new_id("usr"), "state": "a1" * 16}])
def test_no_signed_token_is_in_a_line_whatever_it_holds(database: Database, payload: dict[str, str]) -> None:
    """The longer payload is compressed: such a token begins with a dot."""
    token = sign(database.settings, "a purpose", payload)
    assert token.startswith(".") == ("state" in payload)
    assert scrubbed(f"request failed /auth/password/{token}") == "request failed /auth/password/[token]"


def test_ids_and_plain_words_stay() -> None:
    for said in (
        "job job_01h2xcejqtf2nbrexx3vqjhp41 of 2026-03-02T09:00:00.000+00:00 ended",
        "127.0.0.1:8000 answered 200",
        "core_audit seq 12345678",
    ):
        assert scrubbed(said) == said


Work = Callable[[str], AbstractContextManager[Ctx]]


def test_sql_errors_carry_no_values(database: Database, clock: FixedClock) -> None:
    with pytest.raises(Exception, match="hidden due to hide_parameters") as told, database.engine.begin() as connection:
        connection.execute(select(text("nothing_of_the_kind")).where(text("1 = :name")), {"name": NAME})
    assert NAME not in str(told.value)
