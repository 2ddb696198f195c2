"""Words for the states of jobs, their attempts and their destinations, in the reader's language."""

from __future__ import annotations

from core.breaker import BreakerState
from core.i18n import pgettext
from core.jobs.models import JobStatus, Outcome

_TONES = {
    JobStatus.QUEUED: ("neutral", "waiting"),
    JobStatus.RUNNING: ("accent", "refresh"),
    JobStatus.DONE: ("positive", "check"),
    JobStatus.DEAD: ("negative", "attention"),
    JobStatus.GIVEN_UP: ("neutral", "close"),
    JobStatus.CANCELLED: ("neutral", "close"),
}


def status_label(status: JobStatus) -> str:
    return {
        JobStatus.QUEUED: pgettext("job", "Waiting"),
        JobStatus.RUNNING: pgettext("job", "Running"),
        JobStatus.DONE: pgettext("job", "Done"),
        JobStatus.DEAD: pgettext("job", "Failed"),
        JobStatus.GIVEN_UP: pgettext("job", "Given up"),
        JobStatus.CANCELLED: pgettext("job", "Cancelled"),
    }[status]


def status_tone(status: JobStatus) -> tuple[str, str]:
    return _TONES[status]


def queue_label(queue: str) -> str:
    return {"urgent": pgettext("queue", "Urgent"), "default": pgettext("queue", "Usual"), "long": pgettext("queue", "Long")}.get(queue, queue)


def outcome_label(outcome: Outcome) -> str:
    return {
        Outcome.DONE: pgettext("job", "Done"),
        Outcome.FAILED: pgettext("attempt", "Failed"),
        Outcome.LOST: pgettext("attempt", "Its worker ended"),
        Outcome.GIVEN_BACK: pgettext("attempt", "Given back when its worker was stopped"),
        Outcome.PUT_OFF: pgettext("attempt", "Put off: the destination rests"),
    }[outcome]


def breaker_label(state: BreakerState) -> str:
    return {
        BreakerState.CLOSED: pgettext("destination", "Answers"),
        BreakerState.OPEN: pgettext("destination", "Rests"),
        BreakerState.HALF_OPEN: pgettext("destination", "Is being tried"),
    }[state]
