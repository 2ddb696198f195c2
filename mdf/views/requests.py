"""Portal, "Funds": the partner's requests from the draft to the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, redirect, request, url_for

from core.amounts import currency_choices
from core.errors import HubError, Invalid, NotFound, Refused
from core.i18n import format_date
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.programme import programme_of
from core.web import PrivateBlueprint, ctx, flash, render
from enablement import GatedAction, gate_for
from mdf import labels
from mdf.models import Budget, FundRequest
from mdf.permissions import Perm
from mdf.programme import FundTerms
from mdf.queries.budgets import budget_for, open_budgets
from mdf.queries.ledger import held_by
from mdf.queries.requests import funded_requests, request_for
from mdf.rules.catalogue import codes_asked
from mdf.rules.kinds import ActivityType, Provider
from mdf.rules.states import REQUESTS, RequestAction
from mdf.services.requests import EDITABLE, answer_request, cancel_request, save_request, submit_request
from mdf.views import listing
from mdf.views.frame import step_back, trail
from mdf.views.request_forms import currency_of, line_numbers, read_draft, values_of
from mdf.views.request_page import request_values
from syndication import PlacementStatus, campaigns_for, placements_for

portal = PrivateBlueprint("funds", __name__, face="portal", url_prefix="/portal/funds")


@portal.get("/")
@needs(Perm.REQUEST_READ)
def index() -> str:
    work = ctx()
    trail("portal")
    may_edit = work.may(Perm.REQUEST_EDIT)
    return render("mdf/requests.html", **listing.list_values("portal", listing.wanted("all")), deadlines=_deadlines(), may_edit=may_edit)


@portal.get("/requests.csv")
@needs(Perm.REQUEST_READ)
def export() -> Response:
    return listing.export(listing.wanted("all"), "funds")


@portal.get("/<typeid('mrq'):request_id>")
@needs(Perm.REQUEST_READ)
def show(request_id: TypeID) -> str:
    return _page(request_id, {})


@portal.get("/new")
@needs(Perm.REQUEST_EDIT)
def new() -> str:
    return _form(None, dict(request.args.items()), request.args.getlist("placements"), {})


@portal.post("/new")
@needs(Perm.REQUEST_EDIT)
def create() -> Any:
    return _save(None)


@portal.get("/<typeid('mrq'):request_id>/edit")
@needs(Perm.REQUEST_EDIT)
def edit(request_id: TypeID) -> Any:
    row = request_for(ctx(), request_id)
    if row.status not in EDITABLE:
        flash(_("A submitted request cannot be changed."), "attention")
        return redirect(url_for("funds.show", request_id=row.id), 303)
    return _form(row, values_of(row), [str(one.placement_id) for one in row.placements], {})


@portal.post("/<typeid('mrq'):request_id>/edit")
@needs(Perm.REQUEST_EDIT)
def save(request_id: TypeID) -> Any:
    return _save(request_for(ctx(), request_id))


@portal.post("/<typeid('mrq'):request_id>/submit")
@needs(Perm.REQUEST_EDIT)
def submit(request_id: TypeID) -> Any:
    try:
        submit_request(ctx(), request_id)
    except Invalid as refusal:
        step_back(refusal)
        row = request_for(ctx(), request_id)
        return _form(row, values_of(row), [str(one.placement_id) for one in row.placements], refusal.errors), refusal.status
    return _submitted(request_id)


@portal.post("/<typeid('mrq'):request_id>/answer")
@needs(Perm.REQUEST_EDIT)
def answer(request_id: TypeID) -> Any:
    try:
        answer_request(ctx(), request_id, request.form.get("reason", ""))
    except Invalid as refusal:
        step_back(refusal)
        return _page(request_id, refusal.errors), refusal.status
    flash(_("Your answer is with the reviewer."))
    return redirect(url_for("funds.show", request_id=request_id), 303)


@portal.get("/<typeid('mrq'):request_id>/cancel")
@needs(Perm.REQUEST_EDIT)
def cancel_form(request_id: TypeID) -> str:
    return _cancel_page(request_id, {})


@portal.post("/<typeid('mrq'):request_id>/cancel")
@needs(Perm.REQUEST_EDIT)
def cancel(request_id: TypeID) -> Any:
    try:
        cancel_request(ctx(), request_id, request.form.get("reason", ""))
    except Invalid as refusal:
        step_back(refusal)
        return _cancel_page(request_id, refusal.errors), refusal.status
    flash(_("The request is cancelled."), "attention")
    return redirect(url_for("funds.show", request_id=request_id), 303)


def _submitted(request_id: TypeID) -> Any:
    flash(_("Submitted. Nothing is reserved before the reviewer approves."))
    return redirect(url_for("funds.show", request_id=request_id), 303)


def _partner_id() -> TypeID:
    partner_id = ctx().actor.partner_id
    if partner_id is None:
        raise NotFound("partner")
    return partner_id


def _deadlines() -> list[dict[str, Any]]:
    """Money that is lost when no claim comes in time, the nearest day first."""
    work = ctx()
    found = []
    for row in funded_requests(work)[:5]:
        held = held_by(work, row)
        if held.committed_minor and row.claim_due_on:
            left = (row.claim_due_on - work.today).days
            found.append({"row": row, "minor": held.committed_minor, "day": format_date(row.claim_due_on), "is_near": left <= 14})
    return found


def _page(request_id: TypeID, errors: dict[str, str]) -> str:
    work = ctx()
    row = request_for(work, request_id)
    trail("portal", (row.title, ""))
    offered = {step.action for step in REQUESTS.offered(row.status, work.actor.permissions)}
    gate = gate_for(work, row.partner_id, GatedAction.MDF_REQUEST) if RequestAction.SUBMIT in offered else None
    return render(
        "mdf/request.html",
        face="portal",
        **request_values(work, row),
        may_submit=RequestAction.SUBMIT in offered,
        may_answer=RequestAction.ANSWER in offered,
        may_cancel=RequestAction.CANCEL in offered,
        may_edit=RequestAction.SUBMIT in offered and row.status in EDITABLE,
        gate=gate,
        errors=errors,
        typed=request.form.get("reason", ""),
    )


def _cancel_page(request_id: TypeID, errors: dict[str, str]) -> str:
    row = request_for(ctx(), request_id)
    trail("portal", (row.title, url_for("funds.show", request_id=row.id)), (_("Cancel"), ""))
    held = held_by(ctx(), row)
    return render("mdf/request_cancel.html", row=row, held=held, errors=errors, typed=request.form.get("reason", ""))


def _save(row: FundRequest | None) -> Any:
    """Three buttons: more lines only shows the form again, save keeps the draft, submit hands it in."""
    wish, placements = request.form.get("do", "save"), request.form.getlist("placements")
    request_id = row.id if row else None
    if wish == "more":
        return _form(row, request.form.to_dict(), placements, {}, more=True)
    try:
        draft = read_draft(request.form, placements, currency_of(_budgets(row), request.form))
        saved = save_request(ctx(), _partner_id(), draft, request_id)
        if wish == "submit":
            submit_request(ctx(), saved.id)
            return _submitted(saved.id)
    except (Invalid, Refused) as refusal:
        return _refused(request_id, placements, refusal)
    flash(_("The draft is saved."))
    return redirect(url_for("funds.show", request_id=saved.id), 303)


def _refused(request_id: TypeID | None, placements: list[str], refusal: HubError) -> Any:
    """Nothing was kept in the database; everything typed stays in the form."""
    step_back(refusal)
    if not isinstance(refusal, Invalid):
        raise refusal
    row = request_for(ctx(), request_id) if request_id else None
    return _form(row, request.form.to_dict(), placements, refusal.errors), refusal.status


def _budgets(row: FundRequest | None) -> list[Budget]:
    """Those a request can name: open ones, and the one it has."""
    found = open_budgets(ctx(), _partner_id())
    if row is not None and row.budget_id not in {budget.id for budget in found}:
        found.append(budget_for(ctx(), row.budget_id))
    return found


def _form(row: FundRequest | None, values: dict[str, Any], placements: list[str], errors: dict[str, str], *, more: bool = False) -> str:
    work, partner_id = ctx(), _partner_id()
    trail("portal", (row.title, url_for("funds.show", request_id=row.id)) if row else (_("New request"), ""))
    terms = programme_of(work).section(FundTerms)
    gate, budgets = gate_for(work, partner_id, GatedAction.MDF_REQUEST), _budgets(row)
    currencies = list(dict.fromkeys(budget.currency for budget in budgets))
    return render(
        "mdf/request_form.html",
        claim_due_days=terms.claim_due_days,
        row=row,
        gate=gate,
        values=values,
        errors=errors,
        budgets=[(str(budget.id), _budget_words(budget)) for budget in budgets],
        currency=values.get("currency") if values.get("currency") in currencies else currency_of(budgets, values),
        currencies=currency_choices(currencies),
        campaigns=[(str(one.id), one.name) for one in campaigns_for(work)],
        placements=[(str(one.id), f"{one.name} ({one.site})") for one in placements_for(work, partner_id) if one.status is not PlacementStatus.ENDED],
        chosen=placements,
        kinds=[
            {"value": kind.value, "label": labels.activity_label(kind), "hint": _asked_words(kind, terms)}
            for kind in ActivityType
            if kind in terms.activities
        ],
        line_numbers=line_numbers(values, more=more),
        rate=max((budget.participation_rate for budget in budgets), default=0),
    )


def _budget_words(budget: Budget) -> str:
    return _(
        "%(name)s: activities from %(first)s to %(last)s, pays up to %(rate)s %% in %(currency)s",
        name=budget.name,
        first=format_date(budget.opens_on),
        last=format_date(budget.closes_on),
        rate=budget.participation_rate,
        currency=budget.currency,
    )


def _asked_words(kind: ActivityType, terms: FundTerms) -> str:
    """What will be asked for, before anything is decided (N-22)."""
    codes = codes_asked(kind, terms)
    ours = _listed(code for code, provider in codes if provider is Provider.HUB)
    yours = _listed(code for code, provider in codes if provider is Provider.UPLOAD)
    if ours:
        return _("You upload: %(yours)s. We bring: %(ours)s.", yours=yours, ours=ours)
    return _("You upload: %(yours)s.", yours=yours)


def _listed(codes: Iterable[str]) -> str:
    """Names in a row; the pictures of a page are one of them."""
    words = [_("Pictures of the page") if code.startswith("screenshot_") else labels.evidence_label(code) for code in codes]
    return " · ".join(dict.fromkeys(words))
