"""What I have started: how far it is, how it ended, and a way to stop it. The same page for the desk and the portal."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, url_for

from core import rls
from core.ctx import SYSTEM
from core.errors import NotFound
from core.i18n import gettext as _
from core.ids import TypeID
from core.jobs import labels
from core.jobs.models import JobStatus
from core.jobs.operating import cancel_job
from core.jobs.queries import started_by
from core.permissions import SIGNED_IN, needs
from core.web import PrivateBlueprint, ctx, database, flash, render

desk = PrivateBlueprint("desk_my_jobs", __name__, face="desk", url_prefix="/desk/jobs/mine")
portal = PrivateBlueprint("my_jobs", __name__, face="portal", url_prefix="/portal/jobs/mine")
_MINE = rls.door("jobs.mine", "Jobs are the hub's rows; a person stops one that carries its own id as who started it.", writes=True)
_INDEX = {"desk_my_jobs": "desk_index", "my_jobs": "portal_index"}
_OPEN = (JobStatus.QUEUED, JobStatus.RUNNING)


def _me() -> TypeID:
    if g.actor.user_id is None:
        raise NotFound("page")
    user_id: TypeID = g.actor.user_id
    return user_id


def _page(blueprint: str) -> str:
    # The rows of all people are the hub's; whose these are stands in the query.
    with database().reading(SYSTEM) as work:
        rows = started_by(work, _me())
        work.session.expunge_all()
    g.breadcrumbs = [(_("Started by me"), url_for(f"{blueprint}.{_INDEX[blueprint]}"))]
    return render(
        "core/jobs/mine.html",
        rows=rows,
        labels=labels,
        here=url_for(f"{blueprint}.{_INDEX[blueprint]}"),
        cancel_endpoint=f"{blueprint}.{_INDEX[blueprint].replace('index', 'cancel')}",
        open_states=_OPEN,
        is_open=any(row.status in _OPEN for row in rows),
    )


def _cancel(blueprint: str, job_id: TypeID) -> Any:
    me, work = _me(), ctx()
    with rls.seeing_all(work.session, _MINE):
        cancel_job(work, job_id, me)
    flash(_("It will be stopped."))
    return redirect(url_for(f"{blueprint}.{_INDEX[blueprint]}"), 303)


@desk.get("/")
@needs(SIGNED_IN)
def desk_index() -> str:
    return _page("desk_my_jobs")


@portal.get("/")
@needs(SIGNED_IN)
def portal_index() -> str:
    return _page("my_jobs")


@desk.post("/<typeid('job'):job_id>/cancel")
@needs(SIGNED_IN)
def desk_cancel(job_id: TypeID) -> Any:
    return _cancel("desk_my_jobs", job_id)


@portal.post("/<typeid('job'):job_id>/cancel")
@needs(SIGNED_IN)
def portal_cancel(job_id: TypeID) -> Any:
    return _cancel("my_jobs", job_id)
