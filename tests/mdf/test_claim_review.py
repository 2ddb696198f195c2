"""The reviewer's side: verdict per proof, decision, ledger, payment, and who may not do both."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from core.audit import history
from core.errors import Forbidden, Invalid, NotFound, Refused
from core.ids import TypeID, new_id
from core.jobs import Job
from mdf import ClaimAction, ClaimReason, FundRequest, ProofVerdict, RequestStatus
from mdf.models import ClaimStatus, EntryKind, Evidence, EvidenceStatus, LedgerEntry
from mdf.queries.ledger import balances_of, held_by
from mdf.queries.proofs import proofs_of
from mdf.rules.states import CLAIMS
from mdf.services.claims import answer_claim, cancel_claim, open_claim, submit_claim
from mdf.services.payment import pay_claim, release_payment
from mdf.services.review import accept_open, ask_claim, decide_claim, judge_evidence, take_claim
from tests.conftest import Cast
from tests.core.gates.papers import paper
from tests.mdf.claims_world import Stage, claim_of

Work = Callable[[str], Any]


@pytest.fixture
def sent(claimable: Stage) -> TypeID:
    return claimable.submitted()


@pytest.fixture
def judged(sent: TypeID, work: Work) -> TypeID:
    """Everything that is there accepted; what the hub could not take is waived."""
    with work("rita") as ctx:
        accept_open(ctx, sent)
        for row in ctx.session.scalars(select(Evidence).where(Evidence.claim_id == sent, Evidence.status == EvidenceStatus.MISSING)):
            judge_evidence(ctx, row.id, ProofVerdict.WAIVE, "The sealed counts show it")
    return sent


def evidence_of(ctx: Any, claim_id: TypeID, code: str) -> Evidence:
    rows = ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim_id)).all()
    return next(row for row in rows if row.item.code == code)


def lines_of(ctx: Any, claim_id: TypeID) -> list[str]:
    return [str(line.request_line_id) for line in claim_of(ctx, claim_id).lines]


def test_a_verdict_takes_the_claim_into_review(sent: TypeID, work: Work) -> None:
    with work("rita") as ctx:
        judge_evidence(ctx, evidence_of(ctx, sent, "invoice").id, ProofVerdict.ACCEPT)
    with work("system") as ctx:
        assert claim_of(ctx, sent).status is ClaimStatus.IN_REVIEW
        assert [entry.action for entry in history(ctx, sent)][:2] == ["mdf.claim.proof_judged", "mdf.claim.taken"]


@pytest.mark.parametrize("verdict", [ProofVerdict.REJECT, ProofVerdict.WAIVE])
def test_a_verdict_against_a_proof_needs_its_words(sent: TypeID, work: Work, verdict: ProofVerdict) -> None:
    with work("rita") as ctx:
        row = evidence_of(ctx, sent, "invoice")
    with pytest.raises(Invalid) as error, work("rita") as ctx:
        judge_evidence(ctx, row.id, verdict, "  ")
    assert list(error.value.errors) == [f"comment_{row.id}"]


def test_full_approval_books_the_claim_and_the_payment_closes_the_request(judged: TypeID, claimable: Stage, work: Work) -> None:
    with work("rita") as ctx:
        claim = decide_claim(ctx, judged, ClaimAction.APPROVE)
        assert (claim.status, claim.approved_minor, claim.reason_code) == (ClaimStatus.APPROVED, 500_000, "")
        assert [line.approved_minor for line in claim.lines] == [300_000, 200_000]
    with work("ruben") as ctx:
        release_payment(ctx, judged)
        assert pay_claim(ctx, judged, "SEPA 2026-04-08/7").status is ClaimStatus.PAID
    with work("system") as ctx:
        request = ctx.session.get_one(FundRequest, claimable.request)
        kinds = ctx.session.scalars(select(LedgerEntry.kind).where(LedgerEntry.request_id == request.id).order_by(LedgerEntry.seq)).all()
        assert kinds == [EntryKind.COMMIT, EntryKind.APPROVE_CLAIM, EntryKind.PAY]
        assert (request.status, held_by(ctx, request).paid_minor) == (RequestStatus.CLOSED, 500_000)
        assert balances_of(ctx, request.budget_id).paid == 500_000


def test_partial_approval_pays_a_part_and_gives_the_rest_back(judged: TypeID, claimable: Stage, work: Work) -> None:
    with work("rita") as ctx:
        first, second = lines_of(ctx, judged)
        claim = decide_claim(
            ctx, judged, ClaimAction.APPROVE_PARTLY, amounts={first: 250_000, second: 0}, reason="Texts were not ours",
            reason_code=ClaimReason.NOT_APPROVED_ACTIVITY,
        )  # fmt: skip
        assert (claim.status, claim.approved_minor) == (ClaimStatus.PARTIALLY_APPROVED, 250_000)
    with work("ruben") as ctx:
        pay_claim(ctx, judged, "SEPA 1")
    with work("system") as ctx:
        request = ctx.session.get_one(FundRequest, claimable.request)
        balances = balances_of(ctx, request.budget_id)
        assert (balances.paid, balances.committed, balances.available) == (250_000, 0, 1_750_000)


def test_a_claim_that_is_not_the_last_leaves_the_rest_for_another(claimable: Stage, work: Work) -> None:
    lines = claimable.draft().lines[:1]
    claim_id = claimable.submitted(lines=lines, final=False)
    with work("rita") as ctx:
        accept_open(ctx, claim_id)
        for proof in proofs_of(ctx, claim_of(ctx, claim_id), ctx.session.get_one(FundRequest, claimable.request)):
            for row in proof.pieces:
                if row.status is EvidenceStatus.MISSING:
                    judge_evidence(ctx, row.id, ProofVerdict.WAIVE, "No browser")
        assert decide_claim(ctx, claim_id, ClaimAction.APPROVE).approved_minor == 300_000
    with work("ruben") as ctx:
        pay_claim(ctx, claim_id, "SEPA 1")
    again = claimable.filled(paper(pages=2), invoice_no="RE-2")
    with work("pia") as ctx:
        assert submit_claim(ctx, again).claimed_minor == 200_000


def test_rejection_needs_a_reason_of_the_list_and_sets_the_invoice_free(sent: TypeID, claimable: Stage, work: Work) -> None:
    for code in ("", "because", ClaimReason.LATE):
        with pytest.raises(Invalid) as error, work("rita") as ctx:
            decide_claim(ctx, sent, ClaimAction.REJECT, reason="No", reason_code=code)
        assert list(error.value.errors) == ["reason_code"]
    with work("rita") as ctx:
        decide_claim(ctx, sent, ClaimAction.REJECT, reason="The invoice names another job", reason_code=ClaimReason.INVOICE_MISMATCH)
    claim_id = claimable.filled()
    with work("pia") as ctx:
        submit_claim(ctx, claim_id)


def test_a_fulfilled_list_cannot_be_rejected_for_missing_evidence(sent: TypeID, work: Work) -> None:
    """N-22, through the verb: the hub's own gaps count as little as anything that is there."""
    with work("system") as ctx:
        for row in ctx.session.scalars(select(Evidence).where(Evidence.claim_id == sent, Evidence.note == "never_seen")):
            row.status, row.note = EvidenceStatus.AUTO_ATTACHED, ""
    with pytest.raises(Invalid) as error, work("rita") as ctx:
        decide_claim(ctx, sent, ClaimAction.REJECT, reason="Something is missing", reason_code=ClaimReason.MISSING_EVIDENCE)
    assert error.value.reasons == {"reason_code": "not_possible"}


def test_a_rejected_proof_is_missing(sent: TypeID, work: Work) -> None:
    with work("rita") as ctx:
        judge_evidence(ctx, evidence_of(ctx, sent, "invoice").id, ProofVerdict.REJECT, "This is an offer, not an invoice")
        claim = decide_claim(ctx, sent, ClaimAction.REJECT, reason="No invoice came", reason_code=ClaimReason.MISSING_EVIDENCE)
        assert (claim.status, claim.approved_minor, claim.reason_code) == (ClaimStatus.REJECTED, 0, "missing_evidence")


def test_no_approval_over_open_proofs(sent: TypeID, work: Work) -> None:
    with pytest.raises(Refused) as error, work("rita") as ctx:
        decide_claim(ctx, sent, ClaimAction.APPROVE)
    assert error.value.code == "proofs_open"


@pytest.mark.parametrize(("amount", "code"), [(-1, "negative"), (300_001, "above_payable"), (10**15, "above_payable")])
def test_no_line_is_paid_beyond_its_limit(judged: TypeID, work: Work, amount: int, code: str) -> None:
    with work("rita") as ctx:
        line = lines_of(ctx, judged)[0]
    with pytest.raises(Invalid) as error, work("rita") as ctx:
        decide_claim(ctx, judged, ClaimAction.APPROVE_PARTLY, amounts={line: amount}, reason="x", reason_code=ClaimReason.BRAND_RULE)
    assert error.value.reasons == {f"amount_{line}": code}


def test_a_line_of_another_request_is_not_decided(judged: TypeID, work: Work) -> None:
    with pytest.raises(Invalid) as error, work("rita") as ctx:
        decide_claim(ctx, judged, ClaimAction.APPROVE_PARTLY, amounts={str(new_id("mrl")): 5}, reason="x", reason_code=ClaimReason.BRAND_RULE)
    assert list(error.value.reasons.values()) == ["unknown_line"]


def test_question_answer_and_a_second_bundle(sent: TypeID, work: Work) -> None:
    with work("rita") as ctx:
        ask_claim(ctx, sent, "Which page is line 2 about?")
    with work("pia") as ctx:
        assert answer_claim(ctx, sent, "The start page, as approved").status is ClaimStatus.IN_REVIEW
    with work("system") as ctx:
        told = [(entry.action, entry.reason) for entry in reversed(history(ctx, sent))]
        assert ("mdf.claim.asked", "Which page is line 2 about?") in told
        assert told[-1] == ("mdf.claim.answered", "The start page, as approved")
        assert len(ctx.session.scalars(select(Job).where(Job.name == "mdf.make_bundle")).all()) == 2


def test_a_question_needs_words(sent: TypeID, work: Work) -> None:
    with pytest.raises(Invalid), work("rita") as ctx:
        ask_claim(ctx, sent, " ")


def test_who_approved_the_request_does_not_review_the_claim(claimable: Stage, sent: TypeID, work: Work, cast: Cast) -> None:
    with work("system") as ctx:
        ctx.session.get_one(FundRequest, claimable.request).decided_by = str(cast["rita"].user_id)
        row = evidence_of(ctx, sent, "invoice").id
    for verb in (
        lambda ctx: take_claim(ctx, sent),
        lambda ctx: ask_claim(ctx, sent, "?"),
        lambda ctx: accept_open(ctx, sent),
        lambda ctx: judge_evidence(ctx, row, ProofVerdict.ACCEPT),
        lambda ctx: decide_claim(ctx, sent, ClaimAction.REJECT, reason="x", reason_code=ClaimReason.BRAND_RULE),
    ):
        with pytest.raises(Refused) as error, work("rita") as ctx:
            verb(ctx)
        assert error.value.code == "separation_of_duties"


def test_the_reviewer_does_not_pay(judged: TypeID, work: Work) -> None:
    with work("rita") as ctx:
        decide_claim(ctx, judged, ClaimAction.APPROVE)
    for verb in (lambda ctx: release_payment(ctx, judged), lambda ctx: pay_claim(ctx, judged, "SEPA")):
        with pytest.raises(Refused) as error, work("rita") as ctx:
            verb(ctx)
        assert error.value.code == "separation_of_duties"


@pytest.mark.parametrize(("who", "error"), [("pia", Forbidden), ("zed", NotFound), ("nora", Forbidden), ("cleo", Forbidden)])
def test_others_do_not_review(sent: TypeID, work: Work, who: str, error: type[Exception]) -> None:
    for verb in (lambda ctx: take_claim(ctx, sent), lambda ctx: pay_claim(ctx, sent, "SEPA")):
        with pytest.raises(error), work(who) as ctx:
            verb(ctx)


def test_every_step_the_table_does_not_list_is_refused(sent: TypeID, work: Work) -> None:
    verbs: dict[ClaimAction, tuple[str, Callable[[Any], Any]]] = {
        ClaimAction.SUBMIT: ("pia", lambda ctx: submit_claim(ctx, sent)),
        ClaimAction.ANSWER: ("pia", lambda ctx: answer_claim(ctx, sent, "x")),
        ClaimAction.CANCEL: ("pia", lambda ctx: cancel_claim(ctx, sent, "x")),
        ClaimAction.TAKE: ("rita", lambda ctx: take_claim(ctx, sent)),
        ClaimAction.ASK: ("rita", lambda ctx: ask_claim(ctx, sent, "x")),
        ClaimAction.APPROVE: ("rita", lambda ctx: decide_claim(ctx, sent, ClaimAction.APPROVE)),
        ClaimAction.REJECT: ("rita", lambda ctx: decide_claim(ctx, sent, ClaimAction.REJECT, reason="x", reason_code="brand_rule")),
        ClaimAction.RELEASE_PAYMENT: ("ruben", lambda ctx: release_payment(ctx, sent)),
        ClaimAction.PAY: ("ruben", lambda ctx: pay_claim(ctx, sent, "SEPA")),
    }
    for status in ClaimStatus:
        with work("system") as ctx:
            claim_of(ctx, sent).status = status
        for action, (who, verb) in verbs.items():
            if CLAIMS.find(status, action) is None:
                with pytest.raises(Refused) as error, work(who) as ctx:
                    verb(ctx)
                assert error.value.code == "not_possible_now", (status, action)


def test_one_payment_of_many_attempts(judged: TypeID, claimable: Stage, work: Work) -> None:
    with work("rita") as ctx:
        decide_claim(ctx, judged, ClaimAction.APPROVE)
    answers: list[str] = []
    start = threading.Barrier(6)

    def pay(number: int) -> None:
        start.wait()
        try:
            with work("ruben") as ctx:
                pay_claim(ctx, judged, f"SEPA {number}")
            answers.append("paid")
        except Refused as refusal:
            answers.append(refusal.code)

    threads = [threading.Thread(target=pay, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["not_possible_now"] * 5 + ["paid"]
    with work("system") as ctx:
        assert held_by(ctx, ctx.session.get_one(FundRequest, claimable.request)).paid_minor == 500_000


def test_a_paid_request_takes_no_further_claim(judged: TypeID, claimable: Stage, work: Work) -> None:
    with work("rita") as ctx:
        decide_claim(ctx, judged, ClaimAction.APPROVE)
    with pytest.raises(Refused) as error, work("pia") as ctx:
        open_claim(ctx, claimable.request)
    assert error.value.code == "nothing_left"
    with work("ruben") as ctx:
        pay_claim(ctx, judged, "SEPA")
    with pytest.raises(Refused) as error, work("pia") as ctx:
        open_claim(ctx, claimable.request)
    assert error.value.code == "request_closed"


def test_a_claim_under_way_stands_before_the_next(sent: TypeID, claimable: Stage, work: Work) -> None:
    with pytest.raises(Refused) as error, work("pia") as ctx:
        open_claim(ctx, claimable.request)
    assert error.value.code == "claim_open"
