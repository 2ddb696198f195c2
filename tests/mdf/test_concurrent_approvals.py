"""Sixteen reviewers approve at the same moment from one budget: never over-approved, and every loser is told what is left (law L4).

200 rounds with CHANNELPRESS_FULL=1, 12 otherwise, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from core.ctx import Actor
from core.database import Database
from core.errors import Refused
from core.ids import TypeID
from core.money import Money
from mdf import BudgetStatus, FundRequest, LineDraft, RequestAction, RequestStatus, change_budget_status, decide_request, submit_request
from mdf.queries import balances_of, entries_of
from mdf.queries.ledger import held_by, told
from tests.conftest import Cast
from tests.mdf.conftest import Funds, a_saved_request, an_open_budget
from tests.mdf.two_engines import database, engines, settings

__all__ = ["database", "engines", "settings"]

WRITERS = 16
ROUNDS = 200 if os.environ.get("CHANNELPRESS_FULL") else 12


def _requests(work: Callable[[str], Any], funds: Funds, chance: random.Random) -> tuple[TypeID, list[tuple[TypeID, int]]]:
    """A fresh budget and sixteen submitted requests that together want more than it has."""
    shares = [chance.randrange(10_000, 90_000) for _ in range(WRITERS)]
    with work("rita") as ctx:
        budget_id = an_open_budget(ctx, amount_minor=sum(shares) * chance.randrange(20, 80) // 100)
    with work("pia") as ctx:
        made = []
        for share in shares:
            request = a_saved_request(ctx, funds, budget_id=budget_id, lines=(LineDraft("Advertising", share * 2),))
            made.append((submit_request(ctx, request.id).id, share))
    return budget_id, made


def _approve(database: Database, actor: Actor, gate: Barrier, request_id: TypeID) -> Refused | None:
    gate.wait()
    try:
        with database.unit_of_work(actor, locale="en") as ctx:
            decide_request(ctx, request_id, RequestAction.APPROVE)
    except Refused as refusal:
        return refusal
    return None


def _check(database: Database, actor: Actor, budget_id: TypeID, made: list[tuple[TypeID, int]], answers: list[Refused | None]) -> Counter[str]:
    """Winners fit, losers did not fit and were told a balance that the ledger really had."""
    with database.reading(actor, locale="en") as ctx:
        history = [(entry.seq, told(entry)) for entry in reversed(entries_of(ctx, budget_id))]
        balances = balances_of(ctx, budget_id)
        states = {
            request.id: (request.status, held_by(ctx, request).committed_minor)
            for request in ctx.session.query(FundRequest).filter_by(budget_id=budget_id)
        }
    assert [seq for seq, _after in history] == list(range(1, len(history) + 1))
    assert all(after.holds for _seq, after in history)
    won = [share for (_id, share), answer in zip(made, answers, strict=True) if answer is None]
    assert balances.committed == sum(won) <= balances.allocated
    assert balances.available == balances.allocated - sum(won) >= 0
    ever_left = {Money(after.available, "EUR").format("en"): after.available for _seq, after in history}
    for (request_id, share), answer in zip(made, answers, strict=True):
        if answer is None:
            assert states[request_id] == (RequestStatus.APPROVED, share)
            continue
        assert answer.code == "fund_short"
        assert states[request_id] == (RequestStatus.SUBMITTED, 0)
        named = [left for words, left in ever_left.items() if f"has {words} left" in answer.message]
        assert len(named) == 1, answer.message
        assert balances.available <= named[0] < share
    return Counter(won=len(won), lost=len(made) - len(won))


@pytest.mark.slow
def test_sixteen_approvals_of_one_budget(database: Database, cast: Cast, work: Callable[[str], Any], funds: Funds) -> None:
    chance, counts = random.Random(16), Counter[str]()
    reviewers = (cast["rita"], cast["ruben"])
    with ThreadPoolExecutor(WRITERS) as pool:
        for round_ in range(ROUNDS):
            budget_id, made = _requests(work, funds, chance)
            gate = Barrier(WRITERS)
            running = [pool.submit(_approve, database, reviewers[number % 2], gate, one[0]) for number, one in enumerate(made)]
            counts += _check(database, cast["rita"], budget_id, made, [future.result() for future in running])
            counts["rounds"] = round_ + 1
            if round_ % 10 == 9:
                with work("rita") as ctx:
                    change_budget_status(ctx, budget_id, BudgetStatus.CLOSED)
    print(f"\n{database.engine.dialect.name}: {counts['rounds']} rounds, {counts['won']} approvals won, {counts['lost']} lost, none over-approved")
    assert counts["rounds"] == ROUNDS
    assert min(counts["won"], counts["lost"]) >= ROUNDS


@pytest.mark.slow
def test_the_same_request_approved_sixteen_times_at_once(database: Database, cast: Cast, submitted: TypeID, funds: Funds) -> None:
    """One wins; the others find it decided, and the money is reserved once."""
    gate = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(lambda _number: _approve(database, cast["rita"], gate, submitted), range(WRITERS)))
    assert Counter(answer.code if answer else "won" for answer in answers) == {"won": 1, "not_possible_now": WRITERS - 1}
    with database.reading(cast["rita"]) as ctx:
        assert balances_of(ctx, funds.budget).committed == 500_000
