"""A registration's form: what was typed as a draft, and a draft as it is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from core.amounts import money_values, read_money
from core.errors import Invalid
from core.gates import clean_text
from core.i18n import gettext as _
from deals.models import Registration
from deals.rules.stages import SalesStage
from deals.services import RegistrationDraft

_LINES = ("customer_name", "customer_domain", "customer_country", "contact_name", "contact_email", "product_line", "competitor")


def read_draft(form: Mapping[str, str]) -> tuple[RegistrationDraft, dict[str, str]]:
    """What could be read, and what could not by field: the service says in the same answer what else is wrong."""
    errors: dict[str, str] = {}
    told: dict[str, Any] = {name: clean_text(form.get(name, "")) for name in _LINES}
    told["presales_activity"] = "\n".join(clean_text(line) for line in form.get("presales_activity", "").splitlines()).strip()
    told.update(days_in(form, ("expected_close", "tender_published_on"), errors))
    told["probability"] = whole_number(form, "probability", errors)
    told["tender"] = bool(form.get("tender"))
    told["amount"] = None
    if form.get("amount", "").strip():
        try:
            told["amount"] = read_money(form, "amount")
        except Invalid as refusal:
            errors.update(refusal.errors)
    stage = form.get("stage", SalesStage.QUALIFIED.value)
    if stage not in set(SalesStage):
        errors["stage"], stage = _("Choose a stage."), SalesStage.QUALIFIED.value
    return RegistrationDraft(**told, stage=SalesStage(stage)), errors


#: As the form shows them, so that its summary can be worked off from top to bottom.
_ORDER = [
    "customer_name",
    "customer_domain",
    "customer_country",
    "contact_name",
    "contact_email",
    "product_line",
    "amount",
    "amount_currency",
    "expected_close",
    "stage",
    "probability",
    "presales_activity",
    "competitor",
    "tender_published_on",
]


def in_order(errors: Mapping[str, str]) -> dict[str, str]:
    return {name: errors[name] for name in sorted(errors, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))}


def days_in(form: Mapping[str, str], names: Iterable[str], errors: dict[str, str]) -> dict[str, date | None]:
    """Days by field; one that does not exist becomes an error."""
    found: dict[str, date | None] = {}
    for name in names:
        text = form.get(name, "").strip()
        found[name] = None
        if text:
            try:
                found[name] = date.fromisoformat(text)
            except ValueError:
                errors[name] = _("Enter a day that exists, as year-month-day, such as 2026-03-31.")
    return found


def whole_number(form: Mapping[str, str], name: str, errors: dict[str, str]) -> int | None:
    """None when nothing is typed."""
    text = form.get(name, "").strip().removesuffix("%").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 6:
        errors[name] = _("Enter a whole number from 0 to 100.")
        return None
    return int(text)


def values_of(row: Registration) -> dict[str, str]:
    """The stored registration as its form shows it."""
    values = {name: str(getattr(row, name)) for name in (*_LINES, "presales_activity")}
    values["expected_close"] = row.expected_close.isoformat() if row.expected_close else ""
    values["tender_published_on"] = row.tender_published_on.isoformat() if row.tender_published_on else ""
    values["tender"] = "1" if row.tender else ""
    values["stage"], values["probability"] = row.stage.value, str(row.probability)
    if row.amount_minor is not None:
        values.update(money_values("amount", row.amount_minor, row.currency))
    return values
