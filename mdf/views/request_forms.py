"""The request form: read into a draft, and shown again exactly as it was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.amounts import CURRENCIES, money_values, read_money
from core.errors import Invalid
from core.ids import TypeID
from mdf.messages import reason_words
from mdf.models import Budget, FundRequest
from mdf.rules.kinds import ActivityType
from mdf.rules.requests import MOST_LINES
from mdf.services.requests import LineDraft, RequestDraft
from mdf.views.frame import amount_code

_FEW_LINES, _MORE_LINES = 3, 5


class _Reader:
    """Collects a problem per field, so that all are told at once."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self.form = form
        self.errors: dict[str, str] = {}
        self.reasons: dict[str, str] = {}

    def text(self, name: str) -> str:
        return self.form.get(name, "").strip()

    def wrong(self, name: str, code: str) -> None:
        self.errors[name], self.reasons[name] = reason_words(code), code

    def one(self, name: str, prefix: str, code: str) -> TypeID | None:
        if not self.text(name):
            return None
        try:
            return TypeID.parse(self.text(name), prefix)
        except ValueError:
            self.wrong(name, code)
            return None

    def day(self, name: str) -> date | None:
        if not self.text(name):
            return None
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            self.wrong(name, "not_a_date")
            return None

    def count(self, name: str) -> int | None:
        typed = "".join(self.text(name).split())
        if not typed:
            return None
        if typed.isascii() and typed.isdigit() and len(typed) <= 12:
            return int(typed)
        self.wrong(name, "not_a_number")
        return None

    def money(self, name: str, currency: str) -> int | None:
        if not self.text(name):
            return None
        try:
            return read_money(self.form, name, currency=currency).minor
        except Invalid as refusal:
            self.errors |= refusal.errors
            self.reasons[name] = amount_code(self.text(name), currency)
            return None


def read_draft(form: Mapping[str, str], placements: list[str], default_currency: str) -> RequestDraft:
    """Raises Invalid with every field that cannot be read; what is merely empty is the rules' business."""
    told = _Reader(form)
    currency = told.text("currency") or default_currency
    if currency not in CURRENCIES:
        told.wrong("currency", "currency_mismatch")
        currency = default_currency
    kind = told.text("activity_type")
    if kind not in list(ActivityType):
        told.wrong("activity_type", "activity_type_unknown")
    budget_id = told.one("budget", "bdg", "budget_unknown")
    if budget_id is None:
        told.wrong("budget", "budget_unknown")
    draft = {
        "campaign_id": told.one("campaign", "cmp", "campaign_unknown"),
        "target_size": told.count("target_size"),
        "expected_leads": told.count("expected_leads"),
        "participation_rate": told.count("participation_rate"),
        "expected_pipeline_minor": told.money("expected_pipeline", currency),
        "starts_on": told.day("starts_on"),
        "ends_on": told.day("ends_on"),
        "lines": _lines(told, currency),
        "placement_ids": _placements(told, placements),
    }
    if told.errors or budget_id is None:
        raise Invalid(told.errors, told.reasons)
    texts = {"title": told.text("title"), "goal": told.text("goal"), "target_group": told.text("target_group")}
    return RequestDraft(budget_id=budget_id, activity_type=ActivityType(kind), currency=currency, **texts, **draft)  # type: ignore[arg-type]


def _lines(told: _Reader, currency: str) -> tuple[LineDraft, ...]:
    """Empty rows count for nothing; a row with only half of it is told."""
    found = []
    for number in range(1, MOST_LINES + 1):
        description, typed = told.text(f"line-{number}-description"), told.text(f"line-{number}-cost")
        if not description and not typed:
            continue
        cost = told.money(f"line-{number}-cost", currency)
        if not typed:
            told.wrong(f"line-{number}-cost", "cost_missing")
        if not description:
            told.wrong(f"line-{number}-description", "description_missing")
        found.append(LineDraft(description, cost or 0))
    return tuple(found)


def _placements(told: _Reader, placements: list[str]) -> tuple[TypeID, ...]:
    try:
        return tuple(TypeID.parse(one, "plc") for one in placements[:200])
    except ValueError:
        told.wrong("placements", "placement_unknown")
        return ()


def values_of(request: FundRequest) -> dict[str, Any]:
    """A stored request as the form shows it."""
    values: dict[str, Any] = {
        "title": request.title,
        "budget": str(request.budget_id),
        "campaign": str(request.campaign_id or ""),
        "activity_type": request.activity_type.value,
        "goal": request.goal,
        "target_group": request.target_group,
        "target_size": request.target_size,
        "expected_leads": request.expected_leads,
        "starts_on": request.starts_on.isoformat() if request.starts_on else "",
        "ends_on": request.ends_on.isoformat() if request.ends_on else "",
        "currency": request.currency,
        "participation_rate": request.participation_rate,
    }
    if request.expected_pipeline_minor is not None:
        values |= money_values("expected_pipeline", request.expected_pipeline_minor, request.currency)
    for number, line in enumerate(request.lines, start=1):
        values[f"line-{number}-description"] = line.description
        values |= money_values(f"line-{number}-cost", line.cost_minor, request.currency)
    return values


def line_numbers(values: Mapping[str, Any], *, more: bool) -> list[int]:
    """The rows to show: what is filled and a few empty ones, at most twenty."""
    filled = [number for number in range(1, MOST_LINES + 1) if values.get(f"line-{number}-description") or values.get(f"line-{number}-cost")]
    shown = max([*filled, 0]) + (_MORE_LINES if more else 1)
    return list(range(1, min(MOST_LINES, max(_FEW_LINES, shown)) + 1))


def currency_of(budgets: Sequence[Budget], form: Mapping[str, str]) -> str:
    """What the form counts in: the chosen budget's currency, else that of the first one."""
    chosen = [budget.currency for budget in budgets if str(budget.id) == form.get("budget")]
    return (chosen or [budget.currency for budget in budgets] or ["EUR"])[0]
