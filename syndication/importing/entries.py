"""One entry of any feed → one ImportedItem: what XML and JSON feeds have in common."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from core.gates import clean, clean_text, safe_url
from core.i18n import gettext as _
from core.i18n import normalise_locale
from syndication.importing.articles import Defaults, derived_summary, shortened
from syndication.importing.language import likely_tag, measured_direction, measured_language, readable_text
from syndication.importing.markdown import text_of
from syndication.importing.model import ImportedItem, Report, Unusable
from syndication.importing.pictures import ArticlePictures
from syndication.importing.template_code import html_without_template_code


@dataclass(frozen=True)
class FeedFacts:
    """What the feed says for all its entries."""

    language: str | None
    base_url: str | None
    author: str | None


@dataclass(frozen=True)
class Entry:
    """Title, summary and body are HTML that may hold anything. A `published_on` that is a str is no date."""

    line: int | None
    key: str
    title: str
    summary: str
    body: str
    link: str | None
    author: str | None
    language: str | None
    published_on: date | str | None
    tags: tuple[str, ...]
    image: str | None
    raw: str


def item_of(entry: Entry, facts: FeedFacts, name: str, report: Report, defaults: Defaults) -> ImportedItem:
    """The entry as an item; raises Unusable, with its line in the feed, when it cannot be taken in."""
    base = safe_url(entry.link or "", base=facts.base_url or defaults.base_url) or facts.base_url
    pictures = ArticlePictures(None, name, base, report)
    if entry.image:
        pictures(entry.image)
    html, _removed = html_without_template_code(entry.body)
    body = clean(html, "article", allow_image=pictures, base=base)
    prose = readable_text(body)
    title = text_of(entry.title) or shortened(clean_text(prose), 80)
    if not title:
        raise Unusable("empty", _("The entry %(key)s has neither title nor text.", key=entry.key[:80]), entry.line)
    locale = _locale(entry, facts, f"{title} {prose}", report, defaults)
    summary = text_of(entry.summary)
    return ImportedItem(
        external_key=f"{entry.key}/{locale}",
        group=entry.key,
        content_type=defaults.content_type,
        title=title,
        summary=summary or derived_summary(body),
        summary_derived=not summary,
        author=clean_text(entry.author or facts.author or "") or None,
        published_on=_day(entry, report),
        tags=tuple(tag for raw in entry.tags if (tag := clean_text(raw))),
        locale=locale,
        likely_tag=likely_tag(locale, prose),
        direction=measured_direction(prose),
        measured_language=measured_language(prose),
        body_html=body,
        source_path=name,
        sha256=hashlib.sha256(entry.raw.encode("utf-8", "replace")).hexdigest(),
        raw=entry.raw,
        source_url=base if entry.link else None,
        remote_images=tuple(dict.fromkeys(pictures.remote)),
    )


def _day(entry: Entry, report: Report) -> date | None:
    if isinstance(entry.published_on, str):
        text = _("date: “%(value)s” is no date: correct it in the feed.", value=entry.published_on[:40])
        raise Unusable("date_invalid", text, entry.line)
    if entry.published_on is None:
        report.add(
            "info",
            "date_missing",
            _("The entry %(key)s has no date; none was invented.", key=entry.key[:80]),
            entry.line,
        )
    return entry.published_on


def _locale(entry: Entry, facts: FeedFacts, prose: str, report: Report, defaults: Defaults) -> str:
    stated = entry.language or facts.language
    if stated:
        try:
            return normalise_locale(stated)
        except ValueError:
            text = _("language: “%(value)s” is no language tag.", value=stated[:40])
            report.add("warning", "language_unknown", text, entry.line)
    found = defaults.locale or measured_language(prose)
    if found is None:
        text = _("The entry %(key)s states no language and is too short to tell: state it in the feed.", key=entry.key[:80])
        raise Unusable("language_missing", text, entry.line)
    return found
