"""Signing in: the right pair opens the right side of the house, and nothing else does."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from core.accounts.models import SignInAttempt, UserSession
from core.accounts.services import forget_sign_ins
from core.clock import wall_now
from core.ctx import Ctx
from core.ids import new_id
from partners import suspend_partner
from tests.conftest import PASSWORD, Cast, _token

SignIn = Callable[[str], FlaskClient]
Work = Callable[[str], AbstractContextManager[Ctx]]


def test_people_land_on_their_side(client_as: SignIn) -> None:
    assert client_as("cleo").get("/").location == "/desk/"
    assert client_as("pia").get("/").location == "/portal/"


def test_the_other_side_does_not_exist(client_as: SignIn) -> None:
    assert client_as("pia").get("/desk/").status_code == 404
    assert client_as("cleo").get("/portal/").status_code == 404


def test_a_stranger_is_sent_to_the_form_and_back(app: Flask, cast: Cast) -> None:
    answer = app.test_client().get("/desk/?a=1")
    assert answer.status_code == 303
    assert answer.location == "/auth/sign-in?next=%2Fdesk%2F%3Fa%3D1"


def test_a_wrong_password_says_so_and_keeps_the_address(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    client.get("/auth/sign-in")
    data = {"email": cast["pia"].email, "password": "wrong"}
    answer = client.post("/auth/sign-in", data=data, headers=_token(app, client))
    assert answer.status_code == 422
    assert "pia@kestrel.example" in answer.text
    assert client.get_cookie("cp_session") is None


def test_too_many_failures_close_the_door_even_for_the_right_password(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    client.get("/auth/sign-in")
    for _ in range(8):
        client.post("/auth/sign-in", data={"email": cast["pia"].email, "password": "wrong"}, headers=_token(app, client))
    answer = client.post("/auth/sign-in", data={"email": cast["pia"].email, "password": PASSWORD}, headers=_token(app, client))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_next_never_leads_away(app: Flask, cast: Cast) -> None:
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"):
        client = app.test_client()
        client.get("/auth/sign-in")
        data = {"email": cast["pia"].email, "password": PASSWORD, "next": target}
        assert client.post("/auth/sign-in", data=data, headers=_token(app, client)).location == "/"


def test_a_form_without_its_token_is_refused(client_as: SignIn) -> None:
    client = client_as("pia")
    del client.environ_base["HTTP_X_CSRF_TOKEN"]
    assert client.post("/auth/sign-out").status_code == 403
    assert client.get("/portal/").status_code == 200


def test_a_foreign_origin_is_refused(client_as: SignIn) -> None:
    assert client_as("pia").post("/auth/sign-out", headers={"Origin": "https://evil.example"}).status_code == 403


def test_signing_out_ends_the_session_on_the_server(client_as: SignIn) -> None:
    client = client_as("pia")
    cookie = client.get_cookie("cp_session")
    assert cookie is not None
    assert client.post("/auth/sign-out").status_code == 303
    client.set_cookie("cp_session", cookie.value)
    assert client.get("/portal/").status_code == 303


def test_the_language_is_remembered(client_as: SignIn) -> None:
    client = client_as("zed")
    assert 'lang="en"' in client.get("/portal/").text
    client.post("/auth/language", data={"language": "de"})
    assert 'lang="de"' in client.get("/portal/").text


def test_private_pages_are_never_cached_and_public_ones_set_no_cookie(client_as: SignIn) -> None:
    client = client_as("pia")
    assert client.get("/portal/").headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in client.get("/healthz").headers


@pytest.mark.parametrize("target", ["/\t/evil.example", "/\t\\evil.example", "/\n/evil.example", "/\x00/evil.example"])
def test_what_a_browser_leaves_out_of_an_address_opens_no_way_out(app: Flask, cast: Cast, target: str) -> None:
    client = app.test_client()
    client.get("/auth/sign-in")
    data = {"email": cast["pia"].email, "password": PASSWORD, "next": target}
    assert client.post("/auth/sign-in", data=data, headers=_token(app, client)).location == "/"


def test_a_stranger_elsewhere_does_not_lock_the_owner_out(app: Flask, cast: Cast) -> None:
    stranger, owner = app.test_client(), app.test_client()
    stranger.environ_base["REMOTE_ADDR"] = "192.0.2.66"
    for client, password in [(stranger, "wrong")] * 9 + [(owner, PASSWORD)]:
        client.get("/auth/sign-in")
        answer = client.post("/auth/sign-in", data={"email": cast["pia"].email, "password": password}, headers=_token(app, client))
    assert answer.status_code == 303


def test_the_people_of_a_suspended_partner_are_told_why_they_cannot_come_in(app: Flask, work: Work, cast: Cast) -> None:
    with work("nora") as ctx:
        suspend_partner(ctx, cast["pia"].partner_id, "unpaid")
    client = app.test_client()
    client.get("/auth/sign-in")
    answer = client.post("/auth/sign-in", data={"email": cast["pia"].email, "password": PASSWORD}, headers=_token(app, client))
    assert answer.status_code == 403
    assert "suspended" in answer.text
    assert client.get_cookie("cp_session") is None
    with work("system") as ctx:
        assert ctx.session.scalars(select(UserSession)).all() == []


def test_the_people_of_a_suspended_partner_are_out_at_once(client_as: SignIn, work: Work, cast: Cast) -> None:
    pia, zed = client_as("pia"), client_as("zed")
    assert pia.get("/portal/").status_code == 200
    with work("nora") as ctx:
        assert cast["pia"].partner_id is not None
        suspend_partner(ctx, cast["pia"].partner_id, "unpaid")
    assert pia.get("/portal/").status_code == 303
    assert zed.get("/portal/").status_code == 200


def test_behind_a_proxy_the_public_address_is_our_origin(app: Flask, client_as: SignIn) -> None:
    client = client_as("pia")
    house = app.extensions["channelpress"]
    house["settings"] = replace(house["settings"], public_url="https://hub.velorin.example")
    assert client.post("/auth/language", data={"language": "de"}, headers={"Origin": "https://hub.velorin.example"}).status_code == 303
    assert client.post("/auth/language", data={"language": "de"}, headers={"Origin": "https://velorin.example"}).status_code == 403


def test_a_language_nobody_could_speak_costs_nothing(app: Flask) -> None:
    tracemalloc.start()
    began = tracemalloc.get_traced_memory()[0]
    answer = app.test_client().get("/auth/sign-in?lang=" + "a-" * 20_000, headers={"Accept-Language": "b-" * 20_000})
    peak = tracemalloc.get_traced_memory()[1] - began
    tracemalloc.stop()
    assert answer.status_code == 200
    assert peak < 30 * 2**20


def test_old_failures_and_sessions_are_forgotten(client_as: SignIn, work: Work) -> None:
    client_as("pia")
    with work("system") as ctx:
        ctx.session.execute(update(UserSession).values(expires_at=wall_now() - timedelta(seconds=1)))
        ctx.session.add_all(SignInAttempt(id=new_id("sia"), who="x", at=wall_now() - age) for age in (timedelta(0), timedelta(hours=1, seconds=1)))
        ctx.session.flush()
        forget_sign_ins(ctx)
        forget_sign_ins(ctx)
        assert ctx.session.scalars(select(UserSession)).all() == []
        assert len(ctx.session.scalars(select(SignInAttempt)).all()) == 1
