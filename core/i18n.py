"""Text, dates, numbers and languages for the reader.

The active locale is a context variable, so that services, jobs and views translate alike. Catalogues are read from
`locales/<locale>/LC_MESSAGES/messages.po` directly: no compiled file can go stale.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, Translations

DEFAULT_LOCALE = "en"
CATALOGUES = Path(__file__).resolve().parent.parent / "locales"
RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur", "ps", "yi", "dv", "ckb", "sd", "ug"})
#: Longer than any language tag in use (RFC 5646, 4.4.1): what strangers send is cut off here, before it is taken apart.
LONGEST_TAG = 35
_active: ContextVar[str] = ContextVar("locale", default=DEFAULT_LOCALE)


@lru_cache(maxsize=32)
def catalogue(locale: str) -> Translations:
    """The gettext catalogue of one locale, with its language's catalogue behind it; empty for English."""
    found = Translations()
    for step in reversed(fallback_chain(locale)):
        source = CATALOGUES / step.replace("-", "_") / "LC_MESSAGES" / "messages.po"
        if source.exists():
            compiled = io.BytesIO()
            with source.open("rb") as handle:
                write_mo(compiled, read_po(handle))
            compiled.seek(0)
            layer = Translations(compiled)
            layer.add_fallback(found)
            found = layer
    return found


@lru_cache(maxsize=1)
def catalogue_locales() -> tuple[str, ...]:
    """Every language with a catalogue, complete or not; English is the language of the sources."""
    found = sorted(source.parent.parent.name.replace("_", "-") for source in CATALOGUES.glob("*/LC_MESSAGES/messages.po"))
    return (DEFAULT_LOCALE, *found)


@lru_cache(maxsize=1)
def catalogues_hash() -> str:
    """Changes with any translation: what was rendered with older words can be told by it."""
    content = hashlib.sha256()
    for source in sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po")):
        content.update(source.read_bytes())
    return content.hexdigest()[:16]


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Everything inside is translated and formatted for `locale`."""
    token = _active.set(locale)
    try:
        yield
    finally:
        _active.reset(token)


def set_locale(locale: str) -> None:
    """For the edge of a request, which lives in a context of its own."""
    _active.set(locale)


def active_locale() -> str:
    return _active.get()


def gettext(message: str, **slots: Any) -> str:
    """Translate a whole sentence; named slots are filled afterwards."""
    text = catalogue(active_locale()).gettext(message) if message else ""
    return text % slots if slots else text


def ngettext(singular: str, plural: str, n: int, **slots: Any) -> str:
    text = catalogue(active_locale()).ngettext(singular, plural, n)
    return text % {"n": n, **slots}


def pgettext(context: str, message: str, **slots: Any) -> str:
    text = str(catalogue(active_locale()).pgettext(context, message))
    return text % slots if slots else text


def lazy_gettext(message: str, **slots: Any) -> LazyProxy:
    """For text that is named at import time and read by somebody later."""
    return LazyProxy(gettext, message, enable_cache=False, **slots)


def normalise_locale(tag: str) -> str:
    """BCP 47 in its usual case (`pt-br` → `pt-BR`); raises ValueError for a tag that names no known language.

    Babel reads some tags as others (`in` as Indonesian, `de-ZZ` as de-DE); those are refused here, once.
    """
    if len(tag) > LONGEST_TAG:
        raise ValueError(f"unknown language tag: {tag[:40]!r}")
    return _normalised(tag)


@lru_cache(maxsize=512)
def _normalised(tag: str) -> str:
    parsed = _parse(tag)
    wanted = tag.replace("_", "-").lower().split("-")
    if parsed is None or parsed.language.lower() != wanted[0]:
        raise ValueError(f"unknown language tag: {tag[:40]!r}")
    parts = [parsed.language, parsed.script, parsed.territory]
    kept = [part for part in parts if part and part.lower() in wanted]
    if [part.lower() for part in kept] != wanted:
        raise ValueError(f"unknown language tag: {tag[:40]!r}")
    return "-".join(kept)


def _parse(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return None


def babel_locale(tag: str) -> Locale:
    """The Babel locale for formatting; unknown tags fall back to English rather than fail a page."""
    return _parse(tag) or Locale.parse(DEFAULT_LOCALE)


@lru_cache(maxsize=512)
def fallback_chain(tag: str, default: str = DEFAULT_LOCALE) -> tuple[str, ...]:
    """`de-AT` → (de-AT, de, en): the order in which localizations are looked for."""
    parts = tag.split("-")
    chain = ["-".join(parts[:size]) for size in range(len(parts), 0, -1)]
    if default not in chain:
        chain.append(default)
    return tuple(chain)


def direction(tag: str) -> str:
    """`rtl` or `ltr`, by language, unless the tag names a script."""
    parts = tag.split("-")
    if "Latn" in parts or "Cyrl" in parts:
        return "ltr"
    return "rtl" if parts[0].lower() in RIGHT_TO_LEFT or "Arab" in parts or "Hebr" in parts else "ltr"


def negotiate(wanted: Iterable[str], available: Iterable[str], default: str = DEFAULT_LOCALE) -> str:
    """The first wanted tag that is available, exactly or by its language."""
    offered = {tag.lower(): tag for tag in available}
    for tag in (tag for tag in wanted if len(tag) <= LONGEST_TAG):
        for step in fallback_chain(tag.replace("_", "-"), default=tag):
            if step.lower() in offered:
                return offered[step.lower()]
    return default


def language_name(tag: str, reader: str | None = None) -> str:
    """`Deutsch` for `de` (its own name), or its name in the reader's language."""
    locale = _parse(tag)
    if locale is None:
        return tag
    name = locale.get_display_name(reader or tag) if reader else locale.get_display_name()
    return str(name or tag)


def format_date(value: date | datetime, style: str = "medium", locale: str | None = None) -> str:
    return dates.format_date(value, format=style, locale=babel_locale(locale or active_locale()))  # type: ignore[arg-type]


def format_datetime(value: datetime, zone: ZoneInfo, style: str = "medium", locale: str | None = None) -> str:
    """Date and time in the programme's zone, zone named by the caller where it matters."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return dates.format_datetime(aware, format=style, tzinfo=zone, locale=babel_locale(locale or active_locale()))  # type: ignore[arg-type]


def format_number(value: int | float | Decimal, locale: str | None = None) -> str:
    return numbers.format_decimal(value, locale=babel_locale(locale or active_locale()))


def format_percent(value: float, digits: int = 1, locale: str | None = None) -> str:
    pattern = "#,##0." + "0" * digits + " %" if digits else "#,##0 %"
    return numbers.format_percent(value, format=pattern, locale=babel_locale(locale or active_locale()))


def format_list(words: list[str], locale: str | None = None) -> str:
    return lists.format_list(words, locale=babel_locale(locale or active_locale()))
