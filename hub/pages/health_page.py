"""How the service is: every check in words, the few numbers that tell a lag, and where to go when one is red (C-13)."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from sqlalchemy import func, select

from core.audit import AuditDay
from core.health import LAG_ALARM, Check, checks
from core.i18n import gettext as _
from core.jobs import Job, JobStatus
from core.measures import outbox_lag_s, unsealed
from core.permissions import Perm, needs
from core.web import PrivateBlueprint, ctx, render

bp = PrivateBlueprint("health", __name__, face="desk", url_prefix="/desk/governance/health")


def label_of(check: Check) -> str:
    """The check by its name in the reader's language; the words beside it are the operator's."""
    return {
        "database": _("The database answers"),
        "migrated": _("The database has the newest schema"),
        "writable": _("The database can be written"),
        "jobs_moving": _("Work in the background moves"),
        "demo_loaded": _("The demo world is loaded"),
        "spool_has_room": _("Visitors' events find room"),
        "disk_left": _("The disk has room"),
        "object_store": _("Pictures and documents can be reached"),
        "clock_steady": _("The clock runs steadily"),
        "clock_agrees": _("Hub and database agree about the time"),
    }.get(check.name, check.name)


@bp.get("/")
@needs(Perm.OPERATIONS_READ)
def index() -> Any:
    work = ctx()
    found = checks(work)
    lag = outbox_lag_s(work)
    dead = work.session.scalar(select(func.count()).select_from(Job).where(Job.status == JobStatus.DEAD)) or 0
    trouble = [check for check in found if check.state != "ok"]
    g.breadcrumbs = [(_("Governance"), url_for("governance.index")), (_("Health"), url_for("health.index"))]
    return render(
        "hub/health.html",
        checks=[(check, label_of(check)) for check in found],
        trouble=len(trouble) + (lag >= LAG_ALARM.total_seconds()) + (dead > 0),
        lag_minutes=int(lag // 60),
        is_late=lag >= LAG_ALARM.total_seconds(),
        dead=dead,
        dead_href=url_for("jobs.index", status=JobStatus.DEAD.value),
        unsealed=unsealed(work),
        last_day=work.session.scalar(select(AuditDay).order_by(AuditDay.number.desc()).limit(1)),
        now=work.now,
    )
