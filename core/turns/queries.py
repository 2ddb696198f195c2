"""The tasks of a reader: of their side, within their permissions, and without those that separation of duties keeps from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, or_, select

from core.errors import NotFound
from core.ids import TypeID
from core.paging import Page, page_of
from core.turns.models import Task

if TYPE_CHECKING:
    from core.ctx import Ctx

VIEWS = ("all", "mine", "unassigned", "overdue")


@dataclass(frozen=True)
class TaskFilter:
    view: str = "all"
    before: str = ""
    after: str = ""


def for_reader(ctx: Ctx) -> Select[Any]:
    """Open tasks that the actor could do."""
    actor = ctx.actor
    side = Task.partner_id == actor.partner_id if actor.partner_id else Task.partner_id.is_(None)
    query = select(Task).where(side, Task.done_at.is_(None), Task.permission.in_(sorted(actor.permissions)))
    if actor.user_id is not None:
        query = query.where(Task.barred.not_like(f"%|{actor.user_id}|%"))
    return query


def _narrowed(ctx: Ctx, view: str) -> Select[Any]:
    query = for_reader(ctx)
    if view == "mine":
        return query.where(Task.user_id == ctx.actor.user_id)
    if view == "unassigned":
        return query.where(Task.user_id.is_(None))
    return query.where(Task.due_at < ctx.now) if view == "overdue" else query


def tasks_page(ctx: Ctx, asked: TaskFilter, rows: int = 25) -> Page[Task]:
    """The soonest due first."""
    return page_of(ctx.session, _narrowed(ctx, asked.view), Task.sort_key, before=asked.before, after=asked.after, rows=rows)


def next_tasks(ctx: Ctx, rows: int) -> tuple[list[Task], int]:
    """For a start page: the soonest that are nobody's or the reader's, and how many there are in all."""
    query = for_reader(ctx).where(or_(Task.user_id.is_(None), Task.user_id == ctx.actor.user_id))
    page = page_of(ctx.session, query, Task.sort_key, rows=rows)
    return list(page.rows), page.total


def open_count(ctx: Ctx, view: str = "all") -> int:
    return ctx.session.scalar(select(func.count()).select_from(_narrowed(ctx, view).subquery())) or 0


def task_for(ctx: Ctx, task_id: TypeID) -> Task:
    """Raises NotFound for another side's task, and for one the actor could not do."""
    found: Task | None = ctx.session.scalar(for_reader(ctx).where(Task.id == task_id))
    if found is None:
        raise NotFound("task")
    return found
