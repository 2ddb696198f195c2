"""Keeping tasks true: one object after its event, all of them by the sweep, and from nothing when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from core.ctx import SYSTEM
from core.ids import TypeID, new_id
from core.jobs import job, scheduled
from core.once import insert_once
from core.turns.kinds import TURNS, Turn
from core.turns.models import Task

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

_AT_ONCE = 200
#: A task without a due date stands behind every other one.
_NEVER = 9_999_999_999


def refresh(ctx: Ctx, kind: str, object_id: str) -> int:
    """Makes the open tasks of one object what its turn says now; returns how many rows changed. Safe to repeat and to race."""
    declared = TURNS[kind]
    turn = declared.compute(ctx, TypeID.parse(object_id, declared.prefix))
    open_rows = list(
        ctx.session.scalars(select(Task).where(Task.kind == kind, Task.object_id == object_id, Task.done_at.is_(None)).with_for_update())
    )
    changed = 0
    for row in open_rows:
        if turn is None or row.code != turn.code or row.partner_id != turn.side:
            row.done_at = ctx.now
            changed += 1
    ctx.session.flush()
    if turn is None:
        return changed
    kept = next((row for row in open_rows if row.done_at is None), None)
    if kept is not None:
        return changed + _brought_up_to_date(ctx, kept, turn)
    task_id = new_id("tsk")
    made = insert_once(
        ctx.session, Task, id=task_id, kind=kind, object_id=object_id, created_at=ctx.now, user_id=turn.user_id, **_columns(turn, task_id)
    )
    return changed + int(made)


def _brought_up_to_date(ctx: Ctx, row: Task, turn: Turn) -> int:
    """Who has taken it keeps it."""
    wanted = _columns(turn, row.id)
    different = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return int(bool(different))


def _columns(turn: Turn, task_id: TypeID) -> dict[str, Any]:
    return {
        "partner_id": turn.side,
        "about_partner_id": turn.about,
        "code": turn.code,
        "permission": str(turn.permission),
        "params": dict(turn.params),
        "href": turn.href,
        "barred": "".join(f"|{user}|" for user in sorted(turn.barred) if user),
        "since": turn.since,
        "due_at": turn.due_at,
        "sort_key": sort_key(turn, task_id),
    }


def sort_key(turn: Turn, task_id: TypeID) -> str:
    """The larger, the sooner it is due: pages of `core.paging` begin with the largest key."""
    due = int(turn.due_at.timestamp()) if turn.due_at else _NEVER
    return f"{_NEVER - due:010d}:{task_id}"


@job("core.refresh_turns")
def refresh_some(ctx: Ctx, kind: str, object_ids: list[str]) -> None:
    """A portion of the sweep: what time alone has changed."""
    for object_id in object_ids:
        if kind in TURNS:
            refresh(ctx, kind, object_id)


@scheduled("core.sweep_turns", every=1800)
def sweep_turns(ctx: Ctx) -> None:
    """Deadlines come near without an event. In portions, so that no transaction is long."""
    for kind in list(TURNS):
        for part in _portions(ctx, kind):
            ctx.enqueue(refresh_some, kind, part)


def _portions(ctx: Ctx, kind: str) -> Iterator[list[str]]:
    known = {str(one) for one in TURNS[kind].open_ids(ctx)}
    known |= set(ctx.session.scalars(select(Task.object_id).where(Task.kind == kind, Task.done_at.is_(None))))
    ids = sorted(known)
    for at in range(0, len(ids), _AT_ONCE):
        yield ids[at : at + _AT_ONCE]


def rebuild(database: Database) -> dict[str, int]:
    """Every open task from the rooms' own state; returns how many rows changed by kind. Tasks of kinds that are gone are closed."""
    changed: dict[str, int] = {}
    with database.unit_of_work(SYSTEM) as ctx:
        gone = (Task.done_at.is_(None), Task.kind.not_in(list(TURNS)))
        ctx.session.execute(update(Task).where(*gone).values(done_at=ctx.now).execution_options(synchronize_session=False))
        portions = [(kind, part) for kind in TURNS for part in _portions(ctx, kind)]
    for kind, part in portions:
        with database.unit_of_work(SYSTEM) as ctx:
            changed[kind] = changed.get(kind, 0) + sum(refresh(ctx, kind, object_id) for object_id in part)
    return changed
