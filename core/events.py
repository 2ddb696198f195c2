"""Domain events: facts a room announces, written with the change and heard later, each by its own job.

A room decorates a frozen dataclass with `@event("room.fact_happened.v1")`; another subscribes with
`@subscribe(Fact, name="room.reaction")`. Handlers get `(ctx, event)` in a transaction of their own and must be
idempotent: delivery is at least once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from core import rls
from core.ctx import correlation_id
from core.database import Base, Json
from core.ids import IdColumn, TypeID, new_id
from core.jobs import UNSETTLED, Job, deliver_event, scheduled, write_row
from core.once import insert_once

if TYPE_CHECKING:
    from core.ctx import Ctx

E = TypeVar("E", bound=type)
Handler = Callable[["Ctx", Any], None]

KEEP_DELIVERED = timedelta(days=30)
_AT_ONCE = 5000

EVENTS: dict[str, type] = {}
SUBSCRIBERS: dict[str, list[tuple[str, Handler]]] = {}


class OutboxEvent(Base):
    """What was announced, in the transaction that made it true."""

    __tablename__ = "core_outbox"
    id: Mapped[TypeID] = mapped_column(IdColumn("evt"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    correlation: Mapped[str] = mapped_column(String(32), default="")
    created_at: Mapped[datetime]


# A partner's own work announces facts; what others have announced is the hub's to read.
rls.guard(OutboxEvent.__table__, rls.WRITE_ONLY)


class InboxKey(Base):
    """What a consumer has already done."""

    __tablename__ = "core_inbox"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    done_at: Mapped[datetime]


def event(name: str) -> Callable[[E], E]:
    """Names a frozen dataclass of plain values as the domain event `name` (versioned: `….v1`)."""

    def wrap(kind: E) -> E:
        EVENTS[name] = kind
        kind.event_name = name  # type: ignore[attr-defined]
        return kind

    return wrap


def subscribe(kind: Any, *, name: str) -> Callable[[Handler], Handler]:
    """Calls the handler once per event, in a job named `name`."""

    def wrap(handler: Handler) -> Handler:
        listeners = SUBSCRIBERS.setdefault(kind.event_name, [])
        if name not in {known for known, _ in listeners}:
            listeners.append((name, handler))
        return handler

    return wrap


def publish(ctx: Ctx, fact: Any) -> None:
    """Writes the outbox row and one job per subscriber, in the caller's transaction."""
    row = OutboxEvent(
        id=new_id("evt"),
        name=fact.event_name,
        payload=asdict(fact),
        correlation=correlation_id.get(),
        created_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    for name, _ in SUBSCRIBERS.get(fact.event_name, ()):
        write_row(ctx, deliver_event, (str(row.id), name), key=f"{row.id}:{name}")


def handle(ctx: Ctx, event_id: str, subscriber: str) -> None:
    """Runs one subscriber for one event, at most once with effect."""
    if not first_time(ctx, f"{event_id}:{subscriber}"):
        return
    row = ctx.session.get_one(OutboxEvent, TypeID.parse(event_id, "evt"))
    fact = EVENTS[row.name](**row.payload)
    for name, handler in SUBSCRIBERS.get(row.name, ()):
        if name == subscriber:
            handler(ctx, fact)


def first_time(ctx: Ctx, key: str) -> bool:
    """Claims `key` in the inbox; False when it was claimed before."""
    return insert_once(ctx.session, InboxKey, key=key, done_at=ctx.now)


@scheduled("core.forget_delivered_events", every=3600)
def forget_delivered_events(ctx: Ctx) -> None:
    """Events and inbox keys are kept thirty days for whoever asks what happened; what is not delivered everywhere stays until it is.

    A delivery that was given up counts as not delivered: somebody may run it again.
    """
    before = ctx.now - KEEP_DELIVERED
    open_jobs = select(Job.key).where(Job.key == InboxKey.key, Job.status.in_(UNSETTLED))
    ctx.session.execute(delete(InboxKey).where(InboxKey.done_at < before, ~open_jobs.exists()).execution_options(synchronize_session=False))
    waiting = {job.args[0] for job in ctx.session.scalars(select(Job).where(Job.name == deliver_event.name, Job.status.in_(UNSETTLED)))}
    old = ctx.session.scalars(select(OutboxEvent.id).where(OutboxEvent.created_at < before).order_by(OutboxEvent.id).limit(_AT_ONCE + len(waiting)))
    done = [event_id for event_id in old if str(event_id) not in waiting]
    for at in range(0, len(done), 500):
        ctx.session.execute(delete(OutboxEvent).where(OutboxEvent.id.in_(done[at : at + 500])).execution_options(synchronize_session=False))
