"""Every page without an address part opens for whoever may see it, and for nobody else; none of them crashes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.permissions import SIGNED_IN
from core.web.blueprints import FacedBlueprint
from tests.conftest import Cast

SignIn = Callable[[str], FlaskClient]
PEOPLE = ("nora", "cleo", "rita", "pia", "wim", "zed")


def _plain_pages(app: Flask, face: str) -> list[tuple[str, str]]:
    """(address, permission) of the GET routes of a face that need no argument."""
    found = []
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints[rule.endpoint.rpartition(".")[0]]
        assert isinstance(blueprint, FacedBlueprint)
        if blueprint.face == face and "GET" in (rule.methods or set()) and not rule.arguments:
            found.append((rule.rule, app.view_functions[rule.endpoint].needs))  # type: ignore[attr-defined]
    return sorted(found)


@pytest.mark.parametrize("name", PEOPLE)
def test_pages_open_for_those_who_may(app: Flask, client_as: SignIn, cast: Cast, name: str) -> None:
    person = cast[name]
    own, other = ("portal", "desk") if person.partner_id else ("desk", "portal")
    client = client_as(name)
    for address, permission in _plain_pages(app, own):
        may = permission == SIGNED_IN or person.may(permission)
        answer = client.get(address)
        assert answer.status_code == (200 if may else 403) or (may and 300 <= answer.status_code < 400), (
            f"{address}: {answer.status_code}\n{answer.text}"
        )
    for address, _permission in _plain_pages(app, other):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("name", PEOPLE)
def test_every_navigation_link_opens(client_as: SignIn, name: str) -> None:
    from bs4 import BeautifulSoup

    client = client_as(name)
    home = client.get("/", follow_redirects=True)
    links = {str(link["href"]) for link in BeautifulSoup(home.text, "html.parser").select("nav a[href^='/']")}
    assert links
    for link in sorted(links):
        assert client.get(link).status_code == 200, link


def test_no_page_names_a_missing_translation_or_an_undefined_value(app: Flask, client_as: SignIn) -> None:
    client = client_as("pia")
    for address, _permission in _plain_pages(app, "portal"):
        answer = client.get(address)
        if answer.mimetype != "text/html":
            continue
        text = answer.text
        assert "Undefined" not in text, address
        assert "%(" not in text, address
