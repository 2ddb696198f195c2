"""What a claim is worth, when it may be filed, and what may be said against it (requirements A-40, N-22; measures section 6).

Amounts are minor units of the request's currency. Nothing here asks a clock or a database.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mdf.programme import FundTerms
from mdf.rules.ledger import line_shares
from mdf.rules.states import FUNDED, ClaimAction, EvidenceStatus, RequestStatus

#: Notes of evidence that the hub itself failed to take: never held against the partner.
HUB_FAULTS = frozenset({"browser_missing", "capture_failed", "not_taken", "not_measured"})


class ClaimReason(StrEnum):
    """The whole list of reasons for which a claim may be cut or rejected (requirements, section 6)."""

    DATE_OUT_OF_WINDOW = "date_out_of_window"
    INVOICE_MISMATCH = "invoice_mismatch"
    NOT_APPROVED_ACTIVITY = "not_approved_activity"
    BRAND_RULE = "brand_rule"
    AUDIENCE_MISMATCH = "audience_mismatch"
    DUPLICATE_EVIDENCE = "duplicate_evidence"
    LATE = "late"
    MISSING_EVIDENCE = "missing_evidence"


class ProofVerdict(StrEnum):
    """What a reviewer says about one piece of evidence."""

    ACCEPT = "accept"
    REJECT = "reject"
    WAIVE = "waive"


_VERDICTS = {ProofVerdict.ACCEPT: EvidenceStatus.ACCEPTED, ProofVerdict.REJECT: EvidenceStatus.REJECTED, ProofVerdict.WAIVE: EvidenceStatus.WAIVED}
_THERE = (EvidenceStatus.ATTACHED, EvidenceStatus.AUTO_ATTACHED, EvidenceStatus.ACCEPTED)
_DECIDED = (EvidenceStatus.ACCEPTED, EvidenceStatus.WAIVED)


# -- when --------------------------------------------------------------------------------------------------------------


def why_not_claimable(status: RequestStatus, ends_on: date | None, today: date) -> str | None:
    """A code that says why no claim can be opened for the request; None when it can."""
    if status not in FUNDED:
        return {
            RequestStatus.CANCELLED: "request_cancelled",
            RequestStatus.DECLINED: "request_declined",
            RequestStatus.LAPSED: "request_lapsed",
            RequestStatus.CLOSED: "request_closed",
        }.get(status, "request_not_approved")
    return "activity_running" if ends_on is None or today <= ends_on else None


def is_late(due_on: date | None, today: date) -> bool:
    """The last day is still in time."""
    return due_on is not None and today > due_on


def may_still_come(due_on: date | None, today: date, terms: FundTerms) -> bool:
    """A claim that was begun in time keeps its request from lapsing for some days (30); sent in them, it is marked late."""
    return due_on is not None and today <= due_on + timedelta(days=terms.late_days)


@dataclass(frozen=True, slots=True)
class Window:
    """The days an invoice may bear: from permission to spend to the day on which the claim is due."""

    first: date
    last: date


def invoice_window(approved_on: date | None, starts_on: date, due_on: date) -> Window:
    """Money spent before anybody allowed it is not claimable; a supplier may be booked between approval and start."""
    return Window(min(approved_on, starts_on) if approved_on else starts_on, due_on)


def invoice_date_problem(invoice_on: date, window: Window, today: date) -> str | None:
    """`before_window`, `after_window` or `in_future`; None when the date may stand."""
    if invoice_on < window.first:
        return "before_window"
    if invoice_on > today:
        return "in_future"
    return "after_window" if invoice_on > window.last else None


# -- how much ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineFacts:
    """An approved line beside its invoice: granted, already granted to earlier claims, and the full cost now invoiced."""

    approved_minor: int
    settled_minor: int
    invoiced_minor: int

    @property
    def left_minor(self) -> int:
        return max(0, self.approved_minor - self.settled_minor)


@dataclass(frozen=True, slots=True)
class LineSum:
    """The vendor's share of what was invoiced for a line, and what of it can be paid."""

    share_minor: int
    payable_minor: int


def payable_lines(commitment_left_minor: int, participation_rate: int, lines: Mapping[str, LineFacts]) -> dict[str, LineSum]:
    """min(left of what was approved, share of the eligible cost) for each line, together never more than the commitment holds.

    The shares add up to the half-even share of the whole invoice. What costs more than was approved is a new request.
    """
    shares = line_shares(tuple(line.invoiced_minor for line in lines.values()), participation_rate)
    left, sums = max(0, commitment_left_minor), {}
    for (key, line), share in zip(lines.items(), shares, strict=True):
        sums[key] = LineSum(share, min(share, line.left_minor, left))
        left -= sums[key].payable_minor
    return sums


def amount_problems(action: ClaimAction, payables: Mapping[str, int], amounts: Mapping[str, int]) -> dict[str, str]:
    """Line → code for amounts that cannot be decided: `unknown_line`, `negative`, `above_payable`; empty key: `nothing`, `all_of_it`."""
    problems = {key: "unknown_line" for key in amounts if key not in payables}
    for key, amount in amounts.items():
        if key in payables and amount < 0:
            problems[key] = "negative"
        elif key in payables and amount > payables[key]:
            problems[key] = "above_payable"
    total = sum(amounts.values())
    if not problems and total <= 0:
        problems[""] = "nothing"
    elif not problems and action is ClaimAction.APPROVE_PARTLY and total == sum(payables.values()):
        problems[""] = "all_of_it"
    return problems


# -- what proves it ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proof:
    """One line of the evidence list with everything that stands behind it in this claim."""

    required: bool
    by_hub: bool
    statuses: tuple[EvidenceStatus, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> EvidenceStatus:
        """The list's word for it: a new file replaces one that was rejected, and one waiver settles the line."""
        if EvidenceStatus.WAIVED in self.statuses:
            return EvidenceStatus.WAIVED
        there = [status for status in self.statuses if status in _THERE]
        if there:
            open_ones = [status for status in there if status is not EvidenceStatus.ACCEPTED]
            return open_ones[0] if open_ones else EvidenceStatus.ACCEPTED
        return EvidenceStatus.REJECTED if EvidenceStatus.REJECTED in self.statuses else EvidenceStatus.MISSING

    @property
    def is_fulfilled(self) -> bool:
        """Given or waived, or owed by the hub, whose own failure is never held against the partner."""
        if self.status in (*_THERE, EvidenceStatus.WAIVED):
            return True
        return self.by_hub and self.status is EvidenceStatus.MISSING and not (set(self.notes) - HUB_FAULTS - {""})

    @property
    def is_decided(self) -> bool:
        """Accepted or waived by a person."""
        return self.status in _DECIDED


def unfulfilled(proofs: Iterable[Proof]) -> list[Proof]:
    """Required lines that the partner still owes."""
    return [proof for proof in proofs if proof.required and not proof.is_fulfilled]


def undecided(proofs: Iterable[Proof]) -> list[Proof]:
    """Required lines that stand in the way of an approval."""
    return [proof for proof in proofs if proof.required and not proof.is_decided]


def verdict_status(verdict: ProofVerdict, status: EvidenceStatus) -> EvidenceStatus | None:
    """The state after a verdict; None when the verdict makes no sense: what is not there can only be waived."""
    if status is EvidenceStatus.MISSING and verdict is not ProofVerdict.WAIVE:
        return None
    return _VERDICTS[verdict]


def reasons_now(proofs: Sequence[Proof], *, late: bool) -> tuple[ClaimReason, ...]:
    """The reasons a reviewer may give for this claim as it stands.

    The evidence list was fixed at approval: whoever fulfilled it cannot be told that evidence is missing (N-22).
    """
    impossible = set() if late else {ClaimReason.LATE}
    if not unfulfilled(proofs):
        impossible.add(ClaimReason.MISSING_EVIDENCE)
    return tuple(reason for reason in ClaimReason if reason not in impossible)


# -- the same invoice --------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Letters and digits only, without case: `RE-2026/041` and `re 2026 041` are the same number."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def invoice_key(tax_id: str, invoice_no: str) -> str:
    """The same for the same invoice of the same supplier, however it was typed."""
    return f"{plain(tax_id)}|{plain(invoice_no)}"[:130]
