"""The decisions of this room, pure: award states, when a certificate counts, how a quiz is drawn and judged.

Sources: requirements section 6 (states), A-22 and A-24 (quiz, validity), measures section 7 (people are counted, not certificates).
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.states import StateTable, Step

_TAKE, _MANAGE = "enablement:quiz:take", "enablement:award:manage"
#: No permission of a person: only the hub's own jobs take these steps.
_CLOCK = "enablement:clock"


class AwardStatus(StrEnum):
    """Stored with each award. Only the first two and `revoked` are acts; the others follow from the dates (`status_on`)."""

    IN_PROGRESS = "in_progress"
    PASSED = "passed"
    ACTIVE = "active"
    RENEWAL_OPEN = "renewal_open"
    EXPIRED = "expired"
    REVOKED = "revoked"


class AwardAction(StrEnum):
    SUCCEED = "succeed"
    ISSUE = "issue"
    OPEN_RENEWAL = "open_renewal"
    EXPIRE = "expire"
    REVOKE = "revoke"


_S, _A = AwardStatus, AwardAction
AWARD_STATES: StateTable[AwardStatus, AwardAction] = StateTable(
    (
        Step(_S.IN_PROGRESS, _A.SUCCEED, _S.PASSED, _TAKE),
        Step(_S.PASSED, _A.ISSUE, _S.ACTIVE, _MANAGE),
        Step(_S.ACTIVE, _A.OPEN_RENEWAL, _S.RENEWAL_OPEN, _CLOCK),
        Step(_S.ACTIVE, _A.EXPIRE, _S.EXPIRED, _CLOCK),
        Step(_S.RENEWAL_OPEN, _A.EXPIRE, _S.EXPIRED, _CLOCK),
        *(Step(origin, _A.REVOKE, _S.REVOKED, _MANAGE, needs_reason=True) for origin in (_S.PASSED, _S.ACTIVE, _S.RENEWAL_OPEN)),
    )
)


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when an award holds; both days count. `renewal_from`: the first day on which it can be renewed."""

    valid_from: date
    valid_until: date
    renewal_from: date


def term_of(passed_on: date, months: int, renewal_days: int, running_until: date | None = None) -> Term:
    """A renewal before the end adds to the old end: whoever is early loses no day."""
    base = running_until if running_until is not None and running_until >= passed_on else passed_on
    until = add_months(base, months)
    return Term(passed_on, until, max(passed_on, until - timedelta(days=renewal_days)))


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def status_on(status: AwardStatus, renewal_from: date | None, valid_until: date | None, on: date) -> AwardStatus:
    """The state on a day, whatever a job has written down so far. The last day is still valid (TIER-03)."""
    if valid_until is None or status not in (_S.ACTIVE, _S.RENEWAL_OPEN, _S.EXPIRED):
        return status
    if on > valid_until:
        return _S.EXPIRED
    return _S.RENEWAL_OPEN if renewal_from is not None and on >= renewal_from else _S.ACTIVE


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate of one person. `revoked_on`: from that day on it does not count."""

    person: str
    valid_from: date
    valid_until: date
    revoked_on: date | None = None

    def counts_on(self, day: date) -> bool:
        revoked = self.revoked_on is not None and self.revoked_on <= day
        return self.valid_from <= day <= self.valid_until and not revoked


def people_certified(held: Iterable[Held], on: date) -> frozenset[str]:
    """Who holds a valid certificate on that day; each person once, however many certificates (measures section 7)."""
    return frozenset(one.person for one in held if one.counts_on(on))


#: Of several awards of one person, the one that says most about today stands first.
_TELLS_MOST = (_S.ACTIVE, _S.RENEWAL_OPEN, _S.PASSED, _S.EXPIRED, _S.REVOKED, _S.IN_PROGRESS)


def rank(status: AwardStatus, valid_until: date | None) -> tuple[int, int]:
    """Sorts a person's awards, the most telling first; of two alike the one that lasts longer."""
    return _TELLS_MOST.index(status), -(valid_until or date.min).toordinal()


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was put: its answers in the order shown, as positions in the stored order."""

    question: str
    order: tuple[int, ...]


def draw(pool: Sequence[tuple[str, int]], count: int, seed: int) -> tuple[Asked, ...]:
    """Questions of an attempt from the pool of (id, number of answers): a different choice and order each time."""
    dice = random.Random(seed)
    chosen = dice.sample(list(pool), min(count, len(pool)))
    return tuple(Asked(question, tuple(dice.sample(range(answers), answers))) for question, answers in chosen)


@dataclass(frozen=True, slots=True)
class Mark:
    """How an attempt went. `percent` is rounded down: 79.9 is not 80."""

    right: int
    asked: int
    passed: bool

    @property
    def percent(self) -> int:
        return self.right * 100 // self.asked if self.asked else 0


def judge(given: Mapping[str, int], correct: Mapping[str, int], pass_mark: int) -> Mark:
    """`given` and `correct` are positions in the stored order, by question; the limit is inclusive."""
    right = sum(1 for question, answer in correct.items() if given.get(question) == answer)
    return Mark(right, len(correct), bool(correct) and right * 100 >= pass_mark * len(correct))


def next_try_at(failed_at: datetime | None, cool_down_hours: int) -> datetime | None:
    """When the quiz opens again after a failed attempt; None: now."""
    return None if failed_at is None else failed_at + timedelta(hours=cool_down_hours)
