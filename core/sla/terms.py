"""The programme section `service_levels`: how quickly the vendor answers, when somebody is there, and what silence costs (A-31, N-05)."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Self
from zoneinfo import available_timezones

import holidays
from pydantic import field_validator, model_validator

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.programme import ProgrammeSection, term
from core.sla.kinds import Consequence, clock_kinds

_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Asked of the file system once: it takes longer than all the rest of a check."""
    return frozenset(available_timezones())


class Who(StrEnum):
    """Whom an escalation level tells: those who decide, the second line, the last one. `hub/grants.py` says who that is."""

    REVIEWERS = "reviewers"
    SECOND = "second"
    LAST = "last"


class Office(ProgrammeSection):
    """A business calendar: the hours of one region and the public holidays of one country or a part of it."""

    country: str = term("DE", _l("Country"), _l("Two letters; its public holidays are closed."), pattern="^[A-Z]{2}$")
    subdivision: str = term(
        "BE", _l("State or province"), _l("Code of the part of the country whose holidays count, such as BE for Berlin; may be empty.")
    )
    zone: str = term("Europe/Berlin", _l("Time zone"), _l("Name of the time zone in which the hours are meant."))
    opens: str = term("09:00", _l("Opens at"), _l("Hour and minute, such as 09:00."))
    closes: str = term("17:00", _l("Closes at"), _l("Hour and minute, such as 17:00; 24:00 is the end of the day."))
    weekdays: tuple[int, ...] = term((1, 2, 3, 4, 5), _l("Working days"), _l("Days of the week, 1 is Monday and 7 is Sunday."))
    also_closed: tuple[date, ...] = term((), _l("Also closed on"), _l("Days on which nobody is there besides the public holidays."))

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in _zones():
            raise ValueError(_("This is the name of no time zone. Write one such as Europe/Berlin."))
        return zone

    @field_validator("opens", "closes")
    @classmethod
    def _an_hour(cls, told: str) -> str:
        if not _HOUR.fullmatch(told):
            raise ValueError(_('Write the hour and the minute in quotes, such as "09:00".'))
        return told

    @field_validator("weekdays")
    @classmethod
    def _days_of_a_week(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if not days or not set(days) <= set(range(1, 8)):
            raise ValueError(_("Working days are numbers from 1 to 7, and there is at least one."))
        return tuple(sorted(set(days)))

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if minutes_of(self.opens) >= minutes_of(self.closes):
            raise ValueError(_("The office closes before it opens."))
        supported = holidays.list_supported_countries()
        if self.country not in supported:
            raise ValueError(_("No public holidays are known for this country."))
        if self.subdivision and self.subdivision not in supported[self.country]:
            raise ValueError(_("No public holidays are known for this part of the country."))
        return self


class Escalation(ProgrammeSection):
    """One level: after so much of the time somebody is told."""

    percent: int = term(100, _l("After"), _l("Share of the agreed time after which this level is told."), unit="percent", ge=1, le=1000)
    who: Who = term(Who.REVIEWERS, _l("Who is told"), _l("reviewers: whoever may decide; second: the second line; last: the channel lead."))


def _levels() -> tuple[Escalation, ...]:
    return (Escalation(percent=80, who=Who.REVIEWERS), Escalation(percent=100, who=Who.SECOND), Escalation(percent=150, who=Who.LAST))


class ServiceLevel(ProgrammeSection):
    """How long one kind of decision may take. Hours and days add up; a day is as long as the office is open."""

    hours: int = term(0, _l("Business hours"), _l("Opening hours within which it is decided."), unit="hours", ge=0, le=2000)
    days: int = term(0, _l("Business days"), _l("Business days within which it is decided, added to the hours."), unit="days", ge=0, le=250)
    office: str = term("", _l("Calendar"), _l("Name of the calendar that counts; empty for the one of the partner's region."))
    escalations: tuple[Escalation, ...] = term(_levels, _l("Escalation"), _l("Who is told when, in the order of their shares."), max_length=5)
    consequence: Consequence = term(
        Consequence.ESCALATE,
        _l("If nobody decides"),
        _l(
            "approve: it counts as approved; extend_protection: the protection lasts longer by each day of delay; escalate: the levels above are told, no more."
        ),
    )

    @model_validator(mode="after")
    def _has_a_time(self) -> Self:
        if not self.hours and not self.days:
            raise ValueError(_("A service level needs hours or days."))
        percents = [level.percent for level in self.escalations]
        if percents != sorted(set(percents)):
            raise ValueError(_("Escalation levels come in the order of their shares, each share once."))
        return self


def _clocks() -> dict[str, ServiceLevel]:
    return {kind.name: ServiceLevel(hours=kind.hours, days=kind.days, consequence=kind.consequence) for kind in clock_kinds()}


def _offices() -> dict[str, Office]:
    return {"default": Office(), "uki": Office(country="GB", subdivision="ENG", zone="Europe/London")}


class ServiceLevels(ProgrammeSection):
    """A kind of clock that a version does not name runs as the release says; a region without a calendar has the default one."""

    clocks: dict[str, ServiceLevel] = term(_clocks, _l("Service levels"), _l("By kind of decision: how long it may take and what happens then."))
    calendars: dict[str, Office] = term(_offices, _l("Business calendars"), _l("By region of the partner; “default” counts for all others."))
    appeal_days: int = term(30, _l("Days to appeal"), _l("How many days after a decision a partner may appeal."), unit="days", ge=1, le=365)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        possible = {kind.name: kind.consequences for kind in clock_kinds()}
        for name, level in self.clocks.items():
            if name not in possible:
                raise ValueError(_("There is no clock %(name)s.", name=name[:60]))
            if level.consequence not in possible[name]:
                raise ValueError(_("%(consequence)s is no consequence for %(name)s.", consequence=level.consequence.value, name=name))
            if level.office and level.office not in self.calendars:
                raise ValueError(_("There is no calendar %(name)s.", name=level.office[:60]))
        if "default" not in self.calendars:
            raise ValueError(_("A calendar named default is needed."))
        return self

    def level(self, kind: str) -> ServiceLevel:
        return self.clocks.get(kind) or _clocks()[kind]

    def office_of(self, kind: str, region: str) -> tuple[str, Office]:
        """Name and hours of the calendar that counts."""
        name = self.level(kind).office or (region if region in self.calendars else "default")
        return name, self.calendars[name]


def minutes_of(told: str) -> int:
    hours, _colon, minutes = told.partition(":")
    return int(hours) * 60 + int(minutes)
