"""Work is a row, the broker is a doorbell (architecture decision 3, docs/adr/0001).

A job is written in the transaction that wants it. After the commit the doorbell rings Celery, which calls `answer(id)`: that
job, and for a moment what else is due. A bell that is lost is rung again by the sweeper. Owns jobs, their attempts, the schedule and what an operator may do about them; does not
own what any job does.
"""

from core.jobs.answering import answer
from core.jobs.bells import Bells
from core.jobs.errors import Cancelled, LeaseLost, Permanent, PutOff, Retryable, judged
from core.jobs.keeping import forget_done_jobs
from core.jobs.kinds import JOBS, QUEUES, Gather, JobKind, deliver_event, job, scheduled
from core.jobs.models import (
    FIRST_RETRY,
    KEEP_DONE,
    LEASE,
    LONGEST_RETRY,
    RING_AGAIN,
    SUDDEN_DEATHS,
    UNSETTLED,
    Job,
    JobAttempt,
    JobStatus,
    Outcome,
)
from core.jobs.progress import report_progress
from core.jobs.ringing import due_jobs, oldest_due, sweep, tick, wake_schedules
from core.jobs.running import _claim, retry_after, run_job, run_until_idle
from core.jobs.writing import write_row

__all__ = [
    "FIRST_RETRY",
    "JOBS",
    "KEEP_DONE",
    "LEASE",
    "LONGEST_RETRY",
    "QUEUES",
    "RING_AGAIN",
    "SUDDEN_DEATHS",
    "UNSETTLED",
    "Bells",
    "Cancelled",
    "Gather",
    "Job",
    "JobAttempt",
    "JobKind",
    "JobStatus",
    "LeaseLost",
    "Outcome",
    "Permanent",
    "PutOff",
    "Retryable",
    "_claim",
    "answer",
    "deliver_event",
    "due_jobs",
    "forget_done_jobs",
    "job",
    "judged",
    "oldest_due",
    "report_progress",
    "retry_after",
    "run_job",
    "run_until_idle",
    "scheduled",
    "sweep",
    "tick",
    "wake_schedules",
    "write_row",
]
