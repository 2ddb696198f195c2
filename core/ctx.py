"""`Ctx`: what every use case is given, and all that it may know about the outside."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from core.clock import Clock
from core.errors import Forbidden, NotFound
from core.ids import TypeID

if TYPE_CHECKING:
    from core.database import Database
    from core.settings import Settings

#: One id follows a click of a person through web, outbox, worker and log.
correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")


def new_correlation() -> str:
    """Starts a new trail; returns its id."""
    value = uuid.uuid4().hex[:16]
    correlation_id.set(value)
    return value


@dataclass(frozen=True)
class Actor:
    """Who acts. `partner_id` None is the vendor's side; permissions are already those of the role."""

    kind: str = "visitor"
    user_id: TypeID | None = None
    organization_id: TypeID | None = None
    partner_id: TypeID | None = None
    permissions: frozenset[str] = frozenset()
    name: str = ""
    locale: str = "en"
    role: str = ""
    email: str = ""

    def may(self, permission: str) -> bool:
        return self.kind == "system" or permission in self.permissions


SYSTEM = Actor(kind="system", name="Channelpress")
VISITOR = Actor(kind="visitor")


@dataclass
class Ctx:
    """One unit of work (or one read). Services take it, change the session, and never commit."""

    database: Database
    session: Session
    actor: Actor
    clock: Clock
    locale: str
    _bells: list[tuple[str, str]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return self.database.settings

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def today(self) -> date:
        """The date in the programme's time zone."""
        return self.clock.today()

    def may(self, permission: str, partner_id: TypeID | None = None) -> bool:
        """Whether `require` would let the actor pass."""
        foreign = partner_id is not None and self.actor.partner_id not in (None, partner_id)
        return self.actor.may(permission) and not foreign

    def require(self, permission: str, partner_id: TypeID | None = None) -> None:
        """Raises NotFound for another partner's record, Forbidden without the permission."""
        if partner_id is not None and self.actor.partner_id not in (None, partner_id):
            raise NotFound()
        if not self.actor.may(permission):
            raise Forbidden(permission)

    def audit(
        self,
        action: str,
        obj: Any,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reason: str | None = None,
    ) -> None:
        """Writes the audit entry in this transaction; `obj` is a model with an `id`, or a TypeID."""
        from core.audit import record

        record(self, action, obj, before=before, after=after, reason=reason)

    def emit(self, event: Any) -> None:
        """Puts a domain event into the outbox, with one job per subscriber."""
        from core.events import publish

        publish(self, event)

    def enqueue(
        self, job: Any, *args: Any, not_before: datetime | None = None, key: str | None = None, started_by: TypeID | None = None, label: str = ""
    ) -> TypeID | None:
        """Writes the work as a row; returns its id, or None when a job with this `key` was written before.

        With `started_by` that person can follow it under `label`.
        """
        from core.jobs import write_row

        return write_row(self, job, args, not_before=not_before, key=key, started_by=started_by, label=label)

    def once(self, key: str) -> bool:
        """True the first time a consumer sees `key`: the inbox that makes consumers idempotent."""
        from core.events import first_time

        return first_time(self, key)

    def will_ring(self, job_id: str, queue: str) -> None:
        """Remembers a doorbell for after the commit."""
        self._bells.append((job_id, queue))

    def after_commit(self) -> None:
        for job_id, queue in self._bells:
            self.database.ring(job_id, queue)
        self._bells.clear()
