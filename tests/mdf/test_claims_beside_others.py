"""Two claims for one request, two colleagues at one claim, two transactions at one request: nobody's money or verdict gets lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete

from core.clock import FixedClock
from core.ctx import Ctx
from core.database import Database
from core.errors import NotFound, Refused
from core.ids import TypeID
from mdf import FundRequest, RequestAction, decide_request, submit_request
from mdf.models import Evidence, EvidenceStatus, RequestStatus
from mdf.queries.ledger import held_by
from mdf.rules.claims import ProofVerdict
from mdf.rules.states import ClaimAction
from mdf.services import progress
from mdf.services import review as review_services
from mdf.services.claim_files import attach_upload
from mdf.services.claims import open_claim, save_claim, submit_claim
from mdf.services.decisions import finish
from mdf.services.payment import pay_claim, release_payment
from mdf.services.requests import locked_request
from mdf.services.review import decide_claim, judge_evidence
from tests.core.gates.papers import paper
from tests.mdf.claims_world import AFTER, Stage, a_paper, item_of
from tests.mdf.conftest import Funds, a_saved_request

Work = Callable[[str], Any]


def _judge(work: Work, claim_id: TypeID, who: str) -> None:
    with work(who) as ctx:
        for row in ctx.session.query(Evidence).filter_by(claim_id=claim_id).all():
            judge_evidence(ctx, row.id, ProofVerdict.WAIVE, "Looked at together.")


def _approve(work: Work, claim_id: TypeID, who: str = "rita") -> None:
    with work(who) as ctx:
        decide_claim(ctx, claim_id, ClaimAction.APPROVE)


def _second_claim(claimable: Stage) -> TypeID:
    draft = claimable.draft(invoice_no="RE-2026/042", lines=claimable.draft().lines[1:])
    with claimable.work("pia") as ctx:
        claim_id = open_claim(ctx, claimable.request).id
        attach_upload(ctx, claim_id, item_of(ctx, claimable.request, "invoice"), a_paper(paper(pages=2)))
    with claimable.work("pia") as ctx:
        save_claim(ctx, claim_id, draft)
    with claimable.work("pia") as ctx:
        submit_claim(ctx, claim_id)
    return claim_id


def test_paying_the_last_claim_takes_nothing_from_one_that_waits(claimable: Stage, work: Work) -> None:
    first = claimable.submitted(lines=claimable.draft().lines[:1])
    _judge(work, first, "rita")
    _approve(work, first)
    second = _second_claim(claimable)
    with work("ruben") as ctx:
        pay_claim(ctx, first, "SEPA 1")
    with work("system") as ctx:
        request = ctx.session.get_one(FundRequest, claimable.request)
        assert request.status is RequestStatus.APPROVED
        assert held_by(ctx, request).committed_minor == 200_000
    _judge(work, second, "rita")
    _approve(work, second)
    with work("ruben") as ctx:
        pay_claim(ctx, second, "SEPA 2")
    with work("system") as ctx:
        request = ctx.session.get_one(FundRequest, claimable.request)
        assert (request.status, held_by(ctx, request).paid_minor) == (RequestStatus.CLOSED, 500_000)


@pytest.mark.parametrize("pay", [lambda ctx, claim: pay_claim(ctx, claim, "SEPA 1"), release_payment])
def test_who_judged_a_proof_does_not_pay(claimable: Stage, work: Work, pay: Callable[[Ctx, TypeID], object]) -> None:
    claim_id = claimable.submitted()
    _judge(work, claim_id, "ruben")
    _approve(work, claim_id, "rita")
    with pytest.raises(Refused) as refused, work("ruben") as ctx:
        pay(ctx, claim_id)
    assert refused.value.code == "separation_of_duties"


def test_a_proof_that_went_away_while_we_waited_is_not_found(claimable: Stage, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row is read to find its claim; what counts is how it stands under the claim's lock."""
    claim_id = claimable.submitted()
    with work("rita") as ctx:
        row = ctx.session.query(Evidence).filter_by(claim_id=claim_id, status=EvidenceStatus.ATTACHED).one()
        wait = review_services._for_review

        def waited(ctx: Ctx, wanted: TypeID) -> Any:
            found = wait(ctx, wanted)
            ctx.session.execute(delete(Evidence).where(Evidence.id == row.id), execution_options={"synchronize_session": False})
            return found

        monkeypatch.setattr(review_services, "_for_review", waited)
        with pytest.raises(NotFound):
            judge_evidence(ctx, row.id, ProofVerdict.ACCEPT)


def test_lapsing_locks_every_request_before_the_first_budget(
    work: Work, funds: Funds, clock: FixedClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever decides holds a request and waits for its budget: the other way round both would wait for ever."""
    for number in range(3):
        with work("pia") as ctx:
            made = submit_request(ctx, a_saved_request(ctx, funds, title=f"Request {number}").id).id
        with work("rita") as ctx:
            decide_request(ctx, made, RequestAction.APPROVE)
    clock.at = AFTER.replace(month=8)
    done: list[str] = []

    def told(name: str, verb: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            done.append(name)
            return verb(*args)

        return run

    monkeypatch.setattr(progress, "locked_request", told("request", locked_request))
    monkeypatch.setattr(progress, "finish", told("budget", finish))
    with work("system") as ctx:
        progress._lapse(ctx)
    assert done == ["request"] * 3 + ["budget"] * 3
