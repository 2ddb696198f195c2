"""Granting a request and handing in a missing file from a mail."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.ids import TypeID
from core.signed_actions import issue_link
from mdf import Evidence, FundRequest, RequestStatus
from mdf.models import EvidenceStatus
from tests.conftest import Cast
from tests.core.gates.papers import paper
from tests.mdf.claims_world import Stage, item_of


def _link(work: Any, cast: Cast, kind: str, object_id: TypeID, name: str, **params: str) -> str:
    with work("system") as ctx:
        address = issue_link(ctx, kind, object_id, user_id=cast[name].user_id, email=cast[name].email, params=params)
    return address.removeprefix(ctx.settings.url)


def _shown(client: FlaskClient, link: str) -> dict[str, Any]:
    found = re.search(r'name="shown" value="(\w+)"', client.get(link).text)
    assert found is not None
    return {"shown": found[1]}


def test_rita_grants_from_her_mail(app: Flask, work: Any, cast: Cast, submitted: TypeID) -> None:
    client, link = app.test_client(), _link(work, cast, "mdf.request.approve", submitted, "rita")
    assert "€5,000.00" in client.get(link).text
    answer = client.post(link, data=_shown(client, link))
    assert answer.status_code == 200
    with work("system") as ctx:
        request = ctx.session.get_one(FundRequest, submitted)
        assert (request.status, request.approved_minor, request.decided_by) == (RequestStatus.APPROVED, 500_000, str(cast["rita"].user_id))


def test_without_money_nothing_is_granted(app: Flask, work: Any, cast: Cast, submitted: TypeID) -> None:
    """The refusal of the ledger reaches the page, and the link may be used once the budget has been filled up."""
    client, link = app.test_client(), _link(work, cast, "mdf.request.approve", submitted, "rita")
    shown = _shown(client, link)
    with work("rita") as ctx:
        from mdf.models import BudgetStatus
        from mdf.services.budgets import change_budget_status

        change_budget_status(ctx, ctx.session.get_one(FundRequest, submitted).budget_id, BudgetStatus.FROZEN, "Stopped.")
    assert client.post(link, data=shown).status_code == 409
    with work("system") as ctx:
        assert ctx.session.get_one(FundRequest, submitted).status is RequestStatus.SUBMITTED


def test_pia_hands_in_a_file_from_her_mail(app: Flask, work: Any, cast: Cast, claimable: Stage) -> None:
    claim_id = claimable.open()
    with work("system") as ctx:
        item = item_of(ctx, claimable.request, "invoice")
    client, link = app.test_client(), _link(work, cast, "mdf.claim.add_file", claim_id, "pia", item=str(item))
    shown = _shown(client, link)
    assert client.post(link, data=shown).status_code == 422
    assert client.post(link, data={**shown, "file": (BytesIO(b"MZ" + b"\0" * 100), "invoice.pdf")}).status_code == 422
    assert client.post(link, data={**shown, "file": (BytesIO(paper()), "invoice.pdf")}).status_code == 200
    assert client.post(link, data={**shown, "file": (BytesIO(paper()), "invoice.pdf")}).status_code == 410
    with work("system") as ctx:
        rows = ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim_id, Evidence.item_id == item)).all()
        assert [(row.status, row.file_name, row.source) for row in rows] == [(EvidenceStatus.ATTACHED, "invoice.pdf", "Pia")]


def test_a_rival_hands_in_nothing(app: Flask, work: Any, cast: Cast, claimable: Stage) -> None:
    claim_id = claimable.open()
    with work("system") as ctx:
        item = item_of(ctx, claimable.request, "invoice")
    assert app.test_client().get(_link(work, cast, "mdf.claim.add_file", claim_id, "zed", item=str(item))).status_code == 410
