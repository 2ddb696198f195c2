"""Another partner's record does not exist: every route that takes an id answers a rival with 404 (A-05, law L5).

A route with an argument this walker does not know fails the test, so that no new route escapes it.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from core.ids import new_id
from core.web.blueprints import FacedBlueprint
from tests.house.conftest import SECRET, Records

SignIn = Callable[[str], FlaskClient]
ANY = {"locale": "de", "size": "1200x628", "extension": "jpg", "action": "accept", "step": "replay", "kind": "csv"}
#: What the vendor offers to every partner alike: courses, versions of the programme. That no other partner's people stand on its pages: tests/enablement/test_pages.py.
COMMON = {"certification_id", "number"}


def _addresses(app: Flask, face: str, values: dict[str, str]) -> list[tuple[str, str]]:
    """(method, address) of every route of the face that names a record."""
    found = []
    adapter = app.url_map.bind("127.0.0.1")
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints[rule.endpoint.rpartition(".")[0]]
        assert isinstance(blueprint, FacedBlueprint)
        if blueprint.face != face or not rule.arguments - (COMMON - values.keys()):
            continue
        unknown = rule.arguments - values.keys() - ANY.keys()
        assert not unknown, f"{rule.rule}: teach this walker what {sorted(unknown)} is"
        address = adapter.build(rule.endpoint, {name: values.get(name, ANY.get(name)) for name in rule.arguments})
        found += [(method, address) for method in sorted(rule.methods or ()) if method in ("GET", "POST")]
    return found


def test_a_rival_gets_404_from_every_portal_route(app: Flask, client_as: SignIn, kestrels: Records) -> None:
    zed = client_as("zed")
    addresses = _addresses(app, "portal", {name: value for name, value in kestrels.values.items() if name not in COMMON})
    assert len(addresses) > 12
    answers = {f"{method} {address}": zed.open(address, method=method).status_code for method, address in addresses}
    assert {name: status for name, status in answers.items() if status != 404} == {}


def test_the_owner_gets_an_answer_from_the_same_routes(app: Flask, client_as: SignIn, kestrels: Records) -> None:
    """Without this, a walker that asks for nonsense would be content."""
    pia = client_as("pia")
    reads = [address for method, address in _addresses(app, "portal", kestrels.values) if method == "GET"]
    answers = {address: pia.get(address).status_code for address in reads if "original.jpg" not in address}
    assert {address: status for address, status in answers.items() if status >= 400} == {}


def test_lists_searches_and_exports_tell_a_rival_nothing(app: Flask, client_as: SignIn, kestrels: Records) -> None:
    zed, pia = client_as("zed"), client_as("pia")
    shown = 0
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints[rule.endpoint.rpartition(".")[0]]
        if isinstance(blueprint, FacedBlueprint) and blueprint.face == "portal" and not rule.arguments and "GET" in (rule.methods or ()):
            for query in ("", f"?placement={kestrels.values['placement_id']}", "?q=Kestrel-only", "?text=Kestrel-only"):
                # A search page may repeat the words it was asked for; the record's own words are the longer ones.
                assert SECRET.encode() not in zed.get(rule.rule + query).data, rule.rule + query
                shown += SECRET.encode() in pia.get(rule.rule + query).data
    assert shown > 3


def test_a_rival_cannot_put_a_foreign_id_into_a_form(client_as: SignIn, kestrels: Records) -> None:
    form = {
        "name": "Mine",
        "page_url": "https://brightwater.example/",
        "collection": kestrels.values["collection_id"],
        "locale": "en",
        "layout": "list",
    }
    answer = client_as("zed").post("/portal/placements/new", data=form)
    assert answer.status_code in (404, 422), answer.status_code
    assert SECRET not in answer.text


def test_the_desk_does_not_exist_for_partners(app: Flask, client_as: SignIn, kestrels: Records) -> None:
    zed = client_as("zed")
    values = {**kestrels.values, "partner_id": str(new_id("prt")), "campaign_id": str(new_id("cmp")), "import_id": str(new_id("imp"))}
    values |= {"line_id": str(new_id("pdl")), "entry_id": str(new_id("aud"))}
    for method, address in _addresses(app, "desk", values):
        assert zed.open(address, method=method).status_code == 404, f"{method} {address}"
