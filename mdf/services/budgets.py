"""Budgets: opened by the vendor, filled by allocations; every euro stands in the ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from core.amounts import CURRENCIES, amount_problem
from core.errors import Invalid, Refused
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.money import Money
from mdf.models import Budget, BudgetStatus, EntryKind, LedgerEntry
from mdf.permissions import Perm
from mdf.services.ledger import LONGEST_REASON, locked_budget, post

if TYPE_CHECKING:
    from core.ctx import Ctx

_QUARTER = re.compile(r"20[0-9]{2}-Q[1-4]\Z")
_LONGEST_WINDOW_DAYS = 731
#: From which state a budget can come into which.
NEXT = {
    BudgetStatus.PLANNED: (BudgetStatus.OPEN, BudgetStatus.CLOSED),
    BudgetStatus.OPEN: (BudgetStatus.FROZEN, BudgetStatus.CLOSED),
    BudgetStatus.FROZEN: (BudgetStatus.OPEN, BudgetStatus.CLOSED),
    BudgetStatus.CLOSED: (),
}


@dataclass(frozen=True)
class BudgetDraft:
    """`amount_minor`: what is allocated at once; 0 leaves the budget empty. `region` empty: for all partners."""

    name: str
    quarter: str
    currency: str
    opens_on: date
    closes_on: date
    region: str = ""
    participation_rate: int = 50
    amount_minor: int = 0


def create_budget(ctx: Ctx, draft: BudgetDraft) -> Budget:
    """A planned budget with its first allocation. Invalid names field and reason code."""
    ctx.require(Perm.BUDGET_MANAGE)
    _check(draft)
    budget = Budget(
        id=new_id("bdg", int(ctx.now.timestamp() * 1000)),
        name=clean_text(draft.name)[:200],
        quarter=draft.quarter,
        region=clean_text(draft.region)[:40],
        currency=draft.currency,
        status=BudgetStatus.PLANNED,
        participation_rate=draft.participation_rate,
        opens_on=draft.opens_on,
        closes_on=draft.closes_on,
        created_at=ctx.now,
    )
    ctx.session.add(budget)
    ctx.session.flush()
    ctx.audit("mdf.budget.created", budget, after=_told(budget))
    if draft.amount_minor:
        post(ctx, budget.id, EntryKind.ALLOCATE, draft.amount_minor, reason=_("First allocation"))
    return budget


def open_budget(ctx: Ctx, budget_id: TypeID) -> Budget:
    """From now on partners can ask for its money."""
    return change_budget_status(ctx, budget_id, BudgetStatus.OPEN)


def change_budget_status(ctx: Ctx, budget_id: TypeID, status: BudgetStatus, reason: str = "") -> Budget:
    """Opens, freezes or closes. What is committed stays committed: claims of a closed budget are still paid."""
    ctx.require(Perm.BUDGET_MANAGE)
    budget = locked_budget(ctx, budget_id)
    if status not in NEXT[budget.status]:
        raise Refused("not_possible_now", _("This is not possible in the present state of the budget. Reload the page to see what is."))
    before, budget.status = budget.status, status
    ctx.session.flush()
    ctx.audit(f"mdf.budget.{status.value}", budget, before={"status": before.value}, after={"status": status.value}, reason=_reason(reason) or None)
    return budget


def allocate(ctx: Ctx, budget_id: TypeID, amount_minor: int, reason: str) -> LedgerEntry:
    """More money for the budget. The reason stands in the ledger."""
    ctx.require(Perm.BUDGET_MANAGE)
    budget = locked_budget(ctx, budget_id)
    if budget.status is BudgetStatus.CLOSED:
        raise Refused("budget_not_open", _("This budget is closed. Open another one for new money."))
    problem = amount_problem(Money(amount_minor, budget.currency))
    errors = {"amount": problem} if problem else {}
    if not _reason(reason):
        errors["reason"] = _("Say where the money comes from; it stands in the ledger.")
    if errors:
        raise Invalid(errors, {"amount": "amount_not_positive"} if problem else {"reason": "reason_missing"})
    return post(ctx, budget_id, EntryKind.ALLOCATE, amount_minor, reason=reason)


def _reason(text: str) -> str:
    return clean_text(text)[:LONGEST_REASON]


def _check(draft: BudgetDraft) -> None:
    errors: dict[str, tuple[str, str]] = {}
    if not clean_text(draft.name):
        errors["name"] = ("name_missing", _("Enter a name, such as DACH, first quarter."))
    if not _QUARTER.match(draft.quarter):
        errors["quarter"] = ("quarter_unknown", _("Write the quarter like 2026-Q1."))
    if draft.currency not in CURRENCIES:
        errors["currency"] = ("currency_unknown", _("Choose a currency from the list."))
    if not 0 < draft.participation_rate <= 100:
        errors["participation_rate"] = ("share_not_percent", _("Enter a whole number from 1 to 100."))
    if draft.closes_on < draft.opens_on:
        errors["closes_on"] = ("ends_before_start", _("The last day lies before the first. Choose a later day."))
    elif (draft.closes_on - draft.opens_on).days > _LONGEST_WINDOW_DAYS:
        errors["closes_on"] = ("window_too_long", _("Activities of one budget lie within two years. Choose an earlier day."))
    if not 2000 <= draft.opens_on.year <= 2100:
        errors["opens_on"] = ("date_out_of_window", _("Choose a day of this century."))
    if "currency" not in errors and draft.amount_minor:
        problem = _amount_problem(draft)
        errors |= {"amount": problem} if problem else {}
    if errors:
        raise Invalid({field: words for field, (_code, words) in errors.items()}, {field: code for field, (code, _words) in errors.items()})


def _amount_problem(draft: BudgetDraft) -> tuple[str, str] | None:
    words = amount_problem(Money(draft.amount_minor, draft.currency))
    return ("amount_not_positive" if draft.amount_minor < 0 else "amount_absurd", words) if words else None


def _told(budget: Budget) -> dict[str, object]:
    return {
        "name": budget.name,
        "quarter": budget.quarter,
        "region": budget.region,
        "currency": budget.currency,
        "participation_rate": budget.participation_rate,
        "opens_on": budget.opens_on.isoformat(),
        "closes_on": budget.closes_on.isoformat(),
    }
