"""What a claim is worth, when it may come, and which reasons exist for it: pure decisions."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdf.programme import FundTerms
from mdf.rules.claims import (
    ClaimReason,
    LineFacts,
    Proof,
    ProofVerdict,
    amount_problems,
    invoice_date_problem,
    invoice_key,
    invoice_window,
    is_late,
    may_still_come,
    payable_lines,
    reasons_now,
    undecided,
    unfulfilled,
    verdict_status,
    why_not_claimable,
)
from mdf.rules.ledger import vendor_share
from mdf.rules.states import FUNDED, ClaimAction, EvidenceStatus, RequestStatus

S = EvidenceStatus


def payables(left: int, rate: int, **lines: tuple[int, int, int]) -> dict[str, int]:
    facts = {name: LineFacts(*line) for name, line in lines.items()}
    return {name: line.payable_minor for name, line in payable_lines(left, rate, facts).items()}


def test_the_share_of_the_cost_is_paid_within_what_was_approved() -> None:
    assert payables(500_000, 50, a=(300_000, 0, 500_000), b=(200_000, 0, 400_000)) == {"a": 250_000, "b": 200_000}


def test_what_costs_more_than_approved_is_a_new_request() -> None:
    assert payables(500_000, 50, a=(300_000, 0, 2_000_000)) == {"a": 300_000}


def test_an_earlier_claim_used_up_a_part_of_the_line() -> None:
    assert payables(500_000, 50, a=(300_000, 250_000, 600_000)) == {"a": 50_000}


def test_the_commitment_caps_the_whole() -> None:
    assert payables(120_000, 100, a=(100_000, 0, 100_000), b=(100_000, 0, 100_000)) == {"a": 100_000, "b": 20_000}


def test_rounding_is_half_even_over_the_whole_invoice() -> None:
    assert payables(10_000, 50, a=(5_000, 0, 5)) == {"a": 2}
    assert payables(10_000, 50, a=(5_000, 0, 7)) == {"a": 4}
    assert sum(payables(10_000, 50, a=(5_000, 0, 1), b=(5_000, 0, 1)).values()) == 1


lines_strategy = st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=8)


@given(left=st.integers(0, 10**10), rate=st.integers(1, 100), lines=lines_strategy)
def test_nothing_is_ever_paid_twice_or_beyond_a_limit(left: int, rate: int, lines: list[tuple[int, int, int]]) -> None:
    facts = {str(number): LineFacts(*line) for number, line in enumerate(lines)}
    sums = payable_lines(left, rate, facts)
    total = sum(line.payable_minor for line in sums.values())
    assert 0 <= total <= min(left, vendor_share(sum(line.invoiced_minor for line in facts.values()), rate))
    assert all(sums[key].payable_minor <= line.left_minor for key, line in facts.items())
    assert sum(line.share_minor for line in sums.values()) == vendor_share(sum(line.invoiced_minor for line in facts.values()), rate)


@pytest.mark.parametrize(
    ("amounts", "problems"),
    [
        ({"a": 50}, {}),
        ({"a": 100, "b": 40}, {"": "all_of_it"}),
        ({"a": 0}, {"": "nothing"}),
        ({"a": -1}, {"a": "negative"}),
        ({"a": 101}, {"a": "above_payable"}),
        ({"z": 1}, {"z": "unknown_line"}),
    ],
)
def test_amounts_of_a_partial_approval(amounts: dict[str, int], problems: dict[str, str]) -> None:
    assert amount_problems(ClaimAction.APPROVE_PARTLY, {"a": 100, "b": 40}, amounts) == problems


def test_only_funded_requests_whose_activity_is_over_can_be_claimed() -> None:
    end = date(2026, 3, 29)
    for status in RequestStatus:
        code = why_not_claimable(status, end, date(2026, 3, 30))
        assert (code is None) == (status in FUNDED), status
    assert why_not_claimable(RequestStatus.CANCELLED, end, date(2026, 3, 30)) == "request_cancelled"
    assert why_not_claimable(RequestStatus.EXECUTING, end, end) == "activity_running"


def test_the_last_day_is_in_time_and_a_begun_claim_may_come_late() -> None:
    due = date(2026, 5, 28)
    assert not is_late(due, due)
    assert is_late(due, date(2026, 5, 29))
    assert may_still_come(due, date(2026, 6, 27), FundTerms())
    assert not may_still_come(due, date(2026, 6, 28), FundTerms())


def test_the_date_of_the_invoice() -> None:
    window = invoice_window(date(2026, 3, 2), date(2026, 3, 9), date(2026, 5, 28))
    today = date(2026, 6, 1)
    assert invoice_date_problem(date(2026, 3, 1), window, today) == "before_window"
    assert invoice_date_problem(date(2026, 3, 2), window, today) is None
    assert invoice_date_problem(date(2026, 5, 28), window, today) is None
    assert invoice_date_problem(date(2026, 5, 29), window, today) == "after_window"
    assert invoice_date_problem(date(2026, 6, 2), window, today) == "in_future"


PIECES: list[tuple[S, ...]] = [(), *[(one,) for one in S], *itertools.product(S, repeat=2)]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("by_hub", [False, True])
def test_missing_evidence_cannot_be_said_of_a_fulfilled_list(late: bool, by_hub: bool) -> None:
    """N-22 over every state two pieces of evidence can be in."""
    for first, second in itertools.product(PIECES, repeat=2):
        proofs = [Proof(True, by_hub, first), Proof(True, False, second), Proof(False, False, (S.REJECTED,))]
        possible = reasons_now(proofs, late=late)
        assert (ClaimReason.MISSING_EVIDENCE in possible) == bool(unfulfilled(proofs))
        assert (ClaimReason.LATE in possible) == late
        if all(proof.status in (S.ATTACHED, S.AUTO_ATTACHED, S.ACCEPTED, S.WAIVED) for proof in proofs[:2]):
            assert ClaimReason.MISSING_EVIDENCE not in possible


def test_what_the_hub_failed_to_take_is_not_held_against_the_partner() -> None:
    assert Proof(True, True, (S.MISSING,), ("browser_missing",)).is_fulfilled
    assert not Proof(True, True, (S.MISSING,), ("not_found",)).is_fulfilled
    assert not Proof(True, False, (S.MISSING,), ("browser_missing",)).is_fulfilled


def test_a_new_file_replaces_a_rejected_one_and_waits_for_its_own_verdict() -> None:
    proof = Proof(True, False, (S.REJECTED, S.ATTACHED))
    assert proof.status is S.ATTACHED
    assert undecided([proof]) == [proof]
    assert Proof(True, False, (S.ACCEPTED, S.ATTACHED)).status is S.ATTACHED


def test_what_is_not_there_can_only_be_waived() -> None:
    assert verdict_status(ProofVerdict.ACCEPT, S.MISSING) is None
    assert verdict_status(ProofVerdict.REJECT, S.MISSING) is None
    assert verdict_status(ProofVerdict.WAIVE, S.MISSING) is S.WAIVED


def test_the_same_invoice_is_recognised_however_it_is_typed() -> None:
    assert invoice_key("DE 811 234 567", "RE-2026/041") == invoice_key("de811234567", "re 2026 041")
    assert invoice_key("DE811234567", "RE-2026/041") != invoice_key("DE811234567", "RE-2026/042")
