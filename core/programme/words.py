"""Words for the programme: titles of sections, names of what stands in them, values with their unit, and the chapters of the guide."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel.numbers import format_currency

from core.i18n import active_locale, babel_locale, format_date, format_list, format_number, format_percent, ngettext
from core.i18n import gettext as _
from core.programme.sections import Programme


@dataclass(frozen=True)
class GuideTable:
    """`head` and `rows` are words; the first cell names its row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chapter:
    """One part of the guide, in whole sentences of the reader's language."""

    key: str
    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[GuideTable, ...] = field(default=())


NameOf = Callable[[tuple[str, ...], str], str]
ValueOf = Callable[[object], str]


@dataclass(frozen=True)
class _Words:
    title: Any
    order: int
    chapter: Callable[[Programme], Chapter] | None
    name_of: NameOf | None
    value_of: ValueOf | None


_DECLARED: dict[str, _Words] = {}


def declare_words(
    name: str,
    title: Any,
    *,
    order: int,
    chapter: Callable[[Programme], Chapter] | None = None,
    name_of: NameOf | None = None,
    value_of: ValueOf | None = None,
) -> None:
    """What a room calls its section. `chapter` writes its part of the guide; `name_of(path, key)` names keys and codes, `value_of`
    the values of the room's own kinds; both are empty when they cannot."""
    _DECLARED[name] = _Words(title, order, chapter, name_of, value_of)


def section_title(name: str) -> str:
    told = _DECLARED.get(name)
    return str(told.title) if told else name.replace("_", " ").capitalize()


def chapters(programme: Programme) -> Iterator[Chapter]:
    """The guide, in its order."""
    for told in sorted(_DECLARED.values(), key=lambda one: one.order):
        if told.chapter is not None:
            yield told.chapter(programme)


def sections_in_order(programme: Programme) -> list[str]:
    """Names of the sections as the guide orders them."""
    return sorted(programme.sections, key=lambda name: (_DECLARED[name].order if name in _DECLARED else 99, name))


def name_of(section: str, path: tuple[str, ...], key: str) -> str:
    """A key or a code in words; itself when the room has none."""
    told = _DECLARED.get(section)
    return (told.name_of(path, key) if told and told.name_of else "") or key


def amount_in_words(units: int, currency: str) -> str:
    """Whole units of a currency, for the reader."""
    locale = babel_locale(active_locale())
    pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
    return str(format_currency(units, currency, format=pattern, locale=locale, currency_digits=False))


def in_words(value: Any, unit: str = "", currency: str = "") -> str:
    """A value with its unit: `90 days`, `€5,000`, `yes`."""
    if value is None or value in ((), {}, "", []):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return amount_in_words(value, currency) if currency else _counted(value, unit)
    if isinstance(value, enum.Enum):
        return next((words for told in _DECLARED.values() if told.value_of and (words := told.value_of(value))), str(value.value))
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, (tuple, list, set, frozenset)):
        return format_list([in_words(one) for one in value])
    return str(value)


def _counted(value: int, unit: str) -> str:
    if unit == "percent":
        return format_percent(value / 100, 0)
    units = {
        "days": lambda: ngettext("%(n)s day", "%(n)s days", value),
        "hours": lambda: ngettext("%(n)s hour", "%(n)s hours", value),
        "months": lambda: ngettext("%(n)s month", "%(n)s months", value),
        "times": lambda: ngettext("once", "%(n)s times", value),
    }
    return units[unit]() if unit in units and not (unit == "times" and value == 0) else format_number(value)
