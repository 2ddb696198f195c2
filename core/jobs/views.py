"""Jobs on the desk: what failed and why, what recurs, which destinations rest. Needs the operator's permissions."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for

from core.breaker import BreakerState, destinations
from core.i18n import gettext as _
from core.i18n import ngettext
from core.ids import TypeID
from core.jobs import labels, operating
from core.jobs.kinds import JOBS, QUEUES
from core.jobs.models import JobStatus
from core.jobs.queries import AGES, JobFilter, counts_by_status, dead_by_kind, job_with_attempts, jobs_page, schedule, shown_args
from core.permissions import Perm, needs
from core.web import PrivateBlueprint, ctx, database, flash, render

bp = PrivateBlueprint("jobs", __name__, face="desk", url_prefix="/desk/governance/jobs")


def _crumbs(*more: tuple[str, str]) -> None:
    g.breadcrumbs = [(_("Governance"), url_for("governance.index")), (_("Jobs"), url_for("jobs.index")), *more]


def _tabs(here: str) -> list[dict[str, Any]]:
    pages = (("index", _("Jobs")), ("schedule_page", _("Schedule")), ("destinations_page", _("Destinations")))
    return [{"label": label, "href": url_for(f"jobs.{name}"), "active": name == here} for name, label in pages]


def _wanted() -> JobFilter:
    """The filter out of the address; what cannot be read counts as not said."""
    told = request.args
    older = told.get("older", "")
    return JobFilter(
        status=told.get("status", "") if told.get("status", "") in set(JobStatus) else "",
        kind=told.get("kind", "") if told.get("kind", "") in JOBS else "",
        queue=told.get("queue", "") if told.get("queue", "") in QUEUES else "",
        older=int(older) if older in {str(age) for age in AGES} else 0,
        before=_cursor("before"),
        after=_cursor("after"),
    )


def _cursor(name: str) -> str:
    try:
        return str(TypeID.parse(request.args.get(name, ""), "job"))
    except ValueError:
        return ""


@bp.get("/")
@needs(Perm.OPERATIONS_READ)
def index() -> str:
    work, asked = ctx(), _wanted()
    page, counts = jobs_page(work, asked), counts_by_status(work)
    kept: dict[str, Any] = {"status": asked.status, "kind": asked.kind, "queue": asked.queue, "older": asked.older}
    kept = {name: value for name, value in kept.items() if value}
    _crumbs()
    return render(
        "core/jobs/index.html",
        tabs=_tabs("index"),
        asked=asked,
        page=page,
        labels=labels,
        counts=counts,
        dead=dead_by_kind(work),
        states=[(one.value, f"{labels.status_label(one)} ({counts.get(one.value, 0)})") for one in JobStatus],
        kinds=[(name, name) for name in sorted(JOBS)],
        queues=[(queue, labels.queue_label(queue)) for queue in QUEUES],
        ages=[(str(age), _age(age)) for age in AGES],
        narrowed=bool(kept),
        older_href=url_for("jobs.index", **kept, before=page.older) if page.older else None,
        newer_href=url_for("jobs.index", **kept, after=page.newer) if page.newer else None,
    )


def _age(hours: int) -> str:
    if hours < 48:
        return ngettext("more than %(n)s hour ago", "more than %(n)s hours ago", hours)
    return ngettext("more than %(n)s day ago", "more than %(n)s days ago", hours // 24)


@bp.get("/schedule")
@needs(Perm.OPERATIONS_READ)
def schedule_page() -> str:
    _crumbs((_("Schedule"), url_for("jobs.schedule_page")))
    return render("core/jobs/schedule.html", tabs=_tabs("schedule_page"), lines=schedule(ctx()), labels=labels)


@bp.get("/destinations")
@needs(Perm.OPERATIONS_READ)
def destinations_page() -> str:
    _crumbs((_("Destinations"), url_for("jobs.destinations_page")))
    return render(
        "core/jobs/destinations.html", tabs=_tabs("destinations_page"), rows=destinations(database()), labels=labels, closed=BreakerState.CLOSED
    )


@bp.get("/<typeid('job'):job_id>")
@needs(Perm.OPERATIONS_READ)
def show(job_id: TypeID) -> str:
    row, attempts = job_with_attempts(ctx(), job_id)
    _crumbs((row.name, url_for("jobs.show", job_id=job_id)))
    return render("core/jobs/show.html", row=row, attempts=attempts, args=shown_args(row), labels=labels, may_act=ctx().may(Perm.JOBS_MANAGE))


@bp.get("/<typeid('job'):job_id>/<any('replay', 'give-up'):step>")
@needs(Perm.JOBS_MANAGE)
def ask(job_id: TypeID, step: str) -> str:
    """The page before the step: what it means, and room for the reason."""
    row, _attempts = job_with_attempts(ctx(), job_id)
    _crumbs((row.name, url_for("jobs.show", job_id=job_id)))
    return render("core/jobs/ask.html", row=row, step=step)


@bp.post("/<typeid('job'):job_id>/replay")
@needs(Perm.JOBS_MANAGE)
def replay(job_id: TypeID) -> Any:
    operating.replay_job(ctx(), job_id, request.form.get("reason", ""))
    flash(_("The job is queued again."))
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@bp.post("/<typeid('job'):job_id>/give-up")
@needs(Perm.JOBS_MANAGE)
def give_up(job_id: TypeID) -> Any:
    operating.give_up_job(ctx(), job_id, request.form.get("reason", ""))
    flash(_("The job is given up."))
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@bp.get("/replay-kind")
@needs(Perm.JOBS_MANAGE)
def ask_kind() -> Any:
    name = request.args.get("kind", "")
    count = operating.dead_of_kind(ctx(), name) if name in JOBS else 0
    if not count:
        return redirect(url_for("jobs.index", status=JobStatus.DEAD.value), 303)
    _crumbs((name, url_for("jobs.index", status=JobStatus.DEAD.value, kind=name)))
    return render("core/jobs/ask_kind.html", name=name, count=count)


@bp.post("/replay-kind")
@needs(Perm.JOBS_MANAGE)
def replay_kind() -> Any:
    name, expected = request.form.get("kind", ""), request.form.get("expected", "")
    count = operating.replay_kind(
        ctx(), name, int(expected) if expected.isascii() and expected.isdigit() and len(expected) < 9 else -1, request.form.get("reason", "")
    )
    flash(ngettext("%(n)s job is queued again.", "%(n)s jobs are queued again.", count))
    return redirect(url_for("jobs.index", kind=name), 303)
