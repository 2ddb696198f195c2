"""The worked cases of the measures: MDF-01, MDF-02, MDF-07, MDF-09, in minor units."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from core.errors import Refused
from mdf import EntryKind, LineDraft, RequestAction, close_request, decide_request, submit_request
from mdf.queries import balances_of
from mdf.rules.claims import LineFacts, payable_lines
from mdf.rules.ledger import Balances, line_shares
from mdf.services.ledger import post
from tests.mdf.conftest import Funds, a_saved_request


def test_mdf_01_the_life_of_a_commitment(work: Callable[[str], Any], funds: Funds) -> None:
    """20,000 allocated, 5,000 asked for, 4,000 approved, 3,200 of the claim approved and paid, the rest released at closing."""
    with work("pia") as ctx:
        request = submit_request(ctx, a_saved_request(ctx, funds).id)
        assert request.requested_minor == 500_000
    with work("rita") as ctx:
        assert balances_of(ctx, funds.budget) == Balances(2_000_000, 2_000_000, 0, 0, 0)
        first, second = (line.id for line in request.lines)
        request = decide_request(ctx, request.id, RequestAction.APPROVE_PARTLY, {first: 300_000, second: 100_000}, "Texts exist already")
        assert balances_of(ctx, funds.budget) == Balances(2_000_000, 1_600_000, 400_000, 0, 0)
        post(ctx, funds.budget, EntryKind.APPROVE_CLAIM, 320_000, request=request)
        assert balances_of(ctx, funds.budget) == Balances(2_000_000, 1_600_000, 400_000, 320_000, 0)
        post(ctx, funds.budget, EntryKind.PAY, 320_000, request=request)
        assert balances_of(ctx, funds.budget) == Balances(2_000_000, 1_600_000, 80_000, 0, 320_000)
        close_request(ctx, request.id)
        assert balances_of(ctx, funds.budget) == Balances(2_000_000, 1_680_000, 0, 0, 320_000)


def test_mdf_02_two_approvals_of_6000_on_10000(work: Callable[[str], Any], funds: Funds) -> None:
    """Exactly one; the other is told what is left. (At the same moment: test_concurrent_approvals.)"""
    lines = (LineDraft("Advertising", 1_200_000),)
    with work("rita") as ctx:
        from tests.mdf.conftest import an_open_budget

        small = an_open_budget(ctx, amount_minor=1_000_000)
    with work("pia") as ctx:
        ids = [submit_request(ctx, a_saved_request(ctx, funds, budget_id=small, lines=lines).id).id for _ in range(2)]
    with work("rita") as ctx:
        decide_request(ctx, ids[0], RequestAction.APPROVE)
    with pytest.raises(Refused) as refusal, work("rita") as ctx:
        decide_request(ctx, ids[1], RequestAction.APPROVE)
    assert refusal.value.code == "fund_short"
    assert "€4,000.00" in refusal.value.message
    with work("rita") as ctx:
        assert balances_of(ctx, small) == Balances(1_000_000, 400_000, 600_000, 0, 0)


def test_mdf_07_a_claim_above_the_approval() -> None:
    """4,600 at a share of 100 per cent on 4,000 approved: 4,000 are paid, 600 need a new request."""
    settled = payable_lines(400_000, 100, {"I1": LineFacts(approved_minor=400_000, settled_minor=0, invoiced_minor=460_000)})["I1"]
    assert settled.payable_minor == 400_000
    assert settled.share_minor - settled.payable_minor == 60_000


def test_mdf_09_rates() -> None:
    """Allocated 20,000, committed 6,000, paid 9,000."""
    balances = Balances(allocated=2_000_000, available=500_000, committed=600_000, paid=900_000)
    assert balances.holds
    assert balances.commitment_rate == Decimal("0.7500")
    assert balances.utilisation_rate == Decimal("0.4500")
    assert Balances().commitment_rate is None


def test_the_shares_of_the_lines_are_the_share_of_the_whole() -> None:
    assert line_shares((333, 333, 334), 50) == (167, 166, 167)
    assert line_shares((1, 1, 1), 50) == (1, 1, 0)
    assert line_shares((), 50) == ()
