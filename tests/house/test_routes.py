"""Every route declares its permission, every role exists, and nothing public sets a cookie."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask

from core.database import Database
from core.permissions import ANYONE, SIGNED_IN
from core.web.blueprints import PRIVATE_FACES, PrivateBlueprint
from core.web.security import UndeclaredRoute, check_routes
from hub.app import create_flask
from hub.roles import ROLES
from hub.rooms import registry


def test_every_private_route_declares_a_permission_of_a_room(app: Flask) -> None:
    check_routes(app, registry().permissions)


def test_a_route_that_declares_nothing_stops_the_start(database: Database) -> None:
    app = create_flask(database)
    careless = PrivateBlueprint("careless", "core.web", face="desk")
    careless.get("/desk/careless")(lambda: "x")
    app.register_blueprint(careless)
    with pytest.raises(UndeclaredRoute, match="careless"):
        check_routes(app, registry().permissions)


def test_a_route_without_a_face_stops_the_start(database: Database) -> None:
    app = create_flask(database)
    plain = Blueprint("plain", "core.web")
    plain.get("/plain")(lambda: "x")
    app.register_blueprint(plain)
    with pytest.raises(UndeclaredRoute, match="plain"):
        check_routes(app, registry().permissions)


def test_roles_hold_only_declared_permissions_and_none_is_unused() -> None:
    given = {permission for role in ROLES.values() for permission in role.permissions}
    assert given <= registry().permissions
    assert registry().permissions - given == set()


def test_partner_roles_hold_nothing_of_the_vendor() -> None:
    vendor_only = {"partners:partner:manage", "core:audit:read", "core:operations:read"}
    for role in ROLES.values():
        if role.side == "partner":
            assert not role.permissions & vendor_only, role.code
            assert not any(permission.startswith("syndication:asset:") for permission in role.permissions), role.code


def test_only_the_sign_in_form_is_open_to_anyone(app: Flask) -> None:
    open_routes = set()
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints[rule.endpoint.rpartition(".")[0]]
        if blueprint.face in PRIVATE_FACES and app.view_functions[rule.endpoint].needs == ANYONE:  # type: ignore[attr-defined]
            open_routes.add(rule.rule)
    assert open_routes == {"/auth/sign-in", "/auth/forgotten", "/auth/password/<token>"}


def test_addresses_are_readable(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert rule.rule == rule.rule.lower() or "<" in rule.rule, rule.rule
        assert "_" not in rule.rule.partition("<")[0], f"{rule.rule}: use hyphens"


def test_signed_in_is_no_permission_of_a_room() -> None:
    assert SIGNED_IN not in registry().permissions
