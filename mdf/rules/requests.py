"""What a request must say, and what of it cannot be (requirements A-38). Pure: a field and a reason code for each problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.money import digits
from mdf.programme import FundTerms
from mdf.rules.catalogue import NEEDS_PLACEMENTS
from mdf.rules.kinds import ActivityType
from mdf.rules.states import RequestStatus

MOST_LINES = 20
LONGEST_WORDS = 2000
MOST_PEOPLE = 10_000_000
MOST_LEADS = 1_000_000
#: In major units, for one cost and for the pipeline: beyond it somebody leaned on a key.
LARGEST_COST = 100_000_000
LARGEST_PIPELINE = 10_000_000_000


@dataclass(frozen=True)
class BudgetTerms:
    """What a budget allows."""

    is_open: bool
    currency: str
    participation_rate: int
    opens_on: date
    closes_on: date


@dataclass(frozen=True)
class RequestFacts:
    """A request as typed; None and empty stand for "nothing yet"."""

    title: str
    activity_type: ActivityType
    goal: str
    target_group: str
    target_size: int | None
    expected_pipeline_minor: int | None
    expected_leads: int | None
    starts_on: date | None
    ends_on: date | None
    currency: str
    participation_rate: int
    costs: Sequence[tuple[str, int]]
    has_campaign: bool
    placements: int


def impossible(facts: RequestFacts, budget: BudgetTerms) -> dict[str, str]:
    """Field → reason code of what may not even stand in a draft."""
    found = _amounts(facts)
    if not facts.title:
        found["title"] = "title_missing"
    if facts.currency != budget.currency:
        found["currency"] = "currency_mismatch"
    if not 0 < facts.participation_rate <= 100:
        found["participation_rate"] = "share_not_percent"
    elif facts.participation_rate > budget.participation_rate:
        found["participation_rate"] = "share_above_most"
    if len(facts.costs) > MOST_LINES:
        found["lines"] = "too_many_lines"
    for field in ("goal", "target_group"):
        if len(getattr(facts, field)) > LONGEST_WORDS:
            found[field] = "too_long"
    found |= _counts(facts)
    return found | _days(facts, budget)


def _amounts(facts: RequestFacts) -> dict[str, str]:
    found, unit = {}, 10 ** digits(facts.currency)
    for number, (description, cost) in enumerate(facts.costs, start=1):
        if cost <= 0:
            found[f"line-{number}-cost"] = "amount_not_positive"
        elif cost > LARGEST_COST * unit:
            found[f"line-{number}-cost"] = "amount_absurd"
        if not description:
            found[f"line-{number}-description"] = "description_missing"
    pipeline = facts.expected_pipeline_minor
    if pipeline is not None and pipeline <= 0:
        found["expected_pipeline"] = "amount_not_positive"
    elif pipeline is not None and pipeline > LARGEST_PIPELINE * unit:
        found["expected_pipeline"] = "amount_absurd"
    return found


def _counts(facts: RequestFacts) -> dict[str, str]:
    found = {}
    if facts.target_size is not None and not 0 < facts.target_size <= MOST_PEOPLE:
        found["target_size"] = "number_absurd"
    if facts.expected_leads is not None and not 0 < facts.expected_leads <= MOST_LEADS:
        found["expected_leads"] = "number_absurd"
    return found


def _days(facts: RequestFacts, budget: BudgetTerms) -> dict[str, str]:
    found = {
        name: "date_out_of_window"
        for name, day in (("starts_on", facts.starts_on), ("ends_on", facts.ends_on))
        if day is not None and not budget.opens_on <= day <= budget.closes_on
    }
    if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
        found["ends_on"] = "ends_before_start"
    return found


def missing(facts: RequestFacts, budget: BudgetTerms, today: date, terms: FundTerms) -> dict[str, str]:
    """Field → reason code of what a reviewer could not decide without; asked at submission."""
    found = {}
    if not budget.is_open:
        found["budget"] = "budget_not_open"
    if facts.activity_type not in terms.activities:
        found["activity_type"] = "activity_not_funded"
    if not facts.has_campaign:
        found["campaign"] = "campaign_missing"
    for field in ("goal", "target_group"):
        if not getattr(facts, field):
            found[field] = f"{field}_missing"
    for field in ("target_size", "expected_leads"):
        if getattr(facts, field) is None:
            found[field] = f"{field}_missing"
    if facts.expected_pipeline_minor is None:
        found["expected_pipeline"] = "expected_pipeline_missing"
    for field in ("starts_on", "ends_on"):
        if getattr(facts, field) is None:
            found[field] = "date_missing"
    if facts.starts_on is not None and facts.starts_on < today:
        found["starts_on"] = "starts_in_past"
    if not facts.costs:
        found["line-1-cost"] = "cost_missing"
    if facts.activity_type in NEEDS_PLACEMENTS and not facts.placements:
        found["placements"] = "placement_missing"
    return found


def claim_due_on(ends_on: date, terms: FundTerms) -> date:
    """The last day on which a claim is in time."""
    return ends_on + timedelta(days=terms.claim_due_days)


def grant_problems(shares: Mapping[str, int], granted: Mapping[str, int]) -> dict[str, str]:
    """Line id → reason code of amounts that a reviewer cannot grant: at most the vendor's share of each line, never below zero."""
    found = {key: "unknown_line" for key in granted if key not in shares}
    for key, share in shares.items():
        amount = granted.get(key)
        if amount is None:
            found[key] = "amount_missing"
        elif amount < 0:
            found[key] = "amount_negative"
        elif amount > share:
            found[key] = "above_share"
    return found


def whose_turn(status: RequestStatus) -> str:
    """`partner`, `vendor` or `nobody`."""
    if status in (RequestStatus.SUBMITTED, RequestStatus.IN_REVIEW):
        return "vendor"
    waiting = (
        *(RequestStatus.DRAFT, RequestStatus.INFO_REQUESTED, RequestStatus.CHANGES_REQUESTED),
        *(RequestStatus.APPROVED, RequestStatus.PARTIALLY_APPROVED, RequestStatus.EXECUTING),
    )
    return "partner" if status in waiting else "nobody"
