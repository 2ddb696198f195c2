"""Starting, pausing and stopping a clock, and the partner's one escalation. Each is safe to call twice: the second call changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.errors import NotFound, Refused
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.programme import programme_of
from core.sla.calendars import calendar_for
from core.sla.events import SlaEscalated
from core.sla.kinds import clock_kind
from core.sla.models import SlaClock
from core.sla.rules import Calendar, Pause, moment_after, outcome_of, share_of, target_minutes, times_of
from core.sla.telling import tell_level
from core.sla.terms import ServiceLevels

if TYPE_CHECKING:
    from core.ctx import Ctx

#: The level that a partner's own escalation reaches.
ASKED_LEVEL = 2


def start_clock(ctx: Ctx, kind: str, object_id: TypeID, partner_id: TypeID, region: str) -> SlaClock:
    """Begins to count now. A clock of this object that still runs is the answer; one that has stopped is followed by a new round."""
    running = clock_row(ctx, kind, object_id)
    if running is not None:
        return running
    programme = programme_of(ctx)
    terms = programme.section(ServiceLevels)
    level = terms.level(kind)
    name, office = terms.office_of(kind, region)
    calendar = calendar_for(name, office, ctx.today)
    minutes = target_minutes(level.hours, level.days, calendar)
    earlier = ctx.session.scalar(select(func.max(SlaClock.round)).where(SlaClock.kind == kind, SlaClock.object_id == str(object_id)))
    clock = SlaClock(
        id=new_id("slc", int(ctx.now.timestamp() * 1000)),
        partner_id=partner_id,
        kind=kind,
        object_id=str(object_id),
        round=(earlier or 0) + 1,
        calendar=calendar.as_json(),
        levels=[[one.percent, one.who.value] for one in level.escalations],
        target_minutes=minutes,
        consequence=level.consequence,
        programme_version=programme.version,
        started_at=ctx.now,
        pauses=[],
        level=0,
        due_at=ctx.now,
    )
    set_times(clock)
    ctx.session.add(clock)
    ctx.session.flush()
    return clock


def pause_clock(ctx: Ctx, kind: str, object_id: TypeID) -> None:
    """The other side has to answer first: no minute counts (A-31)."""
    clock = clock_row(ctx, kind, object_id, lock=True)
    if clock is None or clock.paused_at is not None:
        return
    clock.paused_at, clock.next_at = max(ctx.now, clock.started_at), None


def resume_clock(ctx: Ctx, kind: str, object_id: TypeID) -> None:
    """The answer is there: what is left of the time begins now."""
    clock = clock_row(ctx, kind, object_id, lock=True)
    if clock is None or clock.paused_at is None:
        return
    _end_pause(clock, ctx.now)
    set_times(clock)


def stop_clock(ctx: Ctx, kind: str, object_id: TypeID, *, result: str = "decided") -> SlaClock | None:
    """`decided` or `withdrawn`; a decision that the hub takes itself when the time is over is `by_timeout`."""
    clock = clock_row(ctx, kind, object_id, lock=True)
    if clock is None:
        return None
    now = max(ctx.now, clock.started_at)
    if clock.paused_at is not None:
        _end_pause(clock, now)
        set_times(clock)
    found = outcome_of(calendar_of(clock), clock.started_at, now, clock.target_minutes, pauses_of(clock))
    clock.stopped_at, clock.next_at = now, None
    clock.stopped_by = str(ctx.actor.user_id or ctx.actor.kind)
    clock.elapsed_minutes, clock.within_sla = found.minutes, found.within
    # The hub decides at the first tick after the time was over: nobody has kept the promise.
    if result == "by_timeout":
        clock.within_sla = False
    clock.result = result
    return clock


def escalate(ctx: Ctx, clock_id: TypeID) -> SlaClock:
    """The partner asks the second line to look, once, after the agreed time (A-32)."""
    clock = ctx.session.scalar(select(SlaClock).where(SlaClock.id == clock_id).with_for_update().execution_options(populate_existing=True))
    if clock is None:
        raise NotFound("clock")
    kind = clock_kind(clock.kind)
    ctx.require(kind.raise_permission, clock.partner_id)
    if clock.stopped_at is not None or clock.paused_at is not None:
        raise Refused("not_possible_now", _("It is not with the vendor any more. Reload the page to see whose turn it is."))
    if ctx.now <= clock.due_at:
        raise Refused("not_due_yet", _("The agreed time is not over yet. You can escalate after it."))
    if clock.escalated_at is not None:
        raise Refused("already_escalated", _("You have escalated this once. The second line knows, and the clock goes on."))
    clock.escalated_at, clock.escalated_by = ctx.now, str(ctx.actor.user_id or "")
    ctx.audit("core.clock.escalated", clock, after={"kind": clock.kind, "object_id": clock.object_id})
    tell_level(ctx, clock, ASKED_LEVEL, "second", by_partner=True)
    ctx.emit(SlaEscalated(str(clock.id), clock.kind, clock.object_id, str(clock.partner_id), ASKED_LEVEL, 100, True))
    return clock


def clock_row(ctx: Ctx, kind: str, object_id: TypeID, *, lock: bool = False) -> SlaClock | None:
    """The clock of an object that has not stopped."""
    query = select(SlaClock).where(SlaClock.kind == kind, SlaClock.object_id == str(object_id), SlaClock.stopped_at.is_(None))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return ctx.session.scalar(query.order_by(SlaClock.round.desc()).limit(1))


def set_times(clock: SlaClock) -> None:
    """Due time and the next moment to look, from what is frozen on the clock. A level that was told stays told."""
    percents = [int(level[0]) for level in clock.levels]
    times = times_of(calendar_of(clock), clock.started_at, clock.target_minutes, percents, pauses_of(clock))
    clock.due_at = times.due_at
    ahead = [moment for number, moment in enumerate(times.levels, start=1) if number > clock.level]
    if not clock.consequence_done and not clock.refused_code:
        ahead.append(times.due_at)
    clock.next_at = min(ahead, default=None) if clock.paused_at is None and clock.stopped_at is None else None


def level_moment(clock: SlaClock, percent: int) -> datetime:
    """When this share of the agreed time is over."""
    return moment_after(calendar_of(clock), clock.started_at, share_of(clock.target_minutes, percent), pauses_of(clock))


def calendar_of(clock: SlaClock) -> Calendar:
    return Calendar.from_json(clock.calendar)


def pauses_of(clock: SlaClock) -> list[Pause]:
    return [(datetime.fromisoformat(begins), datetime.fromisoformat(ends)) for begins, ends in clock.pauses]


def _end_pause(clock: SlaClock, now: datetime) -> None:
    """A clock of the machine that was moved back in between makes no negative pause."""
    assert clock.paused_at is not None
    clock.pauses = [*clock.pauses, [clock.paused_at.isoformat(), max(now, clock.paused_at).isoformat()]]
    clock.paused_at = None
