"""Leads: the partner's list and page; the vendor reads over all partners."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, g, redirect, request, url_for

from core.errors import Invalid, NotFound
from core.gates import clean_text, write_csv
from core.i18n import format_date, format_datetime, language_name, pgettext
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from engagement import labels, services
from engagement.models import Lead
from engagement.permissions import Perm
from engagement.queries import LeadFilter, LeadPage, lead_for, leads_page
from engagement.queries.leads import VIEWS, counts_by_view
from engagement.queries.names import Name, asset_names, partner_names, placement_names
from engagement.rules.consents import may_hand_over
from engagement.rules.lead_states import LeadAction, Step, steps_from, whose_turn
from engagement.rules.periods import EARLIEST_YEAR, LATEST_YEAR
from engagement.services.consents import open_notices

portal = PrivateBlueprint("leads", __name__, face="portal", url_prefix="/portal/leads")
desk = PrivateBlueprint("desk_leads", __name__, face="desk", url_prefix="/desk/leads")


@portal.get("/")
@needs(Perm.LEAD_READ)
def index() -> str:
    return _index("leads")


@portal.get("/leads.csv")
@needs(Perm.LEAD_READ)
def export() -> Response:
    return _export()


@portal.get("/<typeid('led'):lead_id>")
@needs(Perm.LEAD_READ)
def show(lead_id: TypeID) -> str:
    return show_lead(lead_id, "leads")


@portal.post("/<typeid('led'):lead_id>/<action>")
@needs(Perm.LEAD_EDIT)
def change(lead_id: TypeID, action: str) -> Any:
    if action not in list(LeadAction):
        raise NotFound("action")
    try:
        lead = services.change_lead_status(ctx(), lead_id, LeadAction(action), request.form.get("reason", ""))
    except Invalid as refusal:
        return show_lead(lead_id, "leads", asking=action, errors=refusal.errors), refusal.status
    flash(_("The lead is now: %(status)s.", status=labels.status_label(lead.status)), "positive")
    return redirect(url_for("leads.show", lead_id=lead_id), 303)


@desk.get("/", endpoint="index")
@needs(Perm.LEAD_READ)
def desk_index() -> str:
    return _index("desk_leads")


@desk.get("/leads.csv", endpoint="export")
@needs(Perm.LEAD_READ)
def desk_export() -> Response:
    return _export()


@desk.get("/<typeid('led'):lead_id>", endpoint="show")
@needs(Perm.LEAD_READ)
def desk_show(lead_id: TypeID) -> str:
    return show_lead(lead_id, "desk_leads")


def _wanted() -> LeadFilter:
    told = request.args
    view = told.get("view", "open")
    return LeadFilter(
        view=view if view in VIEWS else "open",
        text=clean_text(told.get("q", "")[:200]),
        placement_id=_id(told.get("placement", ""), "plc"),
        partner_id=_id(told.get("partner", ""), "prt"),
        campaign=clean_text(told.get("campaign", "")[:100]),
        first=_day(told.get("from", "")),
        last=_day(told.get("to", "")),
        before=_id(told.get("before", ""), "led"),
        after=_id(told.get("after", ""), "led"),
    )


def _id(text: str, prefix: str) -> str:
    try:
        return str(TypeID.parse(text, prefix))
    except ValueError:
        return ""


def _day(text: str) -> date | None:
    """A day from a link; what is no day filters nothing."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST_YEAR <= day.year < LATEST_YEAR else None


def _index(blueprint: str) -> str:
    work, wanted = ctx(), _wanted()
    page = leads_page(work, wanted)
    here = url_for(f"{blueprint}.index")
    g.breadcrumbs = [(_("Leads"), here)]
    counts = counts_by_view(work, wanted)
    kept = _kept(wanted)
    return render(
        "engagement/leads.html",
        page=page,
        wanted=wanted,
        hidden={key: value for key, value in kept.items() if key != "q"} | {"view": wanted.view},
        here=here,
        rows=_rows(page, blueprint),
        tabs=[
            {"label": label, "href": _address(blueprint, view=view, **kept), "active": view == wanted.view, "count": counts[view]}
            for view, label in _view_labels()
        ],
        older=_address(blueprint, view=wanted.view, before=page.older, **kept) if page.older else None,
        newer=_address(blueprint, view=wanted.view, after=page.newer, **kept) if page.newer else None,
        export_href=_address(blueprint, "export", view=wanted.view, **kept),
        filter_words=_filter_words(wanted),
        over_all=blueprint == "desk_leads",
    )


def _kept(wanted: LeadFilter) -> dict[str, str]:
    """The filter as it stands in addresses."""
    return {
        "q": wanted.text,
        "placement": wanted.placement_id,
        "partner": wanted.partner_id,
        "campaign": wanted.campaign,
        "from": wanted.first.isoformat() if wanted.first else "",
        "to": wanted.last.isoformat() if wanted.last else "",
    }


def _view_labels() -> list[tuple[str, str]]:
    return [
        ("open", pgettext("lead", "Open")),
        ("new", _("New")),
        ("closed", _("Closed")),
        ("all", pgettext("leads", "All")),
        ("spam", _("Spam")),
    ]


def _address(blueprint: str, page: str = "index", **parameters: str | None) -> str:
    told: dict[str, Any] = {key: value for key, value in parameters.items() if value}
    return url_for(f"{blueprint}.{page}", **told)


def _filter_words(wanted: LeadFilter) -> str:
    """The filter as a sentence; empty when nothing is filtered."""
    parts = []
    if wanted.text:
        parts.append(_("containing “%(text)s”", text=wanted.text))
    if wanted.placement_id:
        name = placement_names(ctx(), [wanted.placement_id]).get(wanted.placement_id)
        parts.append(_("from the placement “%(name)s”", name=name.text if name else wanted.placement_id))
    if wanted.partner_id:
        name = partner_names(ctx(), [wanted.partner_id]).get(wanted.partner_id)
        parts.append(_("of %(partner)s", partner=name.text if name else wanted.partner_id))
    if wanted.campaign:
        parts.append(_("with the campaign code %(code)s", code=wanted.campaign))
    if wanted.first and wanted.last:
        parts.append(_("received from %(first)s to %(last)s", first=format_date(wanted.first), last=format_date(wanted.last)))
    return _("Leads %(conditions)s", conditions=", ".join(parts)) if parts else ""


def _rows(page: LeadPage, blueprint: str) -> list[dict[str, Any]]:
    work = ctx()
    placements = placement_names(work, [str(lead.placement_id) for lead in page.leads if lead.placement_id])
    assets = asset_names(work, [str(lead.asset_id) for lead in page.leads if lead.asset_id])
    partners = partner_names(work, [str(lead.partner_id) for lead in page.leads])
    return [
        {
            "lead": lead,
            "href": url_for(f"{blueprint}.show", lead_id=lead.id),
            "status": labels.status_label(lead.status),
            "tone": labels.status_tone(lead.status),
            "placement": placements.get(str(lead.placement_id), Name("")),
            "asset": assets.get(str(lead.asset_id), Name("")),
            "partner": partners.get(str(lead.partner_id), Name("")),
            "title": labels.lead_title(lead),
            "language": language_name(lead.locale, work.locale),
        }
        for lead in page.leads
    ]


def _export() -> Response:
    page = leads_page(ctx(), _wanted(), rows=None)
    head = ["id", "created_at", "status", "name", "email", "company", "job_title", "phone", "message", "locale", "partner", "placement"]
    head += ["asset", "campaign", "source", "consent_version", "consent_given_at", "consent_withdrawn_at"]
    rows: list[list[Any]] = [head]
    names = _rows(page, "leads") if ctx().actor.partner_id else _rows(page, "desk_leads")
    for row in names:
        lead: Lead = row["lead"]
        rows.append(
            [
                *(str(lead.id), lead.created_at, lead.status.value, lead.name, lead.email, lead.company, lead.job_title, lead.phone),
                *(lead.message, lead.locale, row["partner"].text, row["placement"].text, row["asset"].text, lead.campaign, lead.source_kind),
                *(lead.consent.text_version, lead.consent.given_at, lead.consent.withdrawn_at),
            ]
        )
    answer = Response(write_csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="leads.csv"'
    return answer


def show_lead(lead_id: TypeID, blueprint: str, *, asking: str = "", errors: dict[str, str] | None = None) -> str:
    work = ctx()
    lead = lead_for(work, lead_id)
    g.breadcrumbs = [(_("Leads"), url_for(f"{blueprint}.index")), (labels.lead_title(lead), "")]
    may_edit = blueprint == "leads" and work.may(Perm.LEAD_EDIT, lead.partner_id)
    steps = steps_from(lead.status, work.actor.permissions) if may_edit else ()
    asking = asking or request.args.get("ask", "")
    return render(
        "engagement/lead.html",
        lead=lead,
        title=labels.lead_title(lead),
        is_known=may_hand_over(lead.status, lead.purpose, lead.consent_ended_at),
        status=labels.status_label(lead.status),
        tone=labels.status_tone(lead.status),
        turn=_turn(lead),
        actions=[_action(lead, step) for step in steps if not step.needs_reason],
        reasons=[_action(lead, step) for step in steps if step.needs_reason],
        asking=asking,
        errors=errors or {},
        reason=request.form.get("reason", ""),
        source=_source(lead, blueprint),
        consent=_consent(lead),
        withdraw_href=url_for(f"{blueprint}.withdraw", lead_id=lead.id) if may_withdraw(lead) else "",
        waits=blueprint == "leads" and may_edit and bool(open_notices(work, lead.id)),
        events=_events(lead),
        partner_name=partner_names(work, [str(lead.partner_id)])[str(lead.partner_id)].text,
    )


def may_withdraw(lead: Lead) -> bool:
    """Staff who may, while there is something to take back."""
    return lead.consent_ended_at is None and ctx().may(Perm.CONSENT_WITHDRAW, lead.partner_id)


def _turn(lead: Lead) -> str:
    if whose_turn(lead.status) == "nobody":
        return ""
    since = format_datetime(lead.status_since, ctx().clock.zone, "short")
    return _("With %(partner)s since %(moment)s", partner=partner_names(ctx(), [str(lead.partner_id)])[str(lead.partner_id)].text, moment=since)


def _action(lead: Lead, step: Step) -> dict[str, str]:
    return {
        "label": labels.action_label(step.action),
        "href": url_for("leads.change", lead_id=lead.id, action=step.action.value),
        "name": step.action.value,
    }


def _source(lead: Lead, blueprint: str) -> list[tuple[str, str]]:
    work = ctx()
    placement = placement_names(work, [str(lead.placement_id)]).get(str(lead.placement_id)) if lead.placement_id else None
    asset = asset_names(work, [str(lead.asset_id)]).get(str(lead.asset_id)) if lead.asset_id else None
    return [
        (_("Placement"), f"{placement.text} · {placement.sub}" if placement else ""),
        (_("Item"), asset.text if asset else ""),
        (_("Language"), language_name(lead.locale, work.locale)),
        (_("Campaign"), lead.campaign),
        (_("Page"), lead.consent.source_page),
        (_("How we know"), labels.source_label(lead.source_kind)),
    ]


def _consent(lead: Lead) -> list[tuple[str, str]]:
    consent, zone = lead.consent, ctx().clock.zone
    return [
        (_("Purpose"), labels.purpose_label(consent.purpose)),
        (_("Given"), format_datetime(consent.given_at, zone, "long")),
        (pgettext("consent", "Withdrawn"), format_datetime(consent.withdrawn_at, zone, "long") if consent.withdrawn_at else _("no")),
        (_("Language of the text"), language_name(consent.locale, ctx().locale)),
        (_("Version of the text"), consent.text_version),
        (_("Fingerprint of the text (SHA-256)"), consent.text_sha256),
        (_("Record"), str(consent.id)),
    ]


def _events(lead: Lead) -> list[dict[str, Any]]:
    zone = ctx().clock.zone
    events = []
    for step in reversed(lead.steps):
        first = step is lead.steps[0]
        who = _("Visitor") if first else step.actor_name
        what = _("Form sent and consent given") if first else _("Now: %(status)s", status=labels.status_label(step.status))
        events.append(
            {
                "who": who,
                "what": what,
                "when": format_datetime(step.at, zone, "short"),
                "when_iso": step.at.isoformat(),
                "reason": step.reason or None,
                "tone": "negative" if step.status == "lost" else None,
            }
        )
    return events
