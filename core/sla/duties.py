"""A task for the second line while a promise is broken: the time is over and nobody has decided (A-31)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.i18n import format_datetime
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import Perm
from core.sla.events import SlaConsequence, SlaEscalated
from core.sla.kinds import clock_kind
from core.sla.models import SlaClock
from core.turns.kinds import TaskWords, Turn, turns

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.turns.models import Task


def _broken(ctx: Ctx) -> Iterable[TypeID]:
    query = select(SlaClock.id).where(SlaClock.stopped_at.is_(None), SlaClock.paused_at.is_(None), SlaClock.due_at < ctx.now)
    return ctx.session.scalars(query)


def _words(ctx: Ctx, task: Task) -> TaskWords:
    clock = ctx.session.get_one(SlaClock, TypeID.parse(task.object_id, "slc"))
    kind = clock_kind(clock.kind)
    subject = kind.subject(ctx, TypeID.parse(clock.object_id, kind.prefix))
    why = _("%(label)s: due by %(moment)s, and nobody has decided.", label=kind.label, moment=format_datetime(clock.due_at, ctx.clock.zone, "short"))
    return TaskWords(_("%(subject)s: the agreed time is over", subject=subject), why, _("Open and decide"), "stop", "negative")


@turns("core.clock", prefix="slc", events=[(SlaEscalated, "clock_id"), (SlaConsequence, "clock_id")], open_ids=_broken, words=_words)
def broken_promise(ctx: Ctx, clock_id: TypeID) -> Turn | None:
    """Goes when somebody decides; the sweep sees it."""
    clock = ctx.session.get(SlaClock, clock_id)
    if clock is None or clock.stopped_at is not None or clock.paused_at is not None or ctx.now <= clock.due_at:
        return None
    href = clock_kind(clock.kind).path(clock.object_id, partner=False)
    return Turn(None, str(Perm.ESCALATION_SECOND), "broken_promise", href, clock.due_at, clock.due_at, about=clock.partner_id)
