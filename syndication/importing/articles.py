"""One Markdown or HTML file → one ImportedItem. Fields of the head are listed in docs/import.md."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import PurePosixPath

from core.gates import clean, clean_text, safe_url
from core.i18n import gettext as _
from core.i18n import normalise_locale
from syndication.importing.dates import read_date
from syndication.importing.decoding import decode
from syndication.importing.frontmatter import Head, split_head
from syndication.importing.language import likely_tag, measured_direction, measured_language, readable_text
from syndication.importing.markdown import plain, render, text_of
from syndication.importing.model import ImportedItem, Report, Unusable
from syndication.importing.pages import read_page
from syndication.importing.pictures import ArticlePictures, PictureFinder
from syndication.importing.placing import place_of, title_from_name
from syndication.importing.template_code import Removed, html_without_template_code, without_template_code

CONTENT_TYPES = frozenset({"product_page", "white_paper", "article", "campaign_asset", "release_note", "customer_reference", "event"})
_TYPE_NAMES = {
    "blog": "article",
    "post": "article",
    "whitepaper": "white_paper",
    "product": "product_page",
    "campaign": "campaign_asset",
    "release": "release_note",
    "changelog": "release_note",
    "case_study": "customer_reference",
    "reference": "customer_reference",
    "webinar": "event",
}
HTML_SUFFIXES = frozenset({".html", ".htm"})
SUMMARY_LENGTH = 240
_FIRST_HEADING = re.compile(r"\A\s*(?:<hr\s*/?>\s*)?<h1[^>]*>(.*?)</h1>", re.DOTALL)
_MARKUP = re.compile(r"<[a-zA-Z/!]")
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_PARAGRAPH = re.compile(r"<p[^>]*>(.*?)</p>", re.DOTALL)


@dataclass(frozen=True)
class Defaults:
    """What holds for every file that does not say otherwise."""

    content_type: str = "article"
    locale: str | None = None
    base_url: str | None = None


@dataclass(frozen=True)
class _Source:
    """A file opened: its head and its body as HTML that may still hold anything."""

    head: Head
    html: str
    title: str | None  # from the body itself


def read_article(path: str, data: bytes, report: Report, finder: PictureFinder | None, defaults: Defaults = Defaults()) -> ImportedItem:
    """The article in this file; raises Unusable, with the line, when it cannot be taken in."""
    text = decode(data, report)
    suffix = PurePosixPath(path).suffix.lower()
    source = _from_html(text, report) if suffix in HTML_SUFFIXES else _from_markdown(text, report)
    head, place = source.head, place_of(path)
    base = _address(head, defaults)
    pictures = ArticlePictures(finder, path, base, report)
    if re.search(r"<img\b[^>]*\bsrc\s*=\s*[\"']?data:", source.html, re.IGNORECASE):
        report.add("warning", "image_embedded", _("A picture is written into the text: put it beside it as a file."))
    body = clean(source.html, "article", allow_image=pictures, base=base)
    prose = readable_text(body)
    locale = _locale(head, place.locale, prose, defaults, report)
    group = head.text("translation_key", "translationkey", "group") or place.group
    summary = _line(head.text("summary", "description", "excerpt") or "")
    image = head.text("image", "cover", "thumbnail")
    item = ImportedItem(
        external_key=f"{group}/{locale}",
        group=group,
        content_type=_content_type(head, defaults, report),
        title=_title(head, source, path, report),
        summary=summary or derived_summary(body),
        summary_derived=not summary,
        author=_author(head),
        published_on=_published_on(head, report),
        tags=tuple(map(_line, head.words("tags", "keywords"))),
        locale=locale,
        likely_tag=likely_tag(locale, prose),
        direction=measured_direction(prose),
        measured_language=measured_language(prose),
        body_html=body,
        source_path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        raw=text,
        campaign=head.text("campaign"),
        collection=head.text("collection"),
        source_url=base,
        image=pictures(image) if image else None,
        image_alt=_line(head.text("image_alt", "alt") or ""),
        images=tuple(pictures.found),
        remote_images=tuple(pictures.remote),
    )
    _check_language(item, report)
    if not prose.strip() and not item.images:
        raise Unusable("empty", _("The file holds no text below its head: write the article or remove the file."), 1)
    return item


def _from_markdown(text: str, report: Report) -> _Source:
    head, body = split_head(text)
    values = {name: value for name in head.fields if (value := head.text(name))}
    body, removed = without_template_code(body, values)
    _report_removed(removed, head.body_line - 1, report)
    html = render(body)
    heading = _FIRST_HEADING.match(html)
    if heading is None:
        return _Source(head, html, None)
    return _Source(head, html[heading.end() :], text_of(heading[1]))


def _from_html(text: str, report: Report) -> _Source:
    head, body = split_head(text)
    body, removed = html_without_template_code(body)
    _report_removed(removed, head.body_line - 1, report)
    page = read_page(body)
    fields = {**page.fields, **head.fields}
    return _Source(Head(fields, head.lines, head.body_line), page.body, page.title)


def _report_removed(removed: Sequence[Removed], offset: int, report: Report) -> None:
    for found in removed:
        line = found.line + offset
        if found.done:
            report.add("info", "template_code", _("The command “%(name)s” was carried out.", name=found.name), line)
        else:
            text = _("The command “%(name)s” of the site generator was left out: check the passage.", name=found.name)
            report.add("warning", "template_code", text, line)


def _line(text: str) -> str:
    """A field of the head as plain text: no commands, no markup; `&eacute;` is the letter it stands for."""
    stripped, _removed = without_template_code(text, {})
    return text_of(stripped) if _MARKUP.search(stripped) else clean_text(_ENTITY.sub(lambda found: unescape(found[0]), stripped))


def _title(head: Head, source: _Source, path: str, report: Report) -> str:
    title = _line(head.text("title") or "") or source.title
    if title:
        return title
    report.add("warning", "title_missing", _("There is no title: add “title: …” to the head of the file."), 1)
    return title_from_name(path)


def _author(head: Head) -> str | None:
    return plain(head.text("author", "authors") or "") or None


def _address(head: Head, defaults: Defaults) -> str | None:
    """Where the article stands on the vendor's own site: relative links are read from there."""
    own = head.text("source_url", "canonical_url", "url", "permalink") or ""
    return safe_url(own, base=defaults.base_url) or defaults.base_url


def _published_on(head: Head, report: Report) -> date | None:
    written = head.text("date", "published", "published_on", "publishdate")
    if written is None:
        report.add("info", "date_missing", _("There is no date; none was invented. Add “date: 2026-01-31” to have one."))
        return None
    try:
        return read_date(written)
    except (ValueError, TypeError):
        line = head.line("date", "published", "published_on", "publishdate")
        text = _("date: “%(value)s” is no date: write it as year-month-day, such as 2026-01-31.", value=written[:40])
        raise Unusable("date_invalid", text, line) from None


def _content_type(head: Head, defaults: Defaults, report: Report) -> str:
    written = head.text("type", "content_type", "kind")
    if written is None:
        return defaults.content_type
    name = written.lower().replace("-", "_").replace(" ", "_")
    name = _TYPE_NAMES.get(name, name)
    if name in CONTENT_TYPES:
        return name
    known = ", ".join(sorted(CONTENT_TYPES))
    text = _(
        "type: “%(value)s” is not known; “%(used)s” was taken. Known types: %(known)s.",
        value=written[:40],
        used=defaults.content_type,
        known=known,
    )
    report.add("warning", "type_unknown", text, head.line("type", "content_type", "kind"))
    return defaults.content_type


def _locale(head: Head, from_path: str | None, prose: str, defaults: Defaults, report: Report) -> str:
    written = head.text("lang", "language", "locale")
    if written is not None:
        try:
            return normalise_locale(written)
        except ValueError:
            text = _("lang: “%(value)s” is no language tag: write it like “de” or “pt-BR”.", value=written[:40])
            raise Unusable("language_unknown", text, head.line("lang", "language", "locale")) from None
    if from_path or defaults.locale:
        return from_path or str(defaults.locale)
    measured = measured_language(prose)
    if measured is None:
        text = _("The language is not stated and the text is too short to tell: add “lang: en” to the head of the file.")
        raise Unusable("language_missing", text, 1)
    report.add("info", "language_measured", _("No language is stated; the text reads as “%(tag)s”.", tag=measured))
    return measured


def _check_language(item: ImportedItem, report: Report) -> None:
    if not item.language_agrees:
        text = _(
            "The text is stated to be “%(stated)s” but is written in “%(measured)s”: translate it or correct the tag.",
            stated=item.locale,
            measured=item.measured_language,
        )
        report.add("warning", "language_differs", text)


def derived_summary(body: str) -> str:
    """The first paragraph as plain text, cut at a sentence or a word."""
    for paragraph in _PARAGRAPH.finditer(body):
        text = text_of(paragraph[1])
        if len(text) >= 20 or any(ord(char) > 0x2E80 for char in text):
            return shortened(text, SUMMARY_LENGTH)
    return shortened(text_of(body), SUMMARY_LENGTH)


def shortened(text: str, length: int) -> str:
    """At most `length` characters, ending with a sentence where one ends in the second half, else with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    ends = [found.end() for found in re.finditer(r"[.!?؟](?=\s)|[。！？]", cut)]
    if ends and ends[-1] > length // 2:
        return cut[: ends[-1]]
    space = cut.rfind(" ")
    return (cut[:space] if space > length // 2 else cut).rstrip(" ,;:–—") + "…"
