"""Declared work: a name, a queue, how often it is tried, and what is to be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

#: By what people wait for: `urgent` (what is published or recalled), `default`, and `long` (imports: minutes, a worker of its own).
QUEUES = ("urgent", "default", "long")
#: Names by room that mean one of the three.
_MEANS = {"publish": "urgent", "events": "default"}
Gather = Callable[..., Any]


@dataclass(frozen=True)
class JobKind:
    """A declared job; calling it runs the work in the given ctx.

    `gather(database, *args)` does what takes long (a browser, a foreign server, hashing thousands of rows) before the transaction
    begins and holds none open while it waits; what it returns is handed to `run` as the last argument. It may run more often than
    its job is done, so it must leave nothing behind; only `run` changes anything, and must look whether the world has moved on.

    `together`: short, and changes nothing but rows; where the database has one writer, several of them may share a transaction.
    """

    name: str
    queue: str
    retries: int
    run: Callable[..., None]
    every: float | None = None
    gather: Gather | None = None
    cancel: Callable[..., None] | None = None
    together: bool = False

    def __call__(self, ctx: Ctx, *args: Any) -> None:
        self.run(ctx, *args, *self.gathered(ctx.database, *args))

    def gathered(self, database: Database, *args: Any) -> tuple[Any, ...]:
        """What `run` needs besides the ctx and the job's own arguments."""
        return () if self.gather is None else (self.gather(database, *args),)


JOBS: dict[str, JobKind] = {}


def _declare(kind: JobKind) -> JobKind:
    if kind.queue not in QUEUES:
        raise ValueError(f"{kind.name}: {kind.queue!r} is no queue; choose one of {', '.join(QUEUES)}")
    JOBS[kind.name] = kind
    return kind


def job(
    name: str,
    *,
    queue: str = "default",
    retries: int = 8,
    gather: Gather | None = None,
    cancel: Callable[..., None] | None = None,
    together: bool = False,
) -> Callable[[Callable[..., None]], JobKind]:
    """Declares work that `ctx.enqueue` can put off. The function gets `(ctx, *args)` and must be idempotent.

    `cancel(ctx, *args)` tells the rest of the world that a job which still waited will never run.
    """
    return lambda run: _declare(JobKind(name, _MEANS.get(queue, queue), retries, run, gather=gather, cancel=cancel, together=together))


def scheduled(name: str, *, every: float, queue: str = "default", gather: Gather | None = None) -> Callable[[Callable[..., None]], JobKind]:
    """Declares work that recurs every `every` seconds of the machine's time; one row, never two runs at once."""
    return lambda run: _declare(JobKind(name, _MEANS.get(queue, queue), retries=3, run=run, every=every, gather=gather))


@job("core.deliver_event", together=True)
def deliver_event(ctx: Ctx, event_id: str, subscriber: str) -> None:
    """Brings one event to one subscriber."""
    from core.events import handle

    handle(ctx, event_id, subscriber)
