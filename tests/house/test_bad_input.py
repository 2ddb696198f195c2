"""Input that nobody should send: one clear answer, in the form the sender understands, and nothing learned from it (issue, last paragraph)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from core.accounts import services
from core.accounts.models import UserSession
from core.clock import wall_now
from core.ctx import Ctx
from core.errors import Invalid
from core.gates.spelling import checked_email, checked_name, skeleton
from core.web.bodies import DEEPEST, read_json
from tests.conftest import PASSWORD, Cast, _token

SignIn = Callable[[str], FlaskClient]
Work = Callable[[str], AbstractContextManager[Ctx]]
JSON = {"Accept": "application/json"}


def _is_problem(answer: object, status: int) -> None:
    """RFC 9457: type, title, status, detail; never a stack trace."""
    assert answer.status_code == status  # type: ignore[attr-defined]
    assert answer.mimetype == "application/problem+json"  # type: ignore[attr-defined]
    told = answer.json  # type: ignore[attr-defined]
    assert told["status"] == status
    assert told["type"].startswith("urn:channelpress:problem:")
    assert told["title"] and told["detail"] and told["correlation_id"]
    assert "Traceback" not in json.dumps(told)


@pytest.mark.parametrize(
    ("method", "path", "kind", "body", "status"),
    [
        ("GET", "/portal/no-such-page", "", b"", 404),
        ("PUT", "/portal/", "", b"", 405),
        ("POST", "/auth/language", "application/xml", b"<x/>", 415),
        ("POST", "/auth/language", "image/svg+xml", b"<svg/>", 415),
        ("POST", "/auth/language", "application/x-www-form-urlencoded", b"language=de&csrf_token=forged", 403),
        ("POST", "/auth/language", "application/json", b"[" * 100_000, 403),
        ("GET", "/portal/people/usr_00000000000000000000000000", "", b"", 403),
    ],
)
def test_programs_get_problem_documents(app: Flask, client_as: SignIn, method: str, path: str, kind: str, body: bytes, status: int) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = client_as("pia")
    token = client.environ_base.pop("HTTP_X_CSRF_TOKEN")
    assert token
    headers = {**JSON, **({"X-CSRF-Token": token} if status == 415 else {})}
    _is_problem(client.open(path, method=method, data=body, content_type=kind or None, headers=headers), status)
    page = client.open(path, method=method, data=body, content_type=kind or None, headers={"Accept": "text/html"})
    assert page.status_code == status
    assert page.mimetype == ("application/problem+json" if kind == "application/json" else "text/html")


def test_who_sends_json_is_answered_in_json(app: Flask, client_as: SignIn) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = client_as("pia")
    for body in (b"{", b"[" * 100_000 + b"]" * 100_000, b'"\\ud800"', b"\xff", b'{"a":1e999}', b"null"):
        answer = client.post("/portal/no-such-page", data=body, content_type="application/json")
        _is_problem(answer, 404)


def test_a_request_larger_than_the_limit_is_413(app: Flask, client_as: SignIn) -> None:
    client = client_as("pia")
    app.config.update(PROPAGATE_EXCEPTIONS=False, MAX_CONTENT_LENGTH=1000)
    client.environ_base.pop("HTTP_X_CSRF_TOKEN")
    _is_problem(client.post("/auth/language", data={"language": "x" * 2000}, headers=JSON), 413)


@pytest.mark.parametrize("cookie", ["", "x", "a" * 6000, "%00", "é", "ey.x.y", "../..", "' OR 1=1 --"])
def test_a_session_that_is_none_is_a_visitor(app: Flask, cookie: str) -> None:
    client = app.test_client()
    answer = client.get("/portal/", headers={"Cookie": f"cp_session={cookie}", "Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/auth/sign-in")


def test_replayed_and_expired_sessions_open_nothing(app: Flask, client_as: SignIn, work: Work) -> None:
    wim = client_as("wim")
    kept = wim.get_cookie("cp_session")
    assert kept is not None
    assert wim.post("/auth/sign-out").status_code == 303
    replay = app.test_client()
    replay.set_cookie("cp_session", kept.value)
    assert replay.get("/portal/", headers=JSON).status_code == 401
    pia = client_as("pia")
    with work("system") as ctx:
        ctx.session.execute(update(UserSession).values(expires_at=wall_now() - timedelta(seconds=1)))
    assert pia.get("/portal/", headers=JSON).status_code == 401


def test_a_form_token_of_somebody_else_is_refused(client_as: SignIn) -> None:
    pia, wim = client_as("pia"), client_as("wim")
    pia.environ_base["HTTP_X_CSRF_TOKEN"] = wim.environ_base["HTTP_X_CSRF_TOKEN"]
    assert pia.post("/auth/language", data={"language": "de"}, headers=JSON).status_code == 403


@pytest.mark.parametrize("target", ["/\r\nSet-Cookie: a=b", "//evil.example", "/\\evil.example", "https://evil.example", "/\tx", "/ok\n", "\ud800"])
def test_no_header_is_written_by_a_stranger(app: Flask, cast: Cast, target: str) -> None:
    client = app.test_client()
    client.get("/auth/sign-in")
    told = {"email": cast["pia"].email, "password": PASSWORD, "next": target.encode("utf-8", "surrogatepass")}
    answer = client.post("/auth/sign-in", data=told, headers=_token(app, client))
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    assert "a=b" not in str(answer.headers)


def test_signing_in_does_the_same_work_for_known_and_unknown(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """One password hash is computed whoever is asked for; time differs by noise alone, words not at all."""
    checked: list[str] = []
    genuine = services._fits
    monkeypatch.setattr(services, "_fits", lambda hashed, password: checked.append(hashed) or genuine(hashed, password))
    answers = set()
    for email in (cast["pia"].email, "nobody@kestrel.example", "\u0440ia@kestrel.example", "x" * 5000, ""):
        client = app.test_client()
        client.get("/auth/sign-in")
        answer = client.post("/auth/sign-in", data={"email": email, "password": "wrong password"}, headers=_token(app, client))
        text = answer.text.replace(email, "") if email else answer.text
        answers.add((answer.status_code, re.sub(r"<(main|form).*?>|value=\"[^\"]*\"|autofocus|[0-9a-f]{16}|\s+", "", text)))
    assert len(checked) == 5
    assert {hashed.partition("$")[2].partition("$")[0] for hashed in checked} == {"argon2id"}
    assert len({status for status, _text in answers}) == 1


@pytest.mark.parametrize(
    ("email", "says"),
    [
        ("p\u0456a@kestrel.example", "U+0456"),
        ("pia\u200b@kestrel.example", "U+200B"),
        ("pia@k\u0435strel.example", "U+0435"),
        ("pia@kestrel.example\r\nBcc: x@y.example", "U+000D"),
        ("pia\x00@kestrel.example", "U+0000"),
        ("\ud800@kestrel.example", "U+D800"),
        ("pia@kestrel", "name@company"),
        ("@kestrel.example", "name@company"),
        ("a@b@kestrel.example", "name@company"),
        ("x" * 300 + "@kestrel.example", "name@company"),
    ],
)
def test_an_address_that_could_be_read_as_another_is_refused_by_name(email: str, says: str) -> None:
    with pytest.raises(Invalid, match=re.escape(says)):
        checked_email(email)


def test_honest_names_and_addresses_pass() -> None:
    assert checked_email(" Anna.M\u00fcller@B\u00fccher.example ") == "anna.m\u00fcller@b\u00fccher.example"
    for name in (
        "Zo\u00eb O\u2019Neill-Smith",
        "\u0412\u043b\u0430\u0434\u0438\u043c\u0438\u0440 Petrov",
        "\u5c71\u7530\u30cf\u30ca\u30b3",
        "\u0645\u062d\u0645\u062f",
    ):
        assert checked_name(name) == name


def test_what_looks_alike_has_one_skeleton() -> None:
    assert skeleton("marnie@kestrel.example") == skeleton("mamie@kestre1.example".replace("ma", "ma"))
    assert skeleton("pia@kestrel.example") != skeleton("mia@kestrel.example")


@given(st.text(max_size=80))
def test_no_text_breaks_the_gates(text: str) -> None:
    for gate in (checked_email, checked_name):
        with suppress(Invalid):
            assert gate(text).isprintable()


@given(
    st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(), lambda inner: st.lists(inner, max_size=3))
)
def test_json_that_is_json_is_read(told: object) -> None:
    raw = json.dumps(told).encode()
    with suppress(Invalid):  # too deep, or half a character
        assert read_json(raw) == told


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"a":' * (DEEPEST + 1), b"NaN", b"1e999", b'{"a":1,"a":2}', b"\xff", b'"\\ud800"', b"", b"{]"])
def test_json_that_is_none_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(Invalid):
        read_json(raw)
