"""Decisions about money: kept line by line, taken again, appealed; and the clocks until they are taken (N-06, A-31)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core.accounts import User
from core.clock import FixedClock
from core.database import Database
from core.decisions import AppealState, decide_appeal, decision_of, decisions_of, raise_appeal, replay
from core.errors import Refused
from core.ids import TypeID
from core.jobs import run_until_idle
from core.notices import Notice
from core.sla import clock_of
from mdf import ClaimAction, ClaimReason, DeclineReason, FundRequest, ProofVerdict, RequestAction, RequestStatus, answer_request, decide_request
from mdf.decisions import CLAIM_CLOCK, REQUEST_CLOCK, claim_words, request_words
from mdf.models import ClaimStatus, Evidence, EvidenceStatus
from mdf.rules.decisions import CHECK, CLAIM, REQUEST
from mdf.services.review import accept_open, decide_claim, judge_evidence
from tests.conftest import Cast
from tests.mdf.claims_world import Stage, claim_of

Work = Callable[[str], Any]


def test_a_request_is_checked_and_decided_by_kept_rules(submitted: TypeID, work: Work) -> None:
    with work("nora") as ctx:
        decide_request(ctx, submitted, RequestAction.APPROVE)
        request = ctx.session.get_one(FundRequest, submitted)
        kept = {row.rule: row for row in decisions_of(ctx, submitted)}
        assert (kept[CHECK].result, kept[REQUEST].result) == ("complete", "approved")
        assert kept[REQUEST].values["granted_minor"] == request.approved_minor
        assert kept[REQUEST].values["evidence"] == [item.code for item in request.evidence_items]
        assert request.goal not in str(kept[CHECK].inputs) and request.title not in str(kept[CHECK].inputs)
        assert request_words(ctx, kept[REQUEST]).result == "Approved"
        assert not replay(ctx).differences


def test_a_declined_request_is_opened_again_by_an_appeal(submitted: TypeID, work: Work, clock: FixedClock) -> None:
    with work("nora") as ctx:
        decide_request(ctx, submitted, RequestAction.DECLINE, reason="Not this year", reason_code=DeclineReason.PRIORITIES)
        decision = decision_of(ctx, submitted, REQUEST)
        assert decision is not None
        told = request_words(ctx, decision)
        assert "something else" in told.reason
        assert "channel manager" in told.way_out
    with work("pia") as ctx:
        appeal = raise_appeal(ctx, decision.id, "The budget names this activity.")
    with work("rita") as ctx:
        decide_appeal(ctx, appeal.id, AppealState.OVERTURNED, "It does.")
    with work("rita") as ctx:
        request = ctx.session.get_one(FundRequest, submitted)
        assert request.status is RequestStatus.IN_REVIEW and not request.reason_code
        view = clock_of(ctx, REQUEST_CLOCK, submitted)
        assert view is not None and (view.clock.round, view.state) == (2, "running")


def test_who_has_nothing_to_do_with_funds_reads_and_hears_of_no_appeal_about_them(
    submitted: TypeID, work: Work, client_as: Callable[[str], FlaskClient], cast: Cast, database: Database
) -> None:
    """Partner sales appeal about deals: that opens no request for funds to them, neither as a page nor as a notice."""
    with work("system") as ctx:
        ctx.session.get_one(User, cast["wim"].user_id).role = "partner_sales"
    with work("nora") as ctx:
        decide_request(ctx, submitted, RequestAction.DECLINE, reason="Not this year", reason_code=DeclineReason.PRIORITIES)
        decision = decision_of(ctx, submitted, REQUEST)
        assert decision is not None
    form = f"/portal/decisions/{decision.id}/appeal"
    assert client_as("pia").get(form).status_code == 200
    assert client_as("wim").get(form).status_code == 403
    with work("pia") as ctx:
        appeal = raise_appeal(ctx, decision.id, "The budget names this activity.")
    assert client_as("wim").get(f"/portal/appeals/{appeal.id}").status_code == 403
    with work("rita") as ctx:
        decide_appeal(ctx, appeal.id, AppealState.UPHELD, "It stays as it is.")
    run_until_idle(database)
    with work("system") as ctx:
        told = select(Notice.user_id).where(Notice.kind == "core.appeal_decided")
        assert set(ctx.session.scalars(told)) == {cast["pia"].user_id}
    assert client_as("pia").get(f"/portal/appeals/{appeal.id}").status_code == 200


def test_the_clock_of_a_request_waits_for_the_answer(submitted: TypeID, work: Work, clock: FixedClock) -> None:
    with work("nora") as ctx:
        before = clock_of(ctx, REQUEST_CLOCK, submitted)
        assert before is not None and before.clock.target_minutes == 5 * 8 * 60
        due = before.due_at
        decide_request(ctx, submitted, RequestAction.ASK, reason="How many people?")
    clock.move(timedelta(days=14))
    with work("pia") as ctx:
        answer_request(ctx, submitted, "Five hundred.")
        after = clock_of(ctx, REQUEST_CLOCK, submitted)
    assert after is not None and after.due_at == due + timedelta(days=14)


@pytest.fixture
def judged(claimable: Stage, work: Work) -> TypeID:
    sent = claimable.submitted()
    with work("rita") as ctx:
        accept_open(ctx, sent)
        for row in ctx.session.scalars(select(Evidence).where(Evidence.claim_id == sent, Evidence.status == EvidenceStatus.MISSING)):
            judge_evidence(ctx, row.id, ProofVerdict.WAIVE, "The sealed counts show it")
    return sent


def test_a_claim_keeps_what_was_payable_for_each_line(judged: TypeID, work: Work) -> None:
    with work("rita") as ctx:
        decide_claim(ctx, judged, ClaimAction.APPROVE)
        decision, claim = decision_of(ctx, judged, CLAIM), claim_of(ctx, judged)
        assert decision is not None and decision.values["approved_minor"] == claim.approved_minor
        lines = decision.values["lines"]
        assert sum(line["paid"] for line in lines.values()) == claim.approved_minor
        assert set(lines) == {str(line.request_line_id) for line in claim.lines}
        view = clock_of(ctx, CLAIM_CLOCK, judged)
        assert view is not None and view.clock.within_sla is True and view.clock.target_minutes == 10 * 8 * 60
        assert not replay(ctx).differences


def test_a_rejected_claim_comes_back_with_its_invoice(judged: TypeID, work: Work) -> None:
    with work("rita") as ctx:
        before = claim_of(ctx, judged).invoice_key
        decide_claim(ctx, judged, ClaimAction.REJECT, reason="Wrong month", reason_code=ClaimReason.INVOICE_MISMATCH)
        decision = decision_of(ctx, judged, CLAIM)
        assert decision is not None and "supplier" in claim_words(ctx, decision).way_out
    with work("pia") as ctx:
        appeal = raise_appeal(ctx, decision.id, "The invoice names the activity on page two.")
    with pytest.raises(Refused, match="took this decision yourself"), work("rita") as ctx:
        decide_appeal(ctx, appeal.id, AppealState.OVERTURNED, "Sorry.")
    with work("ruben") as ctx:
        decide_appeal(ctx, appeal.id, AppealState.OVERTURNED, "So it does.")
        claim = claim_of(ctx, judged)
        assert claim.status is ClaimStatus.IN_REVIEW and claim.invoice_key == before and claim.approved_minor is None
