"""A clock as a page shows it: until when, what happens then, and what the reader can do (A-32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.i18n import format_datetime, ngettext
from core.i18n import gettext as _
from core.ids import TypeID
from core.sla.kinds import Consequence
from core.sla.queries import ClockView, clock_of

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class ShownClock:
    """Whole sentences. `escalate_href` is empty where the reader cannot escalate."""

    view: ClockView
    title: str
    due: str
    consequence: str
    happened: str
    calendar: str
    tone: str
    escalate_href: str
    escalated: str


def shown_clock(ctx: Ctx, kind: str, object_id: TypeID) -> ShownClock | None:
    """None where no clock was ever started, and for one that has stopped."""
    view = clock_of(ctx, kind, object_id)
    if view is None or view.state == "stopped":
        return None
    clock = view.clock
    return ShownClock(
        view=view,
        title=_title(view),
        due=_due(ctx, view),
        consequence="" if clock.consequence_done or clock.refused_code else consequence_sentence(clock.consequence),
        happened=_happened(view),
        calendar=_("Counted in business hours of %(zone)s, without weekends and public holidays.", zone=clock.calendar["zone"]),
        tone={"overdue": "negative", "paused": "neutral"}.get(view.state, "attention" if view.percent >= 80 else "neutral"),
        escalate_href=f"/portal/clocks/{clock.id}/escalate" if view.may_escalate else "",
        escalated=_("You have escalated this on %(moment)s.", moment=_moment(ctx, clock.escalated_at)) if clock.escalated_at else "",
    )


def _title(view: ClockView) -> str:
    if view.state == "paused":
        return _("The clock stands still until the question is answered.")
    return _("The agreed time is over.") if view.state == "overdue" else _("The clock is running.")


def _due(ctx: Ctx, view: ClockView) -> str:
    spent, target = hours_words(view.spent_minutes), hours_words(view.clock.target_minutes)
    if view.state == "paused":
        return _("%(spent)s of %(target)s have passed.", spent=spent, target=target)
    moment = _moment(ctx, view.due_at)
    if view.state == "overdue":
        return _("A decision was due by %(moment)s; %(spent)s have passed, %(target)s were agreed.", moment=moment, spent=spent, target=target)
    return _("A decision is due by %(moment)s; %(spent)s of %(target)s have passed.", moment=moment, spent=spent, target=target)


def consequence_sentence(consequence: Consequence) -> str:
    """What the programme promises for the case that nobody decides in time."""
    return {
        Consequence.APPROVE: _("If nobody decides by then, it counts as approved, unless somebody else may have been first."),
        Consequence.EXTEND_PROTECTION: _("If nobody decides by then, the protection lasts longer by each day of delay."),
        Consequence.ESCALATE: _("If nobody decides by then, the next level of the vendor is told, and you can escalate."),
    }[consequence]


def _happened(view: ClockView) -> str:
    clock = view.clock
    if clock.refused_code:
        return _("It could not be decided by itself: a person has to look at it. The next level of the vendor was told.")
    if clock.consequence_done == Consequence.EXTEND_PROTECTION:
        return _("From now on each day of delay is a day more of protection.")
    return _("The next level of the vendor was told.") if clock.consequence_done else ""


def short_hours(minutes: int) -> str:
    """For a table whose heading names the unit."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02}" if rest else str(hours)


def hours_words(minutes: int) -> str:
    """Business hours in words; whole ones without minutes."""
    hours, rest = divmod(minutes, 60)
    if rest:
        return _("%(hours)s:%(minutes)s business hours", hours=hours, minutes=f"{rest:02}")
    return ngettext("%(n)s business hour", "%(n)s business hours", hours)


def _moment(ctx: Ctx, value: datetime) -> str:
    return format_datetime(value, ctx.clock.zone, "short")
