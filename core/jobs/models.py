"""The tables: a job, and each attempt at it that did not simply succeed."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Index, String, Text, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column

from core import rls
from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID

LEASE = timedelta(seconds=60)  # renewed every BEAT while the work goes on
BEAT = 15.0  # seconds
RING_AGAIN = timedelta(seconds=10)
KEEP_DONE = timedelta(days=2)
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(hours=1)
SUDDEN_DEATHS = 12  # starts beyond the retries, for jobs whose workers were killed by somebody else


class JobStatus(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


#: Somebody or something still has to act.
UNSETTLED = (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DEAD)


class Outcome(enum.StrEnum):
    """How an attempt ended."""

    DONE = "done"
    FAILED = "failed"
    LOST = "lost"
    GIVEN_BACK = "given_back"
    PUT_OFF = "put_off"


class Job(Base):
    """`due_at` is domain time; `lease_until`, `rung_at`, `started_at` and `finished_at` are the machine's.

    `attempts` counts towards the retries and starts anew with a replay; `starts` only grows and numbers the attempts.
    """

    __tablename__ = "core_job"
    __table_args__ = (
        Index("ix_core_job_status_due_at", "status", "due_at"),
        Index("ix_core_job_started_by_created_at", "started_by", "created_at"),
    )
    id: Mapped[TypeID] = mapped_column(IdColumn("job"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    queue: Mapped[str] = mapped_column(String(40))
    args: Mapped[list[Any]] = mapped_column(Json)
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    status: Mapped[JobStatus] = mapped_column(TextEnum(JobStatus), default=JobStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    starts: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    rung_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(String(100))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    correlation: Mapped[str] = mapped_column(String(32), default="")
    started_by: Mapped[TypeID | None] = mapped_column(IdColumn("usr"))
    label: Mapped[str] = mapped_column(String(200), default="", server_default="")
    progress_done: Mapped[int | None]
    progress_total: Mapped[int | None]
    progress_text: Mapped[str] = mapped_column(String(200), default="", server_default="")
    cancel_asked_at: Mapped[datetime | None]


class JobAttempt(Base):
    """One try that is worth telling: it failed, its worker died, or it succeeded after others had failed."""

    __tablename__ = "core_job_attempt"
    __table_args__ = (UniqueConstraint("job_id", "number"),)
    id: Mapped[TypeID] = mapped_column(IdColumn("jat"), primary_key=True)
    job_id: Mapped[TypeID] = mapped_column(IdColumn("job"))
    number: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(TextEnum(Outcome))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    error: Mapped[str | None] = mapped_column(Text)


def is_due(now: datetime) -> ColumnElement[bool]:
    """What was wanted at once stays due when the clock is set back behind the moment at which it was written."""
    return or_(Job.due_at <= now, Job.due_at <= Job.created_at)


# A partner's own work asks for jobs; what others' jobs are about is the hub's to read.
rls.guard(Job.__table__, rls.WRITE_ONLY)
rls.guard(JobAttempt.__table__, rls.WRITE_ONLY)
