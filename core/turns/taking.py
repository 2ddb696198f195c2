"""Taking a task and giving it back. Whoever has it is named; it stays open to the others, for holidays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from core.errors import Refused
from core.i18n import gettext as _
from core.ids import TypeID
from core.turns.models import Task
from core.turns.queries import task_for

if TYPE_CHECKING:
    from core.ctx import Ctx


def take_task(ctx: Ctx, task_id: TypeID) -> Task:
    """Raises Refused when somebody else was quicker."""
    row = task_for(ctx, task_id)
    done = ctx.session.execute(
        update(Task)
        .where(Task.id == row.id, Task.user_id.is_(None), Task.done_at.is_(None))
        .values(user_id=ctx.actor.user_id)
        .execution_options(synchronize_session=False)
    )
    ctx.session.refresh(row)
    if done.rowcount != 1 and row.user_id != ctx.actor.user_id:  # type: ignore[attr-defined]
        raise Refused("taken", _("Somebody else has taken this task."))
    return row


def give_back(ctx: Ctx, task_id: TypeID) -> Task:
    """Only one's own."""
    row = task_for(ctx, task_id)
    if row.user_id != ctx.actor.user_id:
        raise Refused("not_yours", _("This task is not yours."))
    row.user_id = None
    return row
