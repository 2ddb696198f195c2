"""The hub looks at its promises: levels are told, and when the time is over the programme's consequence takes effect (N-05).

What is due stands in the database, so that several schedulers or a clock that jumps do no harm: a level is told once, a consequence has
one effect, whoever comes first. Each clock is its own transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import HubError
from core.ids import TypeID
from core.jobs import job, scheduled
from core.sla.events import SlaConsequence, SlaEscalated
from core.sla.kinds import clock_kind
from core.sla.models import SlaClock
from core.sla.services import level_moment, set_times
from core.sla.telling import tell_level

if TYPE_CHECKING:
    from core.ctx import Ctx

_AT_ONCE = 500


@scheduled("core.sla_look", every=20)
def look_at_clocks(ctx: Ctx) -> None:
    """Puts a job into the queue for each clock that has something to tell."""
    query = select(SlaClock).where(SlaClock.next_at <= ctx.now).order_by(SlaClock.next_at).limit(_AT_ONCE)
    for clock in ctx.session.scalars(query):
        assert clock.next_at is not None
        ctx.enqueue(advance_clock, str(clock.id), key=f"sla:{clock.id}:{clock.next_at.isoformat()}")


@job("core.sla_advance", retries=12)
def advance_clock(ctx: Ctx, clock_id: str) -> None:
    """Tells every level that was reached and lets the consequence happen; called again it finds nothing left."""
    object_lock(ctx, clock_id)
    query = select(SlaClock).where(SlaClock.id == TypeID.parse(clock_id, "slc"))
    clock = ctx.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if clock is None or clock.stopped_at is not None or clock.paused_at is not None:
        return
    for number, (percent, who) in enumerate(clock.levels, start=1):
        if number <= clock.level or ctx.now < level_moment(clock, int(percent)):
            continue
        clock.level = number
        tell_level(ctx, clock, number, str(who))
        ctx.audit("core.clock.level_reached", clock, after={"kind": clock.kind, "object_id": clock.object_id, "level": number, "percent": percent})
        ctx.emit(SlaEscalated(str(clock.id), clock.kind, clock.object_id, str(clock.partner_id), number, int(percent), False))
    if ctx.now >= clock.due_at and not clock.consequence_done and not clock.refused_code:
        _let_it_happen(ctx, clock)
    if clock.stopped_at is None:
        set_times(clock)


def object_lock(ctx: Ctx, clock_id: str) -> None:
    """The room's own row first, as everywhere where somebody decides: a decision holds its object and then waits for the clock."""
    found = ctx.session.execute(select(SlaClock.kind, SlaClock.object_id).where(SlaClock.id == TypeID.parse(clock_id, "slc"))).first()
    if found is None:
        return
    kind = clock_kind(found.kind)
    if kind.lock is not None:
        kind.lock(ctx, TypeID.parse(found.object_id, kind.prefix))


def _let_it_happen(ctx: Ctx, clock: SlaClock) -> None:
    """In a savepoint: what the room refuses leaves the object as it is, and the levels go on."""
    act = clock_kind(clock.kind).silences.get(clock.consequence)
    refused = ""
    try:
        with ctx.session.begin_nested():
            if act is not None:
                act(ctx, clock)
                ctx.session.flush()
    except HubError as refusal:
        refused = refusal.code
        ctx.session.refresh(clock)
    clock.consequence_at = ctx.now
    clock.refused_code = refused[:60]
    clock.consequence_done = "" if refused else clock.consequence.value
    told = {"kind": clock.kind, "object_id": clock.object_id, "consequence": clock.consequence.value, "programme_version": clock.programme_version}
    ctx.audit(
        "core.clock.consequence_refused" if refused else "core.clock.consequence", clock, after={**told, **({"code": refused} if refused else {})}
    )
    ctx.emit(SlaConsequence(str(clock.id), clock.kind, clock.object_id, str(clock.partner_id), clock.consequence.value, refused))
