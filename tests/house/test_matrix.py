"""Every route × role × tenant: what the one permission file says is what a request gets (A-08, A-05; issue, line 4).

The expectation is computed here, from `hub.roles` and the route's declaration alone. A POST is sent without its form token where it
would be allowed: whoever is admitted is then told that the form is not ours, and nothing changes between two cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.routing.converters import NumberConverter

from core.accounts import User
from core.ctx import Ctx
from core.ids import TypeID, new_id
from core.permissions import ANYONE, SIGNED_IN
from core.web.blueprints import PRIVATE_FACES, FacedBlueprint, TypeIdConverter
from hub.roles import ROLES
from partners import suspend_partner
from tests.conftest import Cast
from tests.house.conftest import Records

SignIn = Callable[[str], FlaskClient]
Work = Callable[[str], AbstractContextManager[Ctx]]
#: Signing out would end the walk; signing in is its own test.
LEFT_OUT = {"auth.sign_out", "auth.sign_in_submit", "password.forgotten_submit"}
#: What the vendor offers to every partner alike.
COMMON = {"certification_id", "question_id"}
#: Pages that show nothing without a question in their address.
ASKED_FOR = {"/desk/governance/mail/texts/letter"}
JSON = {"Accept": "application/json"}
ADMITTED = "This form is too old or came from another site."


@dataclass(frozen=True)
class Cell:
    """One request of the matrix. `is_own` is False for another partner's record, None where no record is named."""

    method: str
    address: str
    face: str
    permission: str
    is_own: bool | None
    #: Built with an id that nothing has: whoever is admitted may find nothing.
    is_vague: bool


def _cells(app: Flask, values: dict[str, str], *, foreign: bool) -> Iterator[Cell]:
    adapter = app.url_map.bind("127.0.0.1")
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints[rule.endpoint.rpartition(".")[0]]
        assert isinstance(blueprint, FacedBlueprint)
        if blueprint.face not in PRIVATE_FACES or rule.endpoint in LEFT_OUT:
            continue
        known = {name: values[name] for name in rule.arguments if name in values}
        vague = {name: _some(rule, name) for name in rule.arguments - known.keys()}
        whose = None if not set(known) - COMMON else not foreign
        for method in sorted({"GET", "POST"} & set(rule.methods or ())):
            permission = app.view_functions[rule.endpoint].needs  # type: ignore[attr-defined]
            yield Cell(method, adapter.build(rule.endpoint, {**known, **vague}), blueprint.face, permission, whose, bool(vague))


def _some(rule: Any, name: str) -> str:
    """A well-formed value that names nothing."""
    converter = rule._converters.get(name)
    if hasattr(converter, "items"):
        return str(sorted(converter.items)[0])
    prefix = getattr(converter, "prefix", None) or ("usr" if isinstance(converter, TypeIdConverter) else "")
    return str(new_id(prefix)) if prefix else "1" if isinstance(converter, NumberConverter) else "x"


def _expected(cell: Cell, role: str, *, suspended: bool = False) -> set[int | str]:
    """Statuses, or `admitted` for a request that only the form token stops."""
    if cell.permission == ANYONE:
        return {200, 303, 400, 404, 422, "admitted"}
    if suspended or role == "visitor":
        return {401}
    held = ROLES[role]
    if (cell.face, held.side) in {("portal", "vendor"), ("desk", "partner")}:
        return {404}
    if cell.permission not in held.permissions | {SIGNED_IN}:
        return {403}
    if cell.is_own is False and cell.face == "portal":
        return {404}
    if cell.method == "POST":
        return {"admitted"}
    nothing_there = cell.is_vague or cell.is_own or cell.address in ASKED_FOR
    return {200, 301, 302, 303, 304, 308, 409, 422} | ({400, 404, 410} if nothing_there else set())


def _got(client: FlaskClient, cell: Cell, *, with_token: bool) -> int | str:
    headers = dict(JSON) if with_token else {**JSON, "X-CSRF-Token": "x"}
    answer = client.open(cell.address, method=cell.method, headers=headers)
    if answer.status_code == 403 and (answer.json or {}).get("title") == ADMITTED:
        return "admitted"
    return answer.status_code


def _differences(client: FlaskClient, cells: list[Cell], role: str, counts: Counter[str], *, suspended: bool = False) -> list[str]:
    wrong = []
    for cell in cells:
        expected = _expected(cell, role, suspended=suspended)
        got = _got(client, cell, with_token=expected == {404})
        counts[str(sorted(map(str, expected))[0] if len(expected) == 1 else "opens")] += 1
        if got not in expected:
            wrong.append(f"{role} {cell.method} {cell.address}: {got}, expected {sorted(map(str, expected))} ({cell.permission})")
    return wrong


def _become(work: Work, user_id: TypeID | None, role: str) -> None:
    with work("system") as ctx:
        ctx.session.execute(update(User).where(User.id == user_id).values(role=role, locale="en"))


@pytest.fixture
def values(kestrels: Records, cast: Cast) -> dict[str, str]:
    return {**kestrels.values, "partner_id": str(cast["pia"].partner_id), "user_id": str(cast["wim"].user_id)}


@pytest.mark.slow
def test_every_cell_is_what_the_permission_file_says(app: Flask, client_as: SignIn, cast: Cast, work: Work, values: dict[str, str]) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    counts: Counter[str] = Counter()
    own, foreign = list(_cells(app, values, foreign=False)), [cell for cell in _cells(app, values, foreign=True) if cell.is_own is False]
    wrong = _differences(app.test_client(), own, "visitor", counts)
    insider, rival, vendor = client_as("pia"), client_as("zed"), client_as("nora")
    for role, held in ROLES.items():
        if held.side == "partner":
            _become(work, cast["pia"].user_id, role)
            _become(work, cast["zed"].user_id, role)
            wrong += _differences(insider, own, role, counts)
            wrong += _differences(rival, foreign, role, counts)
        else:
            _become(work, cast["nora"].user_id, role)
            wrong += _differences(vendor, own, role, counts)
    with work("system") as ctx:
        suspend_partner(ctx, cast["pia"].partner_id, "test")  # type: ignore[arg-type]
    wrong += _differences(insider, own, "partner_admin", counts, suspended=True)
    print(f"{len({cell.address for cell in own})} addresses, {len(ROLES)} roles: {sum(counts.values())} cells, {dict(counts)}")
    assert not wrong, "\n".join(wrong)
    assert sum(counts.values()) > 2000


def test_the_walker_notices_a_wrong_answer() -> None:
    """Without this, a walker that expects everything would be content."""
    cell = Cell("GET", "/portal/leads/", "portal", "engagement:lead:read", None, False)
    assert _expected(cell, "partner_webmaster") == {403}
    assert _expected(cell, "compliance") == {404}
    assert _expected(cell, "visitor") == {401}
    assert 403 not in _expected(cell, "partner_sales")
