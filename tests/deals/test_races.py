"""Two partners, one customer, one moment: exactly one is first and knows no conflict (A-30)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from core.database import Database
from core.ids import TypeID
from deals import DealAction, Registration, decide_registration, save_draft, submit_registration
from deals.services import NotAdmitted
from tests.conftest import Cast
from tests.deals.conftest import GOOD, Submit, Work

ROUNDS = 8


def test_of_two_at_the_same_moment_exactly_one_has_no_conflict(work: Work, cast: Cast, database: Database, programme: TypeID) -> None:
    for number in range(ROUNDS):
        drafts = {}
        for name, domain in (("pia", f"customer{number}.example"), ("zed", f"shop.customer{number}.example")):
            with work(name) as ctx:
                drafts[name] = save_draft(ctx, cast[name].partner_id, replace(GOOD, customer_name=f"Customer {number}", customer_domain=domain)).id
        start = Barrier(2)

        def submit(name: str, drafts: dict[str, TypeID] = drafts, start: Barrier = start) -> None:
            start.wait()
            with database.unit_of_work(cast[name]) as ctx:
                submit_registration(ctx, drafts[name])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(submit, ("pia", "zed")))
        with work("nora") as ctx:
            rows = sorted((ctx.session.get_one(Registration, id_) for id_ in drafts.values()), key=lambda row: row.place or 0)
            assert [row.conflict for row in rows] == [False, True]
            assert [row.place for row in rows] == [2 * number + 1, 2 * number + 2]


def test_one_draft_submitted_twice_at_once_is_one_submission(work: Work, cast: Cast, database: Database, programme: TypeID) -> None:
    with work("pia") as ctx:
        ids = [save_draft(ctx, cast["pia"].partner_id, GOOD).id for _ in range(4)]
    start = Barrier(4)

    def submit(registration_id: TypeID) -> str:
        start.wait()
        try:
            with database.unit_of_work(cast["pia"]) as ctx:
                submit_registration(ctx, registration_id)
        except NotAdmitted as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(submit, ids)) == ["done"] + ["duplicate_registration"] * 3


@pytest.mark.parametrize("_round", range(4))
def test_two_managers_never_protect_one_customer_twice(work: Work, submit: Submit, cast: Cast, database: Database, _round: int) -> None:
    ids = [submit(name).id for name in ("pia", "zed")]
    start = Barrier(2)

    def approve(registration_id: TypeID) -> str:
        start.wait()
        try:
            with database.unit_of_work(cast["nora"]) as ctx:
                decide_registration(ctx, registration_id, DealAction.APPROVE, reason="The customer says so.")
        except Exception as refusal:
            return str(getattr(refusal, "code", refusal))
        return "approved"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(approve, ids)) == ["approved", "protected_for_another"]
