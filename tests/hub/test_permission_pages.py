"""The matrix page, its file, its document, and words for every permission."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from hub.permission_docs import TARGET, as_markdown
from hub.permission_words import ROOMS, WORDS
from hub.roles import ROLES
from hub.rooms import registry
from tests.conftest import Cast

SignIn = Callable[[str], FlaskClient]


def test_every_permission_has_words_and_every_word_a_permission() -> None:
    assert set(WORDS) == registry().permissions
    assert {permission.partition(":")[0] for permission in WORDS} <= set(ROOMS)


def test_the_built_in_roles_are_those_of_the_requirements() -> None:
    vendor = {"channel_lead", "partner_manager", "partner_marketing", "enablement", "partner_finance", "compliance", "crm_reader"}
    partner = {"partner_admin", "partner_marketer", "partner_webmaster", "partner_sales"}
    assert {code for code, role in ROLES.items() if role.side == "vendor"} == vendor
    assert {code for code, role in ROLES.items() if role.side == "partner"} == partner


def test_the_document_is_what_the_file_says() -> None:
    assert TARGET.read_text(encoding="utf-8") == as_markdown(), "run `python -m hub.permission_docs`"


def test_the_page_counts_people_and_the_file_holds_every_cell(client_as: SignIn, cast: Cast) -> None:
    nora = client_as("nora")
    page = nora.get("/desk/governance/permissions/")
    assert page.status_code == 200
    assert all(str(role.label) in page.text for role in ROLES.values())
    assert "Review claims" in nora.get("/desk/governance/permissions/?q=claims").text
    assert "Review claims" not in nora.get("/desk/governance/permissions/?q=webinar").text
    lines = nora.get("/desk/governance/permissions/export.csv").text.strip().splitlines()
    assert len(lines) == len(WORDS) + 1
    held = sum(len(role.permissions) for role in ROLES.values())
    assert sum(line.count('"x"') for line in lines) == held
    assert client_as("rita").get("/desk/governance/permissions/").status_code == 403
