"""Desk, "Funds", budgets: what there is, what is left, and the ledger that says why."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, redirect, request, url_for

from core.amounts import CURRENCIES, currency_choices, read_money
from core.errors import Invalid, NotFound
from core.gates import write_csv
from core.i18n import format_date, format_percent
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from mdf import labels
from mdf.messages import reason_words
from mdf.models import Budget, BudgetStatus
from mdf.permissions import Perm
from mdf.queries.budgets import budget_for, budgets_for
from mdf.queries.ledger import balances_by_budget, balances_of, entries_of
from mdf.queries.requests import partner_names, request_titles
from mdf.rules.ledger import Balances
from mdf.services.budgets import NEXT, BudgetDraft, allocate, change_budget_status, create_budget
from mdf.views.frame import amount_code, fund_tabs, step_back, timeline_of, trail
from partners import active_partners

desk = PrivateBlueprint("desk_budgets", __name__, face="desk", url_prefix="/desk/funds/budgets")
_SHOWN = 200


@desk.get("/")
@needs(Perm.BUDGET_READ)
def index() -> str:
    work = ctx()
    trail("desk", (_("Budgets"), ""))
    rows = budgets_for(work)
    balances = balances_by_budget(work, [row.id for row in rows])
    return render(
        "mdf/budgets.html",
        tabs=fund_tabs("desk", "budgets"),
        rows=[{"budget": row, "balances": balances[row.id], **_state(row)} for row in rows],
        may_manage=work.may(Perm.BUDGET_MANAGE),
    )


@desk.get("/new")
@needs(Perm.BUDGET_MANAGE)
def new() -> str:
    return _form({"participation_rate": 50}, {})


@desk.post("/new")
@needs(Perm.BUDGET_MANAGE)
def create() -> Any:
    try:
        made = create_budget(ctx(), _draft())
    except Invalid as refusal:
        step_back(refusal)
        return _form(request.form.to_dict(), refusal.errors), refusal.status
    flash(_("The budget is planned. Open it, and partners can ask for its money."))
    return redirect(url_for("desk_budgets.show", budget_id=made.id), 303)


@desk.get("/<typeid('bdg'):budget_id>")
@needs(Perm.BUDGET_READ)
def show(budget_id: TypeID) -> str:
    return _page(budget_id, {})


@desk.get("/<typeid('bdg'):budget_id>/ledger.csv")
@needs(Perm.BUDGET_READ)
def ledger(budget_id: TypeID) -> Response:
    """Every entry, oldest first; amounts in minor units."""
    budget = budget_for(ctx(), budget_id)
    columns = ("seq", "at", "kind", "amount_minor", "currency", "partner_id", "request_id", "claim_id", "actor_name", "reason")
    columns += ("allocated_minor", "available_minor", "committed_minor", "accrued_minor", "paid_minor")
    rows: list[list[Any]] = [list(columns)]
    for entry in reversed(entries_of(ctx(), budget.id)):
        rows.append([str(value) if isinstance(value, str) else value for value in (getattr(entry, column) for column in columns)])
    answer = Response(write_csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="ledger.csv"'
    return answer


@desk.post("/<typeid('bdg'):budget_id>/allocate")
@needs(Perm.BUDGET_MANAGE)
def more(budget_id: TypeID) -> Any:
    budget = budget_for(ctx(), budget_id)
    try:
        amount = read_money(request.form, "amount", currency=budget.currency)
        allocate(ctx(), budget_id, amount.minor, request.form.get("reason", ""))
    except Invalid as refusal:
        step_back(refusal)
        return _page(budget_id, refusal.errors), refusal.status
    flash(_("%(amount)s more are in the budget.", amount=amount.format()))
    return redirect(url_for("desk_budgets.show", budget_id=budget_id), 303)


@desk.get("/<typeid('bdg'):budget_id>/close")
@needs(Perm.BUDGET_MANAGE)
def close_form(budget_id: TypeID) -> str:
    """Asked first, because nothing opens a closed budget again."""
    row = budget_for(ctx(), budget_id)
    here = url_for("desk_budgets.show", budget_id=row.id)
    trail("desk", (_("Budgets"), url_for("desk_budgets.index")), (row.name, here), (_("Close"), ""))
    return render(
        "mdf/confirm.html",
        title=_("Close the budget “%(name)s”?", name=row.name),
        consequence=_("Nobody can ask for its money any more, and it cannot be opened again. What is reserved is still paid."),
        action=url_for("desk_budgets.change", budget_id=row.id),
        fields={"status": "closed"},
        confirm_label=_("Close the budget"),
        cancel_href=here,
    )


@desk.post("/<typeid('bdg'):budget_id>/status")
@needs(Perm.BUDGET_MANAGE)
def change(budget_id: TypeID) -> Any:
    wish = request.form.get("status", "")
    if wish not in list(BudgetStatus):
        raise NotFound("status")
    budget = change_budget_status(ctx(), budget_id, BudgetStatus(wish))
    flash(_("The budget is now: %(status)s.", status=labels.budget_status_label(budget.status)))
    return redirect(url_for("desk_budgets.show", budget_id=budget_id), 303)


def _state(row: Budget) -> dict[str, Any]:
    return {"status": labels.budget_status_label(row.status), "tone": labels.budget_tone(row.status)}


def _page(budget_id: TypeID, errors: dict[str, str]) -> str:
    work = ctx()
    row = budget_for(work, budget_id)
    trail("desk", (_("Budgets"), url_for("desk_budgets.index")), (row.name, ""))
    entries = entries_of(work, row.id, limit=_SHOWN)
    balances = balances_of(work, row.id)
    return render(
        "mdf/budget.html",
        row=row,
        **_state(row),
        balances=balances,
        parts=_parts(balances),
        rates=_rates(balances),
        entries=entries,
        shown=_SHOWN,
        titles=request_titles(work, [entry.request_id for entry in entries]),
        partners=partner_names(work, [entry.partner_id for entry in entries if entry.partner_id]),
        label=labels.entry_label,
        events=timeline_of(work, row.id),
        next_states=[(status.value, labels.budget_action_label(status)) for status in NEXT[row.status]],
        may_manage=work.may(Perm.BUDGET_MANAGE),
        days=_("%(first)s to %(last)s", first=format_date(row.opens_on), last=format_date(row.closes_on)),
        errors=errors,
        typed=request.form.to_dict(),
    )


def _parts(balances: Balances) -> list[tuple[str, int, str]]:
    """Where every euro is: (name, amount, what it means)."""
    return [
        (_("Left"), balances.available, _("Can still be approved.")),
        (_("Reserved"), balances.committed - balances.accrued, _("Approved requests without an approved claim.")),
        (_("Claims approved"), balances.accrued, _("To be paid.")),
        (_("Paid"), balances.paid, _("Has left the budget.")),
    ]


def _rates(balances: Balances) -> dict[str, str | None]:
    """Measures, MDF-09."""
    committed, used = balances.commitment_rate, balances.utilisation_rate
    return {
        "commitment": format_percent(float(committed)) if committed is not None else None,
        "utilisation": format_percent(float(used)) if used is not None else None,
    }


def _form(values: dict[str, Any], errors: dict[str, str]) -> str:
    trail("desk", (_("Budgets"), url_for("desk_budgets.index")), (_("New budget"), ""))
    regions = sorted({partner.region for partner in active_partners(ctx()) if partner.region})
    return render(
        "mdf/budget_form.html",
        values=values,
        errors=errors,
        currencies=currency_choices(),
        regions=[(region, region.upper()) for region in regions],
        quarter=f"{ctx().today.year}-Q{(ctx().today.month + 2) // 3}",
    )


def _draft() -> BudgetDraft:
    form, errors, reasons = request.form, {}, {}
    days: dict[str, date] = {}
    for name in ("opens_on", "closes_on"):
        try:
            days[name] = date.fromisoformat(form.get(name, ""))
        except ValueError:
            errors[name], reasons[name] = reason_words("not_a_date"), "not_a_date"
    rate, currency, amount = form.get("participation_rate", "").strip(), form.get("amount_currency", "").strip(), 0
    if not (rate.isascii() and rate.isdigit() and len(rate) < 4):
        errors["participation_rate"], reasons["participation_rate"] = reason_words("share_not_percent"), "share_not_percent"
    if currency not in CURRENCIES or form.get("amount", "").strip():
        try:
            amount = read_money(form, "amount").minor
        except Invalid as refusal:
            errors |= refusal.errors
            known = currency in CURRENCIES
            reasons |= {"amount": amount_code(form.get("amount", ""), currency)} if known else {"amount_currency": "currency_unknown"}
    if errors:
        raise Invalid(errors, reasons)
    texts = {name: form.get(name, "").strip() for name in ("name", "quarter", "region")}
    return BudgetDraft(currency=currency, participation_rate=int(rate), amount_minor=amount, **texts, **days)
