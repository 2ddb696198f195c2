"""The list of tasks, the same in the portal and on the desk."""

from __future__ import annotations

import re
from typing import Any

from flask import g, redirect, request, url_for

from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import SIGNED_IN, needs
from core.turns.queries import VIEWS, TaskFilter, open_count, tasks_page
from core.turns.showing import shown
from core.turns.taking import give_back, take_task
from core.web import PrivateBlueprint, ctx, render
from core.web.flashing import flash

_CURSOR = re.compile(r"\d{10}:tsk_[0-9a-z]{26}\Z")


def _here(page: str = "index", **values: Any) -> str:
    return url_for(f"{request.blueprint}.{page}", **values)


def _cursor(name: str) -> str:
    told = request.args.get(name, "")
    return told if _CURSOR.match(told) else ""


@needs(SIGNED_IN)
def index() -> str:
    """The soonest due first; the view stands in the address."""
    work = ctx()
    view = request.args.get("view", "all")
    view = view if view in VIEWS else "all"
    page = tasks_page(work, TaskFilter(view, _cursor("before"), _cursor("after")))
    g.breadcrumbs = [(_("Tasks"), _here())]
    labels = {"all": _("All"), "mine": _("Mine"), "unassigned": _("Nobody's"), "overdue": _("Overdue")}
    return render(
        "core/turns/index.html",
        tasks=shown(work, page.rows),
        page=page,
        view=view,
        tabs=[{"label": labels[one], "href": _here(view=one), "active": one == view, "count": open_count(work, one)} for one in VIEWS],
        later=_here(view=view, before=page.older) if page.older else None,
        sooner=_here(view=view, after=page.newer) if page.newer else None,
        take_endpoint=f"{request.blueprint}.take",
        give_back_endpoint=f"{request.blueprint}.give",
    )


@needs(SIGNED_IN)
def take(task_id: TypeID) -> Any:
    take_task(ctx(), task_id)
    flash(_("The task is yours."))
    return redirect(_back(), 303)


@needs(SIGNED_IN)
def give(task_id: TypeID) -> Any:
    give_back(ctx(), task_id)
    flash(_("The task is open to everybody again."))
    return redirect(_back(), 303)


def _back() -> str:
    view = request.form.get("view", "")
    return _here(view=view) if view in VIEWS else _here()


def _blueprint(face: str) -> PrivateBlueprint:
    made = PrivateBlueprint(f"{face}_tasks", __name__, face=face, url_prefix=f"/{face}/tasks")
    made.get("/", endpoint="index")(index)
    made.post('/<typeid("tsk"):task_id>/take', endpoint="take")(take)
    made.post('/<typeid("tsk"):task_id>/give-back', endpoint="give")(give)
    return made


portal, desk = _blueprint("portal"), _blueprint("desk")
