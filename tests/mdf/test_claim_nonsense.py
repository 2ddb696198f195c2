"""No form of a claim fails because of what somebody types: every field of both pages, with values nobody expects (law L6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mdf.services.review import ask_claim, take_claim
from tests.house.test_fuzz_routes import TEXTS, _forms, _send
from tests.mdf.claims_world import Stage

SignIn = Callable[[str], FlaskClient]


def answers(app: Flask, client: FlaskClient, address: str) -> dict[str, int]:
    page = client.get(address)
    assert page.status_code == 200
    forms = [form for form in _forms(page.text, address) if "/auth/" not in form.action and form.method == "POST"]
    assert forms
    app.config["PROPAGATE_EXCEPTIONS"] = False
    found = {}
    for form in forms:
        for field in form.fields:
            for nasty in ("\x00", "9" * 30, "²", "\ud800", "-1", "1e999"):
                found[f"{form.action} {field}={nasty[:20]!r}"] = _send(client, form, {**form.fields, field: nasty})
        for nasty in TEXTS:
            found[f"{form.action} all={nasty[:20]!r}"] = _send(client, form, dict.fromkeys(form.fields, nasty))
    return found


@pytest.mark.slow
def test_the_partners_form(app: Flask, client_as: SignIn, claimable: Stage) -> None:
    claim_id = claimable.filled()
    assert max(answers(app, client_as("pia"), f"/portal/funds/claims/{claim_id}").values()) < 500


@pytest.mark.slow
def test_the_reviewers_page(app: Flask, client_as: SignIn, claimable: Stage, work: Callable[[str], Any]) -> None:
    claim_id = claimable.submitted()
    with work("rita") as ctx:
        take_claim(ctx, claim_id)
    found = answers(app, client_as("rita"), f"/desk/funds/claims/{claim_id}")
    assert {what: status for what, status in found.items() if status >= 500} == {}


@pytest.mark.slow
def test_the_answer(app: Flask, client_as: SignIn, claimable: Stage, work: Callable[[str], Any]) -> None:
    claim_id = claimable.submitted()
    with work("rita") as ctx:
        ask_claim(ctx, claim_id, "Which?")
    found = answers(app, client_as("pia"), f"/portal/funds/claims/{claim_id}")
    assert {what: status for what, status in found.items() if status >= 500} == {}
