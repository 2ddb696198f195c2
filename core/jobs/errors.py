"""What a job may raise to say whether trying again can help.

Everything else is judged by `judged`: a refusal is permanent, whatever else a job raises is tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.errors import HubError, TooMany, Unavailable
from core.i18n import gettext as _


class Permanent(HubError):
    """Trying again cannot help: the receiver has refused, or what the job is about does not exist."""

    status = 409


class Retryable(HubError):
    """Something outside failed in a way that passes; with `retry_after` seconds it has said when."""

    status = 503

    def __init__(self, code: str, message: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after


class PutOff(HubError):
    """Not tried at all: its destination rests (`core.breaker`). Uses up no attempt."""

    status = 503

    def __init__(self, code: str, wait: timedelta) -> None:
        super().__init__(code)
        self.wait = wait


class Cancelled(HubError):
    """The person who started it has asked to stop; what was done is rolled back."""

    status = 409

    def __init__(self) -> None:
        super().__init__("cancelled", _("It was cancelled by the person who had started it."))


class LeaseLost(RuntimeError):
    """Another worker took the job over while this one was slow; its work is rolled back."""


class Interrupted(SystemExit):
    """The worker has to go now: the job is rolled back and given back to others at once."""


@dataclass(frozen=True)
class Judgement:
    """`permanent`: never again. `wait`: when the other side has said how long."""

    permanent: bool
    wait: timedelta | None = None


def judged(error: Exception) -> Judgement:
    """Whether trying again can help, as far as the error says so (style.md section 3)."""
    if isinstance(error, Unavailable | TooMany | Retryable):
        return Judgement(False, timedelta(seconds=error.retry_after) if error.retry_after else None)
    said = getattr(error, "permanent", None)  # an upstream error that knows (`FetchFailed`)
    if isinstance(said, bool):
        return Judgement(said)
    return Judgement(isinstance(error, HubError))
