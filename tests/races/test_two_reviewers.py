"""Two processes approve from one budget at the same moment: never over-approved, never reserved twice (law L4).

1,000 rounds with CHANNELPRESS_FULL=1, on SQLite and on PostgreSQL. Three kinds of round take turns by chance: both approve the same
request, the budget has enough for one of two, the budget has enough for both.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from core.ctx import Actor
from core.database import Database
from core.ids import TypeID
from mdf import BudgetStatus, LineDraft, RequestAction, change_budget_status, decide_request, submit_request
from mdf.queries import balances_of, entries_of
from mdf.queries.ledger import told
from tests.conftest import Cast
from tests.mdf.conftest import Funds, a_saved_request, an_open_budget, funds
from tests.mdf.two_engines import database, engines, settings
from tests.races.harness import ROUNDS, Race

__all__ = ["database", "engines", "funds", "settings"]
pytestmark = pytest.mark.slow

AT_ONCE = 20
OUTCOMES = {"same": ["not_possible_now", "won"], "short": ["fund_short", "won"], "both": ["won", "won"]}
Prepared = tuple[str, TypeID, tuple[TypeID, TypeID], int]


def approve(database: Database, racer: int, item: tuple[Actor, tuple[TypeID, TypeID]]) -> str:
    reviewer, requests = item
    with database.unit_of_work(reviewer, locale="en") as ctx:
        decide_request(ctx, requests[racer], RequestAction.APPROVE)
    return "won"


def _prepare(work: Callable[[str], Any], funds: Funds, chance: random.Random) -> Prepared:
    kind, share = chance.choice(sorted(OUTCOMES)), chance.randrange(10_000, 90_000)
    with work("rita") as ctx:
        enough = share * 3 // 2 if kind == "short" else share * 2
        budget = an_open_budget(ctx, amount_minor=enough)
    with work("pia") as ctx:
        made = []
        for _ in range(1 if kind == "same" else 2):
            request = a_saved_request(ctx, funds, budget_id=budget, lines=(LineDraft("Advertising", share * 2),))
            made.append(submit_request(ctx, request.id).id)
    return kind, budget, (made[0], made[-1]), share


def _check(database: Database, cast: Cast, prepared: Prepared, outcome: tuple[str, ...]) -> None:
    kind, budget, _requests, share = prepared
    assert sorted(outcome) == OUTCOMES[kind], (kind, outcome)
    with database.reading(cast["rita"]) as ctx:
        entries = [(entry.seq, told(entry)) for entry in reversed(entries_of(ctx, budget))]
        balances = balances_of(ctx, budget)
    assert [seq for seq, _after in entries] == list(range(1, len(entries) + 1))
    assert all(after.holds for _seq, after in entries)
    assert balances.committed == share * outcome.count("won") <= balances.allocated


def test_two_processes_approve_from_one_budget(database: Database, cast: Cast, work: Callable[[str], Any], funds: Funds) -> None:
    chance, counts = random.Random(2), Counter[str]()
    with Race(database, approve, seed=2) as race:
        for _batch in range(ROUNDS // AT_ONCE):
            prepared = [_prepare(work, funds, chance) for _ in range(AT_ONCE)]
            outcomes = race.run([(cast["rita"], requests) for _kind, _budget, requests, _share in prepared])
            for one, outcome in zip(prepared, outcomes, strict=True):
                _check(database, cast, one, outcome)
                counts[one[0]] += 1
                counts["first racer won"] += outcome[0] == "won" and one[0] != "both"
            with work("rita") as ctx:
                for _kind, budget, _requests, _share in prepared:
                    change_budget_status(ctx, budget, BudgetStatus.CLOSED)
    rounds = sum(counts[kind] for kind in OUTCOMES)
    print(f"{database.engine.dialect.name}: {rounds} rounds of two processes, {dict(counts)}, none over-approved")
    assert rounds == ROUNDS
    assert 0 < counts["first racer won"] < counts["same"] + counts["short"], "both come first now and then"
