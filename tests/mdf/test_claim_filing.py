"""The partner's side: a claim opens with the hub's proofs in place, takes an invoice, and is refused with a field, a code and a way out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.audit import history
from core.clock import FixedClock
from core.ctx import Ctx
from core.database import Database
from core.errors import Forbidden, Invalid, NotFound, Refused
from core.ids import TypeID, new_id
from core.jobs import Job
from mdf import FundRequest, RequestAction, RequestStatus, cancel_request, decide_request
from mdf.models import Claim, ClaimStatus, Evidence, EvidenceStatus, Provider
from mdf.queries.proofs import proofs_of
from mdf.services.claim_drafts import ClaimLineDraft
from mdf.services.claim_files import attach_upload, file_of, remove_upload
from mdf.services.claims import cancel_claim, open_claim, save_claim, submit_claim
from tests.core.gates.papers import paper
from tests.mdf.claims_world import AFTER, Stage, a_paper, claim_of, item_of
from tests.mdf.conftest import Funds, a_saved_request, let_time_pass, submit_request

Work = Callable[[str], Any]


def refused(error: pytest.ExceptionInfo[Refused]) -> str:
    assert error.value.message.endswith(".") and error.value.message != error.value.code
    return error.value.code


def test_a_claim_opens_with_every_line_of_the_list(claimable: Stage, work: Work) -> None:
    claim_id = claimable.open()
    with work("pia") as ctx:
        claim = claim_of(ctx, claim_id)
        request = ctx.session.get_one(FundRequest, claim.request_id)
        proofs = proofs_of(ctx, claim, request)
        assert [proof.item.code for proof in proofs] == [item.code for item in request.evidence_items]
        assert all(proof.pieces for proof in proofs)
        assert claim.results["days"] == 21
        by_hub = [proof for proof in proofs if proof.item.provider is Provider.HUB and proof.item.required]
        uploads = [proof for proof in proofs if proof.item.provider is Provider.UPLOAD and proof.item.required]
        assert len(by_hub) >= 6 and len(uploads) == 1


def test_opening_twice_gives_the_same_draft(claimable: Stage, work: Work) -> None:
    assert claimable.open() == claimable.open()
    with work("system") as ctx:
        assert len(ctx.session.scalars(select(Claim)).all()) == 1


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (None, "request_not_approved"),
        (RequestAction.DECLINE, "request_declined"),
        (RequestAction.RETURN, "request_not_approved"),
    ],
)
def test_no_claim_without_an_approval(work: Work, submitted: TypeID, clock: FixedClock, action: RequestAction | None, code: str) -> None:
    if action:
        with work("nora") as ctx:
            decide_request(ctx, submitted, action, reason="No")
    clock.at = AFTER
    with pytest.raises(Refused) as error, work("pia") as ctx:
        open_claim(ctx, submitted)
    assert refused(error) == code


def test_no_claim_for_a_cancelled_request(claimable: Stage, work: Work) -> None:
    with work("pia") as ctx:
        cancel_request(ctx, claimable.request, "The trade fair was called off")
    with pytest.raises(Refused) as error:
        claimable.open()
    assert refused(error) == "request_cancelled"


def test_a_claim_whose_request_was_cancelled_meanwhile_cannot_be_sent(claimable: Stage, work: Work) -> None:
    claim_id = claimable.filled()
    with work("pia") as ctx:
        cancel_request(ctx, claimable.request, "The trade fair was called off")
    with pytest.raises(Refused) as error, work("pia") as ctx:
        submit_claim(ctx, claim_id)
    assert refused(error) == "request_cancelled"


def test_no_claim_while_the_activity_runs(claimable: Stage, clock: FixedClock) -> None:
    clock.at = datetime(2026, 3, 29, 20, 0, tzinfo=UTC)
    with pytest.raises(Refused) as error:
        claimable.open()
    assert refused(error) == "activity_running"
    clock.move(timedelta(hours=3))  # midnight in Berlin
    claimable.open()


def test_no_claim_after_the_request_lapsed(claimable: Stage, work: Work, database: Database, clock: FixedClock) -> None:
    clock.at = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    let_time_pass(database, work)
    with pytest.raises(Refused) as error:
        claimable.open()
    assert refused(error) == "request_lapsed"


def test_a_claim_begun_in_time_may_come_late_and_says_so(claimable: Stage, work: Work, database: Database, clock: FixedClock) -> None:
    claim_id = claimable.filled()
    clock.at = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    let_time_pass(database, work)
    with work("pia") as ctx:
        assert submit_claim(ctx, claim_id).late
    clock.move(timedelta(days=90))
    let_time_pass(database, work)
    with work("system") as ctx:
        assert ctx.session.get_one(FundRequest, claimable.request).status is RequestStatus.EXECUTING


def test_a_draft_does_not_hold_money_for_ever(claimable: Stage, work: Work, database: Database, clock: FixedClock) -> None:
    claimable.open()
    clock.at = datetime(2026, 6, 28, 9, 0, tzinfo=UTC)
    let_time_pass(database, work)
    with work("system") as ctx:
        assert ctx.session.get_one(FundRequest, claimable.request).status is RequestStatus.LAPSED


def test_a_complete_claim_is_sent_and_its_bundle_ordered(claimable: Stage, work: Work) -> None:
    claim_id = claimable.submitted()
    with work("system") as ctx:
        claim = claim_of(ctx, claim_id)
        assert (claim.status, claim.late, claim.claimed_minor) == (ClaimStatus.SUBMITTED, False, 500_000)
        assert claim.submitted_by and claim.invoice_key
        assert ctx.session.scalar(select(Job).where(Job.name == "mdf.make_bundle")) is not None
        assert history(ctx, claim.id)[0].action == "mdf.claim.submitted"


def test_an_empty_claim_names_everything_that_is_missing(claimable: Stage, work: Work) -> None:
    claim_id = claimable.open()
    with work("pia") as ctx:
        invoice = f"file_{item_of(ctx, claimable.request, 'invoice')}"
    with pytest.raises(Invalid) as error, work("pia") as ctx:
        submit_claim(ctx, claim_id)
    assert set(error.value.errors) == {"invoice_no", "invoice_on", "supplier", "supplier_tax_id", "line_1_amount", invoice}
    assert error.value.reasons[invoice] == "missing_evidence"


def wrong(stage: Stage, work: Work, **changed: Any) -> dict[str, str]:
    claim_id = stage.open()
    draft = stage.draft(**changed)
    with pytest.raises(Invalid) as error, work("pia") as ctx:
        save_claim(ctx, claim_id, draft)
    assert all(words.endswith(".") for words in error.value.errors.values())
    return error.value.reasons


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(1999, 1, 1), date(2026, 4, 8), date(9999, 12, 31)])
def test_an_invoice_has_to_be_dated_inside_the_window(claimable: Stage, work: Work, day: date) -> None:
    assert wrong(claimable, work, invoice_on=day) == {"invoice_on": "date_out_of_window"}


def test_another_currency_is_refused(claimable: Stage, work: Work) -> None:
    assert wrong(claimable, work, currency="USD") == {"currency": "currency_mismatch"}


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (0, "amount_not_positive"),
        (-1, "amount_not_positive"),
        (10**12, "amount_absurd"),
        (10**30, "amount_absurd"),
        (-(10**30), "amount_not_positive"),
    ],
)
def test_absurd_amounts_are_refused(claimable: Stage, work: Work, amount: int, code: str) -> None:
    line = claimable.draft().lines[0]
    assert wrong(claimable, work, lines=(replace(line, amount_minor=amount, row=3),)) == {"line_3_amount": code}


@pytest.mark.parametrize("other", ["", "mrl_00000000000000000000000000", "nonsense"])
def test_a_line_that_is_not_of_this_request_is_refused(claimable: Stage, work: Work, other: str) -> None:
    assert wrong(claimable, work, lines=(ClaimLineDraft(other, "Cost", 100, 1),)) == {"line_1_of": "unknown_line"}


def test_a_line_of_the_partners_other_request_is_refused(claimable: Stage, work: Work, funds: Funds, clock: FixedClock) -> None:
    clock.at = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    with work("pia") as ctx:
        other = str(submit_request(ctx, a_saved_request(ctx, funds, title="Another").id).lines[0].id)
    clock.at = AFTER
    assert wrong(claimable, work, lines=(ClaimLineDraft(other, "Cost", 100, 1),)) == {"line_1_of": "unknown_line"}


def another_request(work: Work, funds: Funds, clock: FixedClock) -> TypeID:
    clock.at = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    with work("pia") as ctx:
        request_id = submit_request(ctx, a_saved_request(ctx, funds, title="Another").id).id
    with work("nora") as ctx:
        decide_request(ctx, request_id, RequestAction.APPROVE)
    clock.at = AFTER
    return request_id


@pytest.fixture
def second(claimable: Stage, work: Work, funds: Funds, clock: FixedClock) -> Stage:
    return Stage(another_request(work, funds, clock), work, clock)


@pytest.mark.parametrize(
    "changed",
    [{}, {"invoice_no": "re 2026 041"}, {"supplier": "Somebody else", "supplier_tax_id": "de811234567"}, {"supplier_tax_id": "FR 99"}],
)
def test_an_invoice_is_claimed_once(claimable: Stage, second: Stage, work: Work, changed: dict[str, Any]) -> None:
    claimable.submitted()
    claim_id = second.filled(paper(pages=2), **changed)
    with pytest.raises(Refused) as error, work("pia") as ctx:
        submit_claim(ctx, claim_id)
    assert refused(error) == "duplicate_evidence"


def test_another_suppliers_invoice_may_bear_the_same_number(claimable: Stage, second: Stage, work: Work) -> None:
    claimable.submitted()
    claim_id = second.filled(paper(pages=2), supplier="Druckerei Nord", supplier_tax_id="DE 999")
    with work("pia") as ctx:
        submit_claim(ctx, claim_id)


def test_a_cancelled_claim_sets_its_invoice_free(claimable: Stage, second: Stage, work: Work) -> None:
    first = claimable.submitted()
    with work("pia") as ctx:
        cancel_claim(ctx, first, "Wrong request")
    claim_id = second.filled()  # the file, too
    with work("pia") as ctx:
        submit_claim(ctx, claim_id)


@pytest.mark.parametrize("_round", range(5))
def test_two_claims_with_one_invoice_sent_at_once(claimable: Stage, second: Stage, work: Work, _round: int) -> None:
    claims = [claimable.filled(), second.filled(paper(pages=2), invoice_no="RE 2026-041")]
    answers: list[str] = []
    start = threading.Barrier(2)

    def send(claim_id: TypeID) -> None:
        start.wait()
        try:
            with work("pia") as ctx:
                submit_claim(ctx, claim_id)
            answers.append("sent")
        except Refused as refusal:
            answers.append(refusal.code)

    threads = [threading.Thread(target=send, args=(claim_id,)) for claim_id in claims]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["duplicate_evidence", "sent"]


def test_one_file_does_not_prove_two_claims(claimable: Stage, second: Stage, work: Work) -> None:
    claimable.submitted()
    claim_id = second.open()
    with pytest.raises(Invalid) as error, work("pia") as ctx:
        attach_upload(ctx, claim_id, item_of(ctx, second.request, "invoice"), a_paper())
    assert list(error.value.reasons.values()) == ["duplicate_evidence"]


def test_files_are_private_and_can_be_taken_off(claimable: Stage, work: Work) -> None:
    claim_id = claimable.open()
    with work("pia") as ctx:
        item = item_of(ctx, claimable.request, "invoice")
        first = attach_upload(ctx, claim_id, item, a_paper(), "Rechnung.pdf").id
        second = attach_upload(ctx, claim_id, item, a_paper(paper(pages=2))).id
        with pytest.raises(Invalid):
            attach_upload(ctx, claim_id, item, a_paper())
    with work("pia") as ctx:
        row, data = file_of(ctx, claim_id, first)
        assert (row.file_name, data) == ("Rechnung.pdf", paper_of(row, data))
        remove_upload(ctx, claim_id, first)
        remove_upload(ctx, claim_id, second)
        left = ctx.session.scalars(select(Evidence).where(Evidence.item_id == item)).all()
        assert [(row.status, row.sha256, row.object_key) for row in left] == [(EvidenceStatus.MISSING, "", "")]


def paper_of(row: Evidence, data: bytes) -> bytes:
    from hashlib import sha256

    assert sha256(data).hexdigest() == row.sha256
    return data


def test_nothing_can_be_put_in_the_place_of_what_the_hub_measures(claimable: Stage, work: Work) -> None:
    claim_id = claimable.open()
    with pytest.raises(Refused), work("pia") as ctx:
        attach_upload(ctx, claim_id, item_of(ctx, claimable.request, "sealed_counts"), a_paper())


def test_an_item_of_another_request_takes_no_file(claimable: Stage, second: Stage, work: Work) -> None:
    claim_id = claimable.open()
    with pytest.raises(NotFound), work("pia") as ctx:
        attach_upload(ctx, claim_id, item_of(ctx, second.request, "invoice"), a_paper())


def test_a_sent_claim_stays_as_it_was_sent(claimable: Stage, work: Work) -> None:
    claim_id = claimable.submitted()
    draft = claimable.draft(invoice_no="X-1")
    for attempt in (
        lambda ctx: save_claim(ctx, claim_id, draft),
        lambda ctx: attach_upload(ctx, claim_id, item_of(ctx, claimable.request, "invoice"), a_paper(paper(pages=3))),
        lambda ctx: submit_claim(ctx, claim_id),
    ):
        with pytest.raises(Refused) as error, work("pia") as ctx:
            attempt(ctx)
        assert refused(error) == "not_possible_now"


@pytest.mark.parametrize("who", ["zed", "wim", "rita"])
def test_nobody_else_files_it(claimable: Stage, work: Work, who: str) -> None:
    claim_id = claimable.filled()
    expected = NotFound if who == "zed" else Forbidden
    verbs: list[Callable[[Ctx], Any]] = [
        lambda ctx: open_claim(ctx, claimable.request),
        lambda ctx: submit_claim(ctx, claim_id),
        lambda ctx: cancel_claim(ctx, claim_id, "x"),
    ]
    for verb in verbs:
        with pytest.raises(expected), work(who) as ctx:
            verb(ctx)


def test_a_claim_that_does_not_exist(work: Work, cast: Any) -> None:
    with pytest.raises(NotFound), work("pia") as ctx:
        submit_claim(ctx, new_id("clm"))
