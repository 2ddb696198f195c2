"""Governance, "Agreed times": what is due when, and how well the promises are kept (KPI 18, A-31)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, g, request, url_for

from core.gates import write_csv
from core.i18n import format_percent
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import Perm, needs
from core.sla import clock_kind, clock_kinds
from core.sla.queries import RATE_DAYS, ClockView, RateLine, hit_rates, open_clocks
from core.sla.showing import short_hours
from core.web import PrivateBlueprint, ctx, render
from hub.pages.people_names import names_of
from partners import active_partners

bp = PrivateBlueprint("clocks", __name__, face="desk", url_prefix="/desk/governance/clocks")
_TONES = {"running": ("neutral", "waiting"), "paused": ("neutral", "mail"), "overdue": ("negative", "stop")}


def _asked() -> tuple[str, str]:
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    return kind if kind in {one.name for one in clock_kinds()} else "", state if state in _TONES else ""


def _after() -> str:
    """The cursor, or nothing when it is none."""
    told = request.args.get("after", "")
    moment, _bar, last = told.partition("|")
    try:
        due = datetime.fromisoformat(moment)
        ok = due.tzinfo is not None and 1970 <= due.year <= 2200 and bool(TypeID.parse(last, "slc"))
    except ValueError:
        return ""
    return told if ok else ""


@bp.get("/")
@needs(Perm.CLOCK_READ)
def index() -> str:
    work, (kind, state) = ctx(), _asked()
    page = open_clocks(work, kind=kind, state=state, after=_after())
    here = url_for("clocks.index")
    kept: dict[str, Any] = {key: value for key, value in (("kind", kind), ("state", state)) if value}
    g.breadcrumbs = [(_("Governance"), url_for("governance.index")), (_("Agreed times"), here)]
    partners = {str(one.id): one.display_name for one in active_partners(work)}
    rates = hit_rates(work)
    return render(
        "hub/clocks.html",
        rows=[_row(view, partners) for view in page.views],
        page=page,
        kept=kept,
        kind=kind,
        state=state,
        here=here,
        kinds=[(one.name, str(one.label)) for one in clock_kinds()],
        states=[(name, state_words(name)) for name in _TONES],
        filter_words=_filter_words(kind, state),
        first=url_for("clocks.index", **kept) if _after() else None,
        more=url_for("clocks.index", after=page.after, **kept) if page.after else None,
        rates=_rate_rows(rates, names_of(work, [line.reviewer for line in rates])),
        rate_days=RATE_DAYS,
        as_of=work.now,
        export_href=url_for("clocks.export", **kept),
    )


def _filter_words(kind: str, state: str) -> str:
    if kind and state:
        return _("%(kind)s, %(state)s", kind=clock_kind(kind).label, state=state_words(state))
    return str(clock_kind(kind).label) if kind else state_words(state) if state else ""


def state_words(state: str) -> str:
    return {"running": _("running"), "paused": _("stands still"), "overdue": _("overdue")}[state]


def _row(view: ClockView, partners: dict[str, str]) -> dict[str, Any]:
    clock, kind = view.clock, clock_kind(view.clock.kind)
    return {
        "view": view,
        "label": kind.label,
        "subject": kind.subject(ctx(), TypeID.parse(clock.object_id, kind.prefix)),
        "href": kind.path(clock.object_id, partner=False),
        "partner": partners.get(str(clock.partner_id), ""),
        "state": state_words(view.state),
        "tone": _TONES[view.state],
        "spent": short_hours(view.spent_minutes),
        "target": short_hours(clock.target_minutes),
    }


def _rate_rows(lines: list[RateLine], names: dict[str, str]) -> list[dict[str, Any]]:
    def who(line: RateLine) -> str:
        if not line.reviewer:
            return _("Nobody yet, and overdue")
        return _("The hub itself") if line.reviewer == "system" else names.get(line.reviewer, line.reviewer)

    return [
        {
            "kind": clock_kind(line.kind).label,
            "who": who(line),
            "rate": line.rate,
            "percent": format_percent(line.rate.per_mille / 1000, 1) if line.rate.per_mille is not None else "–",
        }
        for line in lines
    ]


_COLUMNS = (
    "id",
    "kind",
    "object_id",
    "partner_id",
    "state",
    "started_at",
    "due_at",
    "spent_minutes",
    "target_minutes",
    "level",
    "consequence",
    "zone",
)


@bp.get("/clocks.csv")
@needs(Perm.CLOCK_READ)
def export() -> Response:
    """Exactly what is seen, all pages of it."""
    kind, state = _asked()
    page = open_clocks(ctx(), kind=kind, state=state, rows=None)
    rows = [list(_COLUMNS), *(_cells(view) for view in page.views)]
    answer = Response(write_csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="clocks.csv"'
    return answer


def _cells(view: ClockView) -> list[Any]:
    clock = view.clock
    told = [str(clock.id), clock.kind, clock.object_id, str(clock.partner_id), view.state, clock.started_at, clock.due_at]
    return [*told, view.spent_minutes, clock.target_minutes, clock.level, clock.consequence.value, clock.calendar["zone"]]
