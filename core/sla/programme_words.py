"""The programme's part about how quickly the vendor answers, in words (S-185)."""

from __future__ import annotations

from babel.dates import get_timezone_location

from core.i18n import active_locale, babel_locale, format_list, ngettext
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.programme import Programme
from core.programme.words import Chapter, GuideTable, declare_words
from core.sla.kinds import Consequence, clock_kinds
from core.sla.terms import Office, ServiceLevel, ServiceLevels, Who


def chapter(programme: Programme) -> Chapter:
    terms = programme.section(ServiceLevels)
    levels = tuple(
        (str(kind.label), duration(terms.level(kind.name)), consequence_words(terms.level(kind.name).consequence)) for kind in clock_kinds()
    )
    offices = tuple((_region(name), _days(office), _hours(office)) for name, office in terms.calendars.items())
    tables = [GuideTable(_("When somebody is there"), (_("Region"), _("Working days"), _("Hours")), offices)]
    if levels:
        tables.insert(0, GuideTable(_("How long a decision may take"), (_("Decision"), _("At most"), _("If nobody decides")), levels))
    return Chapter("service_levels", _("How quickly we answer"), _sentences(terms), tuple(tables))


def _sentences(terms: ServiceLevels) -> tuple[str, ...]:
    return (
        _(
            "Every decision that you wait for has a clock. It counts only the hours in which somebody is there, and stands still while a question to you is open."
        ),
        ngettext("You may appeal against a decision within %(n)s day.", "You may appeal against a decision within %(n)s days.", terms.appeal_days),
    )


def duration(level: ServiceLevel) -> str:
    """`2 business days`, `16 business hours`."""
    days = ngettext("%(n)s business day", "%(n)s business days", level.days) if level.days else ""
    hours = ngettext("%(n)s business hour", "%(n)s business hours", level.hours) if level.hours else ""
    return format_list([part for part in (days, hours) if part])


def consequence_words(consequence: Consequence) -> str:
    return {
        Consequence.APPROVE: _("It counts as approved."),
        Consequence.EXTEND_PROTECTION: _("The protection lasts longer by each day of delay."),
        Consequence.ESCALATE: _("The next person in charge is told."),
    }[consequence]


def _region(name: str) -> str:
    return _("All other regions") if name == "default" else name.upper()


def _days(office: Office) -> str:
    names = babel_locale(active_locale()).days["format"]["wide"]
    return format_list([str(names[day - 1]) for day in office.weekdays])


def _hours(office: Office) -> str:
    place = get_timezone_location(office.zone, locale=babel_locale(active_locale()), return_city=True)
    return _("%(opens)s to %(closes)s (time in %(place)s)", opens=office.opens, closes=office.closes, place=place)


def name_of(path: tuple[str, ...], key: str) -> str:
    if path == ("clocks",):
        return next((str(kind.label) for kind in clock_kinds() if kind.name == key), "")
    if path == ("calendars",):
        return _region(key)
    return _("Level %(n)s", n=key) if path[-1:] == ("escalations",) else ""


def value_of(value: object) -> str:
    if isinstance(value, Consequence):
        return consequence_words(value)
    if isinstance(value, Who):
        return {Who.REVIEWERS: _("whoever may decide"), Who.SECOND: _("the second line"), Who.LAST: _("the channel lead")}[value]
    return ""


declare_words("service_levels", _l("How quickly we answer"), order=50, chapter=chapter, name_of=name_of, value_of=value_of)
