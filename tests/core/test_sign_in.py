"""Signing in: the right pair opens the right side of the house, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import PASSWORD, Cast, _token

SignIn = Callable[[str], FlaskClient]


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
