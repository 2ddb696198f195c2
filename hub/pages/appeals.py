"""Portal: what a partner can do about a decision or about silence: appeal once, escalate once (N-06, A-32)."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for

from core.decisions import Decision, raise_appeal
from core.decisions.appealing import LONGEST_TEXT, why_no_appeal
from core.decisions.queries import appeal_for, appeal_of, decision_for
from core.decisions.register import decision_kind
from core.decisions.showing import shown_decision, state_label, state_tone
from core.errors import Invalid
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import Perm, needs
from core.sla import clock_kind, escalate
from core.sla.showing import shown_clock
from core.web import PrivateBlueprint, ctx, flash, render

bp = PrivateBlueprint("appeals", __name__, face="portal", url_prefix="/portal")


@bp.get('/decisions/<typeid("dcs"):decision_id>/appeal')
@needs(Perm.APPEAL_RAISE)
def new(decision_id: TypeID) -> Any:
    appeal = appeal_of(ctx(), _readable(decision_id).id)
    if appeal is not None:
        return redirect(url_for("appeals.show", appeal_id=appeal.id), 303)
    return _form(decision_id, "", {})


@bp.post('/decisions/<typeid("dcs"):decision_id>/appeal')
@needs(Perm.APPEAL_RAISE)
def send(decision_id: TypeID) -> Any:
    text = request.form.get("text", "")
    try:
        appeal = raise_appeal(ctx(), decision_id, text)
    except Invalid as refusal:
        return _form(decision_id, text, refusal.errors), refusal.status
    flash(_("Sent. Somebody else than the first decider will read it."), "positive")
    return redirect(url_for("appeals.show", appeal_id=appeal.id), 303)


def _readable(decision_id: TypeID) -> Decision:
    """One about something that the reader deals with: these pages show its name, its amounts and what was said of it."""
    work = ctx()
    decision = decision_for(work, decision_id)
    work.require(decision_kind(decision.rule).appeal_permission, decision.partner_id)
    return decision


def _form(decision_id: TypeID, text: str, errors: dict[str, str]) -> str:
    work = ctx()
    decision = _readable(decision_id)
    one, kind = shown_decision(work, decision), decision_kind(decision.rule)
    subject, back = _crumbs(decision.object_id, decision.rule)
    g.breadcrumbs.append((_("Appeal"), ""))
    closed = why_no_appeal(work, decision, appeal_of(work, decision.id))
    return render("hub/appeal_form.html", one=one, kind=kind, subject=subject, back=back, text=text, errors=errors, closed=closed, limit=LONGEST_TEXT)


@bp.get('/appeals/<typeid("apl"):appeal_id>')
@needs(Perm.APPEAL_RAISE)
def show(appeal_id: TypeID) -> str:
    work = ctx()
    appeal = appeal_for(work, appeal_id)
    decision = _readable(appeal.decision_id)
    subject, back = _crumbs(decision.object_id, decision.rule)
    g.breadcrumbs.append((_("Appeal"), ""))
    return render(
        "hub/appeal.html",
        appeal=appeal,
        one=shown_decision(work, decision),
        subject=subject,
        back=back,
        label=state_label(appeal.state),
        tone=state_tone(appeal.state),
        clock=shown_clock(work, "core.appeal", appeal.id),
    )


def _crumbs(object_id: str, rule: str) -> tuple[str, str]:
    """Leads back to what was decided; returns its name and address."""
    kind = decision_kind(rule)
    subject, back = kind.subject(ctx(), TypeID.parse(object_id, kind.prefix)), kind.path(object_id, partner=True)
    g.breadcrumbs = [(subject, back)]
    return subject, back


@bp.post('/clocks/<typeid("slc"):clock_id>/escalate')
@needs(Perm.APPEAL_RAISE)
def escalate_now(clock_id: TypeID) -> Any:
    clock = escalate(ctx(), clock_id)
    flash(_("Escalated. The next level of the vendor is told now."), "positive")
    return redirect(clock_kind(clock.kind).path(clock.object_id, partner=True), 303)
