"""The period of a report as it stands in the address: days of the programme's zone, first and last included."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

PRESETS = {"7d": 7, "28d": 28, "90d": 90, "365d": 365}
DEFAULT = "28d"
LONGEST_DAYS = 366
#: Nothing was counted before it, and no calendar has a period before the year 1.
EARLIEST_YEAR = 1970
#: No calendar of a browser goes on for ever, and none of ours does.
LATEST_YEAR = 9000


@dataclass(frozen=True, slots=True)
class Period:
    """`key` is a preset, or `custom`."""

    first: date
    last: date
    key: str

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=at) for at in range((self.last - self.first).days + 1)]

    @property
    def before(self) -> "Period":
        """The same number of days just before, for comparison."""
        length = (self.last - self.first).days + 1
        return Period(self.first - timedelta(days=length), self.first - timedelta(days=1), self.key)

    @property
    def parameters(self) -> dict[str, str]:
        """What brings this period back."""
        if self.key != "custom":
            return {"period": self.key}
        return {"period": "custom", "from": self.first.isoformat(), "to": self.last.isoformat()}


class BadPeriod(ValueError):
    """`field` is `from` or `to`; `code` says what is wrong with it."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


def read_period(told: Mapping[str, str], today: date) -> Period:
    """Raises BadPeriod for days that do not exist, an end before the beginning, and more than a year.

    A form without script sends the preset and both days. `shown` is what the days said before: whoever changed them means them.
    """
    key = told.get("period", "")
    days = f"{told.get('from', '')}.{told.get('to', '')}"
    changed = "shown" in told and days != told["shown"]
    if key == "custom" or changed or (not key and days != "."):
        return _custom(told, today)
    key = key if key in PRESETS else DEFAULT
    return Period(today - timedelta(days=PRESETS[key] - 1), today, key)


def _custom(told: Mapping[str, str], today: date) -> Period:
    last = _day(told.get("to", ""), "to") if told.get("to") else today
    first = _day(told.get("from", ""), "from")
    if first > last:
        raise BadPeriod("to", "before_from")
    if (last - first).days + 1 > LONGEST_DAYS:
        raise BadPeriod("from", "too_long")
    return Period(first, last, "custom")


def _day(text: str, field: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadPeriod(field, "no_such_day") from None
    if not EARLIEST_YEAR <= day.year < LATEST_YEAR:
        raise BadPeriod(field, "no_such_day")
    return day
