"""A claim's invoice form: read as the reader's locale writes amounts, and written again with everything that was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.amounts import read_money, typed
from core.errors import Invalid
from core.i18n import gettext as _
from mdf.models import Claim, FundRequest
from mdf.services.claim_drafts import MOST_LINES, ClaimDraft, ClaimLineDraft

#: Empty rows at the end of the form: more appear when the claim is saved.
_SPARE_ROWS = 1


@dataclass
class Typed:
    """What stands in the form. `errors` and `reasons` are by field."""

    values: dict[str, str]
    rows: list[int]
    draft: ClaimDraft = field(default_factory=ClaimDraft)
    errors: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


def stored(claim: Claim, request: FundRequest) -> Typed:
    """The form as it was saved; a new claim begins with the approved lines, their amounts still to come."""
    values = {
        "invoice_no": claim.invoice_no,
        "invoice_on": claim.invoice_on.isoformat() if claim.invoice_on else "",
        "supplier": claim.supplier,
        "supplier_tax_id": claim.supplier_tax_id,
        "final": "1" if claim.final else "",
    }
    lines = [(str(line.request_line_id), line.description, typed(line.amount_minor, claim.currency)) for line in claim.lines]
    if not lines:
        lines = [(str(line.id), line.description, "") for line in request.lines if line.approved_minor]
    for number, (of, words, amount) in enumerate(lines, start=1):
        values |= {f"line_{number}_of": of, f"line_{number}_text": words, f"line_{number}_amount": amount}
    return Typed(values, list(range(1, min(MOST_LINES, len(lines) + _SPARE_ROWS) + 1)))


def read(form: Mapping[str, str], request: FundRequest) -> Typed:
    """What was sent. A row counts as soon as it has an amount; currency is the request's unless the form says otherwise."""
    values = {key: str(value)[:2000] for key, value in form.items() if not key.startswith("csrf")}
    rows = [number for number in range(1, MOST_LINES + 2) if any(f"line_{number}_{part}" in form for part in ("of", "text", "amount"))]
    told = Typed(values, rows or [1])
    lines = [line for number in rows if (line := _line(told, number, request)) is not None]
    told.draft = ClaimDraft(
        invoice_no=values.get("invoice_no", ""),
        invoice_on=_date(told, values.get("invoice_on", "").strip()),
        supplier=values.get("supplier", ""),
        supplier_tax_id=values.get("supplier_tax_id", ""),
        currency=values.get("currency", request.currency),
        lines=tuple(lines),
        final=bool(values.get("final")),
    )
    return told


def _line(told: Typed, number: int, request: FundRequest) -> ClaimLineDraft | None:
    if not told.values.get(f"line_{number}_amount", "").strip():
        return None
    try:
        amount = read_money(told.values, f"line_{number}_amount", currency=request.currency)
    except Invalid as refusal:
        told.errors |= refusal.errors
        told.reasons |= dict.fromkeys(refusal.errors, "amount_not_possible")
        return None
    return ClaimLineDraft(told.values.get(f"line_{number}_of", ""), told.values.get(f"line_{number}_text", ""), amount.minor, number)


def _date(told: Typed, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        told.errors["invoice_on"] = _("Enter a day that exists, as year-month-day, such as 2026-03-31.")
        told.reasons["invoice_on"] = "not_a_date"
        return None


def line_choices(request: FundRequest) -> list[tuple[str, str]]:
    """The approved lines to which a cost may belong."""
    return [(str(line.id), line.description) for line in request.lines]


def read_amounts(form: Mapping[str, Any], request: FundRequest) -> dict[str, int]:
    """The reviewer's amounts by approved line; raises Invalid with one message per field."""
    amounts: dict[str, int] = {}
    errors: dict[str, str] = {}
    for line in request.lines:
        name = f"amount_{line.id}"
        if not str(form.get(name, "")).strip():
            continue
        try:
            amounts[str(line.id)] = read_money(form, name, currency=request.currency, zero=True).minor
        except Invalid as refusal:
            errors |= refusal.errors
    if errors:
        raise Invalid(errors, dict.fromkeys(errors, "amount_not_possible"))
    return amounts
