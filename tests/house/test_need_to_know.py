"""Field by field: who a lead is stays hidden until its partner accepts it, whoever looks and wherever (S-169, N-09)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from core.accounts import User
from core.ctx import Ctx
from core.fields import RESTRICTIONS
from core.ids import TypeID
from core.web.blueprints import FacedBlueprint
from engagement import Lead, LeadAction, change_lead_status
from hub.roles import ROLES
from tests.conftest import Cast
from tests.house.conftest import Records

SignIn = Callable[[str], FlaskClient]
Work = Callable[[str], AbstractContextManager[Ctx]]
MARKERS = {"name": "Marker Nameson", "email": "marker.nameson@customer.example", "phone": "+49 30 5550199", "message": "marker message text"}


@pytest.fixture
def marked(work: Work, kestrels: Records) -> TypeID:
    lead_id = TypeID.parse(kestrels.values["lead_id"], "led")
    with work("system") as ctx:
        ctx.session.execute(update(Lead).where(Lead.id == lead_id).values(**MARKERS, company="Hotel Elbe"))
    return lead_id


def _reads(app: Flask, face: str, records: Records) -> list[str]:
    adapter = app.url_map.bind("127.0.0.1")
    found = []
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints[rule.endpoint.rpartition(".")[0]]
        if not isinstance(blueprint, FacedBlueprint) or blueprint.face != face or "GET" not in (rule.methods or ()):
            continue
        if not rule.arguments:
            found += [rule.rule, rule.rule + "?q=Marker&text=Marker&view=all"]
        elif rule.arguments <= records.values.keys():
            found.append(adapter.build(rule.endpoint, {name: records.values[name] for name in rule.arguments}))
    return found


def _leaks(client: FlaskClient, addresses: list[str]) -> list[str]:
    leaks = []
    for address in addresses:
        data = client.get(address).data
        leaks += [f"{address}: {field}" for field, marker in MARKERS.items() if marker.encode() in data]
    return leaks


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(ROLES))
def test_before_acceptance_nobody_sees_who_it_is(
    app: Flask, client_as: SignIn, kestrels: Records, marked: TypeID, work: Work, cast: Cast, role: str
) -> None:
    name, face = ("pia", "portal") if ROLES[role].side == "partner" else ("nora", "desk")
    with work("system") as ctx:
        ctx.session.execute(update(User).where(User.id == cast[name].user_id).values(role=role))
    assert _leaks(client_as(name), _reads(app, face, kestrels)) == []


def test_after_acceptance_its_people_see_it(app: Flask, client_as: SignIn, kestrels: Records, marked: TypeID, work: Work) -> None:
    """Without this, a walker that looks nowhere would be content."""
    with work("pia") as ctx:
        change_lead_status(ctx, marked, LeadAction.ACCEPT)
    with work("system") as ctx:
        stored = ctx.session.scalars(select(Lead).where(Lead.id == marked)).one()
        assert {field: getattr(stored, field) for field in MARKERS} == MARKERS, "accepting a masked row must not write the mask"
    leaks = _leaks(client_as("pia"), [f"/portal/leads/{marked}", "/portal/leads/leads.csv?view=all", "/portal/leads/?q=Marker"])
    assert {leak.partition(": ")[2] for leak in leaks} == set(MARKERS)
    assert any("leads.csv" in leak for leak in leaks)


def test_a_search_cannot_guess_a_hidden_name(client_as: SignIn, marked: TypeID) -> None:
    pia = client_as("pia")
    assert "Hotel Elbe" in pia.get("/portal/leads/?q=Hotel").text
    assert "Hotel Elbe" not in pia.get("/portal/leads/?q=Nameson").text


def test_what_is_restricted_says_why() -> None:
    assert "engagement_lead" in RESTRICTIONS
    assert all(rule.reason and rule.fields for rule in RESTRICTIONS.values())
