"""Another partner's record does not exist: every route that takes an id answers a rival with 404 (A-05, law L5).

A route with an argument this walker does not know fails the test, so that no new route escapes it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from cobranding import create_page, publish_page
from core.accounts import User
from core.ctx import Ctx
from core.ids import TypeID, new_id
from core.web.blueprints import FacedBlueprint
from engagement.models import ConsentRecord, Lead
from syndication import Audience, CollectionDraft, PlacementDraft, asset_by_key, create_collection, create_placement, publish_asset
from syndication.importing import read_files
from syndication.services.imports import import_batch
from tests.conftest import Cast

SignIn = Callable[[str], FlaskClient]
Work = Callable[[str], AbstractContextManager[Ctx]]
SECRET = "Kestrel-only words"
ANY = {"locale": "de", "size": "1200x628", "extension": "jpg", "action": "accept"}


@dataclass(frozen=True)
class Records:
    """One of everything, Kestrel's alone."""

    values: dict[str, str]


@pytest.fixture
def kestrels(work: Work, cast: Cast) -> Records:
    kestrel = cast["pia"].partner_id
    assert kestrel is not None
    text = f"---\ntitle: {SECRET}\nlang: de\n---\nNur für Kestrel.\n".encode()
    with work("system") as ctx:
        import_batch(ctx, read_files({"secret.md": text}), "secret")
        collection = create_collection(ctx, CollectionDraft(SECRET, audience=Audience(partners=(str(kestrel),))))
        asset = asset_by_key(ctx, "secret")
        publish_asset(ctx, asset.id, [collection.id])
        placement = create_placement(ctx, kestrel, PlacementDraft(SECRET, "https://kestrel.example/", collection.id, "de"))
        # The rival gets every right a partner can have: what stops them must be whose record it is.
        ctx.session.execute(update(User).where(User.email.in_([cast["zed"].email, cast["pia"].email])).values(role="partner_admin"))
    with work("pia") as ctx:
        page = create_page(ctx, kestrel, asset.id)
        publish_page(ctx, page.id)
        lead = _lead(ctx, kestrel, placement.id)
        ctx.session.add(lead)
    values = {"asset_id": asset.id, "placement_id": placement.id, "page_id": page.id, "lead_id": lead.id, "collection_id": collection.id}
    return Records({name: str(value) for name, value in values.items()})


def _lead(ctx: Ctx, partner_id: TypeID, placement_id: TypeID) -> Lead:
    return Lead(
        id=new_id("led"),
        partner_id=partner_id,
        submission_key="k" * 32,
        placement_id=placement_id,
        locale="de",
        source_kind="page",
        name=SECRET,
        email="visitor@customer.example",
        status_since=ctx.now,
        created_at=ctx.now,
        consent=ConsentRecord(
            id=new_id("cns"),
            partner_id=partner_id,
            purpose="contact",
            text="Yes",
            text_sha256="0" * 64,
            text_version="1",
            locale="de",
            source_page="/",
            given_at=ctx.now,
        ),
    )


def _addresses(app: Flask, face: str, values: dict[str, str]) -> list[tuple[str, str]]:
    """(method, address) of every route of the face that names a record."""
    found = []
    adapter = app.url_map.bind("127.0.0.1")
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints[rule.endpoint.rpartition(".")[0]]
        assert isinstance(blueprint, FacedBlueprint)
        if blueprint.face != face or not rule.arguments:
            continue
        unknown = rule.arguments - values.keys() - ANY.keys()
        assert not unknown, f"{rule.rule}: teach this walker what {sorted(unknown)} is"
        address = adapter.build(rule.endpoint, {name: values.get(name, ANY.get(name)) for name in rule.arguments})
        found += [(method, address) for method in sorted(rule.methods or ()) if method in ("GET", "POST")]
    return found


def test_a_rival_gets_404_from_every_portal_route(app: Flask, client_as: SignIn, kestrels: Records) -> None:
    zed = client_as("zed")
    addresses = _addresses(app, "portal", kestrels.values)
    assert len(addresses) > 12
    answers = {f"{method} {address}": zed.open(address, method=method).status_code for method, address in addresses}
    assert {name: status for name, status in answers.items() if status != 404} == {}


def test_the_owner_gets_an_answer_from_the_same_routes(app: Flask, client_as: SignIn, kestrels: Records) -> None:
    """Without this, a walker that asks for nonsense would be content."""
    pia = client_as("pia")
    reads = [address for method, address in _addresses(app, "portal", kestrels.values) if method == "GET"]
    unanswered = [address for address in reads if pia.get(address).status_code == 404 and "original.jpg" not in address]
    assert unanswered == []


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
    for method, address in _addresses(app, "desk", values):
        assert zed.open(address, method=method).status_code == 404, f"{method} {address}"
