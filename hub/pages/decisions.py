"""Governance, "Decisions": every decision with what it was based on, and the appeals against them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask import Response, g, redirect, request, url_for

from core.decisions import Appeal, AppealState, Decision, decide_appeal
from core.decisions.queries import DecisionFilter, ListedDecision, appeal_for, appeal_of, decision_for, decisions_page
from core.decisions.register import decision_kind, decision_kinds
from core.decisions.replaying import again
from core.decisions.showing import shown_decision, state_label, state_tone
from core.errors import Invalid
from core.gates import write_csv
from core.i18n import format_date, pgettext
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import Perm, needs
from core.sla.showing import shown_clock
from core.web import PrivateBlueprint, ctx, flash, render
from hub.pages.people_names import names_of
from partners import active_partners

bp = PrivateBlueprint("decisions", __name__, face="desk", url_prefix="/desk/governance/decisions")
_APPEALS = ("any", *(state.value for state in AppealState))


def _wanted() -> DecisionFilter:
    """The filter out of the address; what cannot be read counts as not said."""
    told = request.args
    rules = {kind.rule for kind in decision_kinds()}
    return DecisionFilter(
        rule=told.get("rule", "") if told.get("rule", "") in rules else "",
        result=told.get("result", "") if told.get("result", "") in dict(_results()) else "",
        partner_id=_id(told.get("partner", ""), "prt"),
        appeal=told.get("appeal", "") if told.get("appeal", "") in _APPEALS else "",
        by="system" if told.get("by") == "system" else "",
        first=_day(told.get("from", "")),
        last=_day(told.get("to", "")),
        before=_id(told.get("before", ""), "dcs"),
        after=_id(told.get("after", ""), "dcs"),
    )


def _id(text: str, prefix: str) -> str:
    try:
        return str(TypeID.parse(text, prefix))
    except ValueError:
        return ""


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2200 else None


def _kept(asked: DecisionFilter) -> dict[str, str]:
    told = {
        "rule": asked.rule,
        "result": asked.result,
        "partner": asked.partner_id,
        "appeal": asked.appeal,
        "by": asked.by,
        "from": asked.first.isoformat() if asked.first else "",
        "to": asked.last.isoformat() if asked.last else "",
    }
    return {key: value for key, value in told.items() if value}


def _results() -> list[tuple[str, str]]:
    found = {result: str(label) for kind in decision_kinds() for result, label in kind.results.items()}
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


def _appeal_choices() -> list[tuple[str, str]]:
    return [("any", _("With an appeal")), *((state.value, state_label(state)) for state in AppealState)]


@bp.get("/")
@needs(Perm.DECISION_READ)
def index() -> str:
    work, asked = ctx(), _wanted()
    page = decisions_page(work, asked)
    kept: dict[str, Any] = dict(_kept(asked))
    here = url_for("decisions.index")
    g.breadcrumbs = [(_("Governance"), url_for("governance.index")), (_("Decisions"), here)]
    partners = [(str(one.id), one.display_name) for one in active_partners(work)]
    return render(
        "hub/decisions.html",
        rows=[_row(one, dict(partners)) for one in page.rows],
        page=page,
        wanted=asked,
        kept=kept,
        here=here,
        newer=url_for("decisions.index", after=page.newer, **kept) if page.newer else None,
        older=url_for("decisions.index", before=page.older, **kept) if page.older else None,
        rules=[(kind.rule, str(kind.label)) for kind in decision_kinds()],
        results=_results(),
        appeals=_appeal_choices(),
        partners=partners,
        filter_words=_filter_words(asked, dict(partners)),
        export_href=url_for("decisions.export", **kept),
    )


def _filter_words(asked: DecisionFilter, partners: dict[str, str]) -> str:
    """The filter as a sentence; empty when nothing is filtered."""
    parts = []
    if asked.rule:
        parts.append(_("of the kind “%(kind)s”", kind=decision_kind(asked.rule).label))
    if asked.result:
        parts.append(_("with the result “%(result)s”", result=dict(_results())[asked.result]))
    if asked.partner_id:
        parts.append(_("about %(partner)s", partner=partners.get(asked.partner_id, asked.partner_id)))
    if asked.appeal:
        parts.append(pgettext("decisions", "in the state “%(state)s”") % {"state": dict(_appeal_choices())[asked.appeal]})
    if asked.by:
        parts.append(_("taken by the hub itself"))
    if asked.first:
        parts.append(pgettext("decisions", "from %(day)s on") % {"day": format_date(asked.first)})
    if asked.last:
        parts.append(pgettext("decisions", "until %(day)s") % {"day": format_date(asked.last)})
    return _("Decisions %(conditions)s", conditions=", ".join(parts)) if parts else ""


def _row(one: ListedDecision, partners: dict[str, str]) -> dict[str, Any]:
    decision, kind = one.decision, decision_kind(one.decision.rule)
    words = kind.words(ctx(), decision)
    return {
        "decision": decision,
        "label": kind.label,
        "subject": kind.subject(ctx(), TypeID.parse(decision.object_id, kind.prefix)),
        "href": url_for("decisions.show", decision_id=decision.id),
        "words": words,
        "partner": partners.get(str(decision.partner_id), ""),
        "appeal": one.appeal,
        "appeal_label": state_label(one.appeal.state) if one.appeal else "",
        "appeal_tone": state_tone(one.appeal.state) if one.appeal else "",
    }


_COLUMNS = (
    *("id", "decided_at", "rule", "rule_version", "programme_version", "object_id", "partner_id", "result", "reason_code"),
    *("by", "actor_id", "appeal_state", "appeal_raised_at", "appeal_decided_at"),
)


@bp.get("/decisions.csv")
@needs(Perm.DECISION_READ)
def export() -> Response:
    """Exactly what is seen, all pages of it; ids, no names."""
    page = decisions_page(ctx(), _wanted(), rows=None)
    answer = Response(write_csv([list(_COLUMNS), *(_cells(one) for one in page.rows)]), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="decisions.csv"'
    return answer


def _cells(one: ListedDecision) -> list[Any]:
    row, appeal = one.decision, one.appeal
    told = [row.id, row.decided_at, row.rule, row.rule_version, row.programme_version, row.object_id, row.partner_id, row.result, row.reason_code]
    objection = [appeal.state.value, appeal.raised_at, appeal.decided_at] if appeal else [None, None, None]
    return [*(str(cell) if isinstance(cell, TypeID) else cell for cell in told), row.actor_kind, row.actor_id, *objection]


@bp.get('/<typeid("dcs"):decision_id>')
@needs(Perm.DECISION_READ)
def show(decision_id: TypeID) -> str:
    decision = decision_for(ctx(), decision_id)
    return _page(decision, appeal_of(ctx(), decision.id), {}, {})


@bp.get('/appeals/<typeid("apl"):appeal_id>')
@needs(Perm.DECISION_READ)
def show_appeal(appeal_id: TypeID) -> Any:
    appeal = appeal_for(ctx(), appeal_id)
    return redirect(url_for("decisions.show", decision_id=appeal.decision_id) + "#appeal", 303)


@bp.post('/appeals/<typeid("apl"):appeal_id>')
@needs(Perm.APPEAL_DECIDE)
def judge(appeal_id: TypeID) -> Any:
    work, form = ctx(), request.form
    appeal = appeal_for(work, appeal_id)
    try:
        if form.get("state") not in (AppealState.UPHELD.value, AppealState.OVERTURNED.value):
            raise Invalid({"state": _("Choose whether the decision stands.")})
        done = decide_appeal(work, appeal_id, AppealState(form["state"]), form.get("answer", ""))
    except Invalid as refusal:
        return _page(decision_for(work, appeal.decision_id), appeal, form.to_dict(), refusal.errors), refusal.status
    flash(state_label(done.state), "positive")
    return redirect(url_for("decisions.show", decision_id=done.decision_id) + "#appeal", 303)


def _page(decision: Decision, appeal: Appeal | None, typed: dict[str, str], errors: dict[str, str]) -> str:
    work, kind = ctx(), decision_kind(decision.rule)
    subject = kind.subject(work, TypeID.parse(decision.object_id, kind.prefix))
    g.breadcrumbs = [(_("Governance"), url_for("governance.index")), (_("Decisions"), url_for("decisions.index")), (subject, "")]
    names = names_of(work, [decision.actor_id, *((appeal.raised_by, appeal.decided_by) if appeal else ())])
    own = bool(decision.actor_id) and decision.actor_id == str(work.actor.user_id or "")
    is_open = appeal is not None and appeal.state is AppealState.OPEN
    return render(
        "hub/decision.html",
        one=shown_decision(work, decision),
        subject=subject,
        object_href=kind.path(decision.object_id, partner=False),
        decider=names.get(decision.actor_id, ""),
        appeal=appeal,
        appeal_label=state_label(appeal.state) if appeal else "",
        appeal_tone=state_tone(appeal.state) if appeal else "",
        raised_by=names.get(appeal.raised_by, "") if appeal else "",
        answered_by=names.get(appeal.decided_by, "") if appeal else "",
        clock=shown_clock(work, "core.appeal", appeal.id) if appeal else None,
        may_judge=is_open and work.may(Perm.APPEAL_DECIDE) and not own,
        is_own=is_open and own,
        typed=typed,
        errors=errors,
        inputs=json.dumps(decision.inputs, indent=2, sort_keys=True, ensure_ascii=False),
        values=json.dumps(decision.values, indent=2, sort_keys=True, ensure_ascii=False),
        differences=again(work, decision),
    )
