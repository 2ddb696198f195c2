"""Any sequence of operations keeps the invariant: allocated = available + committed + paid, nothing below zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.errors import Refused
from core.ids import TypeID
from mdf import EntryKind, FundRequest, LineDraft, RequestAction, decide_request, submit_request
from mdf.queries import balances_of, entries_of, held_by
from mdf.queries.ledger import told
from mdf.rules.ledger import Balances, Short, line_shares, vendor_share
from mdf.services.ledger import post
from tests.mdf.conftest import Funds, a_saved_request, an_open_budget

KINDS = st.sampled_from(list(EntryKind))
AMOUNTS = st.integers(1, 10**12)
STEPS = st.lists(st.tuples(KINDS, AMOUNTS), max_size=60)


@given(STEPS)
def test_no_sequence_of_entries_breaks_the_invariant(steps: list[tuple[EntryKind, int]]) -> None:
    balances = Balances()
    for kind, amount in steps:
        try:
            after = balances.after(kind, amount)
        except Short:
            continue
        assert after.holds
        assert after.allocated >= balances.allocated
        assert after.paid >= balances.paid
        balances = after


@given(st.lists(st.integers(1, 10**11), min_size=1, max_size=20), st.integers(1, 100))
def test_line_shares_add_up_and_none_exceeds_its_cost(costs: list[int], rate: int) -> None:
    shares = line_shares(tuple(costs), rate)
    assert sum(shares) == vendor_share(sum(costs), rate)
    for cost, share in zip(costs, shares, strict=True):
        assert abs(share * 100 - cost * rate) < 100
        assert 0 <= share <= cost


SMALL_STEPS = st.lists(st.tuples(KINDS, st.integers(0, 1), st.integers(1, 700_000)), max_size=12)


@given(SMALL_STEPS)
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_stored_ledger_follows_the_rule_and_the_requests_add_up(
    work: Callable[[str], Any], two_requests: tuple[TypeID, TypeID], funds: Funds, steps: list[tuple[EntryKind, int, int]]
) -> None:
    """Through the service, against the guard of the database: what one lets through the other never refuses."""
    with work("rita") as ctx:
        budget_id = an_open_budget(ctx, amount_minor=1_000_000)
        requests = [ctx.session.get_one(FundRequest, request_id) for request_id in two_requests]
        held_before = [held_by(ctx, request) for request in requests]
        expected = Balances(1_000_000, 1_000_000)
        for kind, which, amount in steps:
            try:
                post(ctx, budget_id, kind, amount, request=None if kind is EntryKind.ALLOCATE else requests[which])
            except Refused:
                continue
            expected = expected.after(kind, amount)
        assert balances_of(ctx, budget_id) == expected
        assert all(told(entry).holds for entry in entries_of(ctx, budget_id))
        moved = [held_by(ctx, request) for request in requests]
        assert sum(one.committed_minor for one in moved) - sum(one.committed_minor for one in held_before) == expected.committed
        assert sum(one.paid_minor for one in moved) - sum(one.paid_minor for one in held_before) == expected.paid
        ctx.session.rollback()


@pytest.fixture
def two_requests(work: Callable[[str], Any], funds: Funds) -> tuple[TypeID, TypeID]:
    """Submitted, so that they hold no money of their own yet."""
    with work("pia") as ctx:
        first, second = (submit_request(ctx, a_saved_request(ctx, funds, lines=(LineDraft("Cost", 1000),)).id).id for _ in range(2))
    return first, second


def test_a_refused_approval_leaves_nothing_behind(work: Callable[[str], Any], funds: Funds, submitted: TypeID) -> None:
    with work("rita") as ctx:
        empty = an_open_budget(ctx, amount_minor=1)
        ctx.session.get_one(FundRequest, submitted).budget_id = empty
    with pytest.raises(Refused, match=r"€0\.01"), work("rita") as ctx:
        decide_request(ctx, submitted, RequestAction.APPROVE)
    with work("rita") as ctx:
        request = ctx.session.get_one(FundRequest, submitted)
        assert (request.approved_minor, request.decided_by, request.claim_due_on, request.evidence_items) == (None, "", None, [])
        assert [line.approved_minor for line in request.lines] == [None, None]
        assert balances_of(ctx, empty) == Balances(1, 1)
