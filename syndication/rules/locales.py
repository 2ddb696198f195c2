"""Which language a reader gets, and when a translation has fallen behind."""

from __future__ import annotations

from collections.abc import Iterable

from core.i18n import DEFAULT_LOCALE, fallback_chain


def choose_locale(wanted: str, available: Iterable[str], default: str = DEFAULT_LOCALE) -> str | None:
    """The localization to show: the wanted one, its language, a regional form of its language, then the default.

    None when even the default is missing: an item in a language that nobody asked for is worse than no item.
    """
    offered = sorted(set(available))
    by_case = {tag.lower(): tag for tag in offered}
    language = wanted.split("-")[0].lower()
    for step in fallback_chain(wanted, default):
        if step.lower() in by_case and step.split("-")[0].lower() == language and _same_script(wanted, step):
            return by_case[step.lower()]
    for tag in offered:
        if tag.split("-")[0].lower() == language and _same_script(wanted, tag):
            return tag
    return by_case.get(default.lower())


_TRADITIONAL = {"tw", "hk", "mo", "hant"}


def _same_script(one: str, other: str) -> bool:
    """Chinese for Taiwan is no stand-in for Chinese for the mainland: another script."""
    if one.split("-")[0].lower() != "zh":
        return True
    return bool(_TRADITIONAL & set(one.lower().split("-"))) == bool(_TRADITIONAL & set(other.lower().split("-")))


def is_stale(source_locale: str, locale: str, asset_revision: int, source_revision: int) -> bool:
    """A translation made from an older revision of the source text (requirement A-57). The source is never stale."""
    return locale != source_locale and source_revision < asset_revision


def translation_status(source_locale: str, locale: str, asset_revision: int, source_revision: int) -> str:
    """`current` or `stale`; the states before these are set by people, not computed."""
    return "stale" if is_stale(source_locale, locale, asset_revision, source_revision) else "current"
