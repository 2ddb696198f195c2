"""The kernel's own gauges, looked up at the scrape: what waits, since when, and what has stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.audit.entries import AuditEntry
from core.breaker import Breaker, BreakerState
from core.health import checks, spool_bytes, spool_oldest_s
from core.jobs import Job, JobStatus, deliver_event
from core.metrics import Sample, declare_measure
from core.storage import StoredObject

if TYPE_CHECKING:
    from core.ctx import Ctx


def outbox_lag_s(ctx: Ctx) -> float:
    """Seconds since the oldest event that has not reached a subscriber should have; 0 when none waits."""
    return _age(ctx, Job.name == deliver_event.name)


def _age(ctx: Ctx, *where: object) -> float:
    oldest = ctx.session.scalar(select(func.min(Job.due_at)).where(Job.status == JobStatus.QUEUED, Job.due_at <= ctx.now, *where))  # type: ignore[arg-type]
    return max(0.0, (ctx.now - oldest).total_seconds()) if oldest else 0.0


def _one(read: Callable[[Ctx], float]) -> Callable[[Ctx], Iterable[Sample]]:
    def samples(ctx: Ctx) -> Iterable[Sample]:
        return [((), float(read(ctx)))]

    return samples


def _by_queue(ctx: Ctx) -> Iterable[Sample]:
    query = select(Job.queue, func.min(Job.due_at)).where(Job.status == JobStatus.QUEUED, Job.due_at <= ctx.now).group_by(Job.queue)
    return [((queue,), max(0.0, (ctx.now - oldest).total_seconds())) for queue, oldest in ctx.session.execute(query)]


def _by_status(ctx: Ctx) -> Iterable[Sample]:
    query = select(Job.status, func.count()).where(Job.status != JobStatus.DONE).group_by(Job.status)
    return [((status.value,), float(count)) for status, count in ctx.session.execute(query)]


def _checks(ctx: Ctx) -> Iterable[Sample]:
    return [((check.name,), 0.0 if check.state == "bad" else 1.0) for check in checks(ctx)]


def unsealed(ctx: Ctx) -> int:
    """Audit entries that wait for their place in the chain."""
    return ctx.session.scalar(select(func.count()).where(AuditEntry.hash.is_(None))) or 0


def _breakers(ctx: Ctx) -> Iterable[Sample]:
    """Counted by state, not by destination: whose address it is stands on the page of jobs, not in a label."""
    counts = ctx.session.execute(select(Breaker.state, func.count()).group_by(Breaker.state))
    found = {state: float(count) for state, count in counts}
    return [((state.value,), found.get(state, 0.0)) for state in BreakerState]


def _objects(ctx: Ctx) -> float:
    return float(ctx.session.scalar(select(func.coalesce(func.sum(StoredObject.size), 0))) or 0)


declare_measure("channelpress_outbox_lag_seconds", "Seconds that the oldest undelivered event waits.", _one(outbox_lag_s))
declare_measure("channelpress_queue_age_seconds", "Seconds that the oldest due job waits, by queue.", _by_queue, ("queue",))
declare_measure("channelpress_jobs", "Jobs that are not done, by state.", _by_status, ("status",))
declare_measure("channelpress_spool_bytes", "Bytes of visitors' events that wait on this machine.", _one(lambda ctx: spool_bytes(ctx.settings)))
declare_measure(
    "channelpress_spool_oldest_seconds", "Seconds that the oldest file of the spool waits.", _one(lambda ctx: spool_oldest_s(ctx.settings))
)
declare_measure("channelpress_audit_unsealed", "Audit entries that wait for their place in the chain.", _one(unsealed))
declare_measure("channelpress_breakers", "Destinations by the state of their circuit breaker.", _breakers, ("state",))
declare_measure("channelpress_objects_bytes", "Bytes of all stored objects.", _one(_objects))
declare_measure("channelpress_check", "1 when a check of readiness is well or needs attention only, 0 when it is bad.", _checks, ("check",))
