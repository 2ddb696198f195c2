"""A task as a line on a page: the words of its room, when it is due, who has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.accounts.models import User
from core.errors import NotFound
from core.i18n import format_date, ngettext
from core.i18n import gettext as _
from core.turns.kinds import TURNS, TaskWords
from core.turns.models import Task

if TYPE_CHECKING:
    from core.ctx import Ctx

#: Days before its end from which a deadline is coloured.
SOON_DAYS = 3


@dataclass(frozen=True)
class ShownTask:
    """`taker` is empty while nobody has it."""

    task: Task
    words: TaskWords
    due: str
    overdue: bool
    tone: str | None
    taker: str
    is_mine: bool

    @property
    def href(self) -> str:
        return self.task.href


def shown(ctx: Ctx, rows: Sequence[Task]) -> list[ShownTask]:
    """What is gone in the meantime is left out; its row follows with the next refresh."""
    takers = {row.user_id for row in rows if row.user_id}
    names = {row.id: row.name for row in ctx.session.execute(select(User.id, User.name).where(User.id.in_(takers)))} if takers else {}
    found = []
    for row in rows:
        kind = TURNS.get(row.kind)
        try:
            words = kind.words(ctx, row) if kind else None
        except NotFound:
            words = None
        if words is None:
            continue
        due, overdue, near = due_words(ctx, row)
        tone = "negative" if overdue else words.tone or ("attention" if near else None)
        found.append(ShownTask(row, words, due, overdue, tone, names.get(row.user_id, "") if row.user_id else "", row.user_id == ctx.actor.user_id))
    return found


def due_words(ctx: Ctx, row: Task) -> tuple[str, bool, bool]:
    """(sentence, overdue, soon); days are those of the programme's calendar."""
    if row.due_at is None:
        days = (ctx.today - row.since.astimezone(ctx.clock.zone).date()).days
        return (ngettext("waits for %(n)s day", "waits for %(n)s days", days) if days > 0 else _("came today")), False, False
    day = row.due_at.astimezone(ctx.clock.zone).date()
    days = (day - ctx.today).days
    if row.due_at < ctx.now:
        return _("overdue since %(day)s", day=format_date(day)), True, True
    if days == 0:
        return _("due today"), False, True
    words = ngettext("until %(day)s, %(n)s day left", "until %(day)s, %(n)s days left", days, day=format_date(day))
    return words, False, days <= SOON_DAYS
