"""The pages of a claim: the partner's form keeps what was typed, the reviewer's page shows everything, files stay private."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from core.clock import FixedClock
from core.gates import accept_upload
from core.ids import TypeID
from mdf import ClaimAction, ClaimStatus, ProofVerdict
from mdf.models import Evidence, EvidenceStatus
from mdf.queries.claims import claims_due, waiting_counts
from mdf.services.review import accept_open, ask_claim, decide_claim, judge_evidence
from mdf.views import portal_claims
from tests.core.gates.papers import paper
from tests.mdf.claims_world import Stage, claim_of, item_of
from tests.mdf.conftest import Funds
from tests.mdf.test_claim_filing import another_request

Work = Callable[[str], Any]
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def form(claimable: Stage, work: Work) -> dict[str, Any]:
    """The whole form as Pia (who reads German) fills it in."""
    with work("pia") as ctx:
        invoice = f"file_{item_of(ctx, claimable.request, 'invoice')}"
    lines = claimable.draft().lines
    return {
        "invoice_no": "RE-2026/041",
        "invoice_on": "2026-03-30",
        "supplier": "Mediahaus Köln GmbH",
        "supplier_tax_id": "DE 811 234 567",
        "final": "1",
        "line_1_of": lines[0].request_line_id,
        "line_1_text": "Startseite",
        "line_1_amount": "6.000,00",
        "line_2_of": lines[1].request_line_id,
        "line_2_text": "",
        "line_2_amount": "4.000",
        "line_3_amount": "",
        invoice: (io.BytesIO(paper()), "Rechnung 041.pdf"),
    }


def post(client: FlaskClient, claim_id: TypeID, form: dict[str, Any], do: str, **changed: Any) -> Any:
    data = {**form, "do": do, **changed}
    return client.post(f"/portal/funds/claims/{claim_id}", data=data, content_type="multipart/form-data")


def test_the_button_on_the_request_opens_the_claim(claimable: Stage, client_as: SignIn) -> None:
    pia = client_as("pia")
    page = pia.get(f"/portal/funds/{claimable.request}")
    assert f"/portal/funds/claims/open/{claimable.request}" in page.text
    answer = pia.post(f"/portal/funds/claims/open/{claimable.request}")
    assert answer.status_code == 303
    assert pia.get(answer.location).status_code == 200


def test_a_claim_that_cannot_be_opened_says_why_on_the_request(claimable: Stage, client_as: SignIn, clock: FixedClock) -> None:
    from datetime import UTC, datetime

    clock.at = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
    answer = client_as("pia").post(f"/portal/funds/claims/open/{claimable.request}", follow_redirects=True)
    assert answer.status_code == 200
    assert "29.03.2026" in answer.text


def test_the_whole_form_is_sent_at_once(claimable: Stage, client_as: SignIn, work: Work, form: dict[str, Any]) -> None:
    claim_id = claimable.open()
    assert post(client_as("pia"), claim_id, form, "submit").status_code == 303
    with work("system") as ctx:
        claim = claim_of(ctx, claim_id)
        assert (claim.status, claim.claimed_minor) == (ClaimStatus.SUBMITTED, 500_000)
        assert [line.amount_minor for line in claim.lines] == [600_000, 400_000]


def test_a_mistake_clears_no_field_and_throws_no_file_away(claimable: Stage, client_as: SignIn, work: Work, form: dict[str, Any]) -> None:
    claim_id = claimable.open()
    answer = post(client_as("pia"), claim_id, form, "submit", line_2_amount="-4.000", invoice_on="2026-02-30")
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    values = {str(one["name"]): str(one.get("value", "")) for one in page.select("main input[name]")}
    assert (values["line_1_amount"], values["line_2_amount"], values["invoice_no"]) == ("6.000,00", "-4.000", "RE-2026/041")
    links = {str(one["href"]) for one in page.select("[data-error-summary] a")}
    assert links == {"#f-line_2_amount", "#f-invoice_on"}
    with work("system") as ctx:
        assert ctx.session.scalar(select(Evidence).where(Evidence.file_name == "Rechnung 041.pdf")) is not None


@pytest.mark.parametrize(
    ("name", "content"),
    [("invoice.pdf", b"MZ\x90\x00" + bytes(99)), ("invoice.png", paper()), ("invoice.pdf", b"")],
)
def test_a_file_that_is_not_what_it_says_is_refused_on_its_field(
    claimable: Stage, client_as: SignIn, form: dict[str, Any], name: str, content: bytes
) -> None:
    claim_id = claimable.open()
    field = next(key for key in form if key.startswith("file_"))
    answer = post(client_as("pia"), claim_id, form, "save", **{field: (io.BytesIO(content), name)})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text


def test_too_large_a_file_is_refused_on_its_field(claimable: Stage, client_as: SignIn, form: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal_claims, "accept_upload", partial(accept_upload, max_bytes=200))
    claim_id = claimable.open()
    answer = post(client_as("pia"), claim_id, form, "save")
    assert answer.status_code == 422
    field = next(key for key in form if key.startswith("file_"))
    assert f'href="#f-{field}"' in answer.text


def test_an_invoice_claimed_before_is_told_on_its_number(
    claimable: Stage, client_as: SignIn, work: Work, form: dict[str, Any], funds: Funds, clock: FixedClock
) -> None:
    claimable.submitted()
    second = Stage(another_request(work, funds, clock), work, clock)
    claim_id = second.filled(paper(pages=2))
    lines = second.draft().lines
    rows = {"line_1_of": lines[0].request_line_id, "line_2_of": lines[1].request_line_id}
    kept = {key: value for key, value in form.items() if not key.startswith("file_")}
    answer = post(client_as("pia"), claim_id, {**kept, **rows}, "submit")
    assert answer.status_code == 409
    assert 'href="#f-invoice_no"' in answer.text


def test_files_come_as_attachments_and_only_to_those_who_may(claimable: Stage, client_as: SignIn, work: Work) -> None:
    claim_id = claimable.submitted()
    with work("pia") as ctx:
        row = ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim_id, Evidence.sha256 != "")).one()
    mine = f"/portal/funds/claims/{claim_id}/files/{row.id}"
    answer = client_as("pia").get(mine)
    assert answer.status_code == 200
    assert answer.data == paper()
    assert answer.headers["Content-Disposition"] == "attachment; filename=\"invoice.pdf\"; filename*=UTF-8''invoice.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert client_as("zed").get(mine).status_code == 404
    assert client_as("wim").get(mine).status_code == 403
    assert client_as("rita").get(f"/desk/funds/claims/{claim_id}/files/{row.id}").data == paper()
    assert client_as("rita").get(f"/desk/funds/claims/{claim_id}/pictures/{row.id}").status_code == 404
    assert client_as("pia").get(f"/media/{row.object_key}.pdf").status_code == 404


def test_a_draft_is_the_partners_own_paper(claimable: Stage, client_as: SignIn) -> None:
    claim_id = claimable.filled()
    assert client_as("rita").get(f"/desk/funds/claims/{claim_id}").status_code == 404


def test_the_review_page_shows_what_was_approved_and_what_is_proven(claimable: Stage, client_as: SignIn) -> None:
    claim_id = claimable.submitted()
    text = client_as("rita").get(f"/desk/funds/claims/{claim_id}").text
    for words in ("€5,000.00", "€10,000.00", "RE-2026/041", "Mediahaus Köln GmbH", "Start page", "40", "€300,000.00", "Checked by the hub"):
        assert words in text, words


def test_the_whole_review_by_hand(claimable: Stage, client_as: SignIn, work: Work) -> None:
    claim_id = claimable.submitted()
    rita, ruben = client_as("rita"), client_as("ruben")
    desk = f"/desk/funds/claims/{claim_id}"
    assert rita.post(f"{desk}/take").status_code == 303
    refused = rita.post(f"{desk}/decision", data={"action": "approve"})
    assert refused.status_code == 409
    assert "verdict" in refused.text
    assert rita.post(f"{desk}/accept-open").status_code == 303
    with work("rita") as ctx:
        rows = ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim_id, Evidence.status == EvidenceStatus.MISSING)).all()
    wrong = rita.post(f"{desk}/proofs/{rows[0].id}", data={"verdict": "waive", "comment": ""})
    assert wrong.status_code == 422
    assert f"f-comment_{rows[0].id}" in wrong.text
    for row in rows:
        assert rita.post(f"{desk}/proofs/{row.id}", data={"verdict": "waive", "comment": "The counts show it"}).status_code == 303
    with work("rita") as ctx:
        lines = [str(line.request_line_id) for line in claim_of(ctx, claim_id).lines]
    part = {
        "action": "approve_partly",
        f"amount_{lines[0]}": "2,500",
        f"amount_{lines[1]}": "-1",
        "reason_code": "brand_rule",
        "reason": "Logo too small",
    }
    wrong = rita.post(f"{desk}/decision", data=part)
    assert wrong.status_code == 422
    assert 'value="2,500"' in wrong.text and "Logo too small" in wrong.text
    assert rita.post(f"{desk}/decision", data={**part, f"amount_{lines[1]}": "0"}).status_code == 303
    assert rita.post(f"{desk}/payment", data={"payment_ref": "X"}).status_code == 409
    assert ruben.post(f"{desk}/payment", data={"payment_ref": ""}).status_code == 422
    assert ruben.post(f"{desk}/payment", data={"payment_ref": "SEPA 77"}).status_code == 303
    assert "SEPA 77" in client_as("pia").get(f"/portal/funds/claims/{claim_id}").text


def test_lists_filters_and_export(claimable: Stage, client_as: SignIn, work: Work, cast: Any) -> None:
    claim_id = claimable.submitted()
    rita = client_as("rita")
    kestrel, brightwater = cast["pia"].partner_id, cast["zed"].partner_id
    for query, found in (
        ("", True),
        (f"?partner={kestrel}", True),
        (f"?partner={brightwater}", False),
        ("?campaign=2026-q1_dach_retrofit", True),
        ("?campaign=other", False),
        ("?from=2026-04-01&to=2026-04-30", True),
        ("?to=2026-04-01", False),
        ("?status=paid", False),
        ("?q=mediahaus", True),
        ("?q=100%25", False),
        ("?late=1", False),
        ("?view=to_pay", False),
        ("?from=9999-12-31&to=9999-12-31", True),
    ):
        assert (str(claim_id) in rita.get(f"/desk/funds/claims/{query}").text) == found, query
        assert (str(claim_id) in rita.get(f"/desk/funds/claims/claims.csv{query}").text) == found, query
    assert "5000.00" in rita.get("/desk/funds/claims/claims.csv").text
    assert str(claim_id) not in client_as("zed").get("/portal/funds/claims/claims.csv").text


def test_what_waits_for_whom(claimable: Stage, work: Work) -> None:
    with work("pia") as ctx:
        assert waiting_counts(ctx) == {"draft": 0, "answer": 0, "due": 1}
        assert [(one.approved_minor, one.draft_id) for one in claims_due(ctx)] == [(500_000, None)]
    claim_id = claimable.submitted()
    with work("rita") as ctx:
        assert waiting_counts(ctx) == {"decide": 1, "pay": 0}
        ask_claim(ctx, claim_id, "Which page?")
    with work("pia") as ctx:
        assert waiting_counts(ctx) == {"draft": 0, "answer": 1, "due": 0}
    with work("zed") as ctx:
        assert waiting_counts(ctx) == {"draft": 0, "answer": 0, "due": 0}


def test_the_partner_answers_with_a_new_file(claimable: Stage, client_as: SignIn, work: Work, form: dict[str, Any]) -> None:
    claim_id = claimable.submitted()
    with work("rita") as ctx:
        invoice = next(row for row in ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim_id)) if row.item.code == "invoice")
        judge_evidence(ctx, invoice.id, ProofVerdict.REJECT, "Page two is missing")
        ask_claim(ctx, claim_id, "Please send the whole invoice")
    pia = client_as("pia")
    page = pia.get(f"/portal/funds/claims/{claim_id}").text
    assert "Page two is missing" in page and "Please send the whole invoice" in page
    again = post(pia, claim_id, form, "answer", reason="The same file")
    assert again.status_code == 422
    assert "schon" in again.text or "already" in again.text
    field = next(key for key in form if key.startswith("file_"))
    with work("pia") as ctx:
        assert ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim_id, Evidence.status == EvidenceStatus.ATTACHED)).all() == []
    answer = post(pia, claim_id, form, "answer", reason="Here it is", **{field: (io.BytesIO(paper(pages=2)), "whole.pdf")})
    assert answer.status_code == 303
    with work("rita") as ctx:
        assert claim_of(ctx, claim_id).status is ClaimStatus.IN_REVIEW
        accept_open(ctx, claim_id)
        rows = ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim_id, Evidence.status == EvidenceStatus.MISSING)).all()
        for row in rows:
            judge_evidence(ctx, row.id, ProofVerdict.WAIVE, "No browser")
        assert decide_claim(ctx, claim_id, ClaimAction.APPROVE).approved_minor == 500_000
