"""The words of a notice, from its template, in the reader's language: a subject, paragraphs, and what the button says.

Templates have the blocks `subject`, `body` (paragraphs apart by an empty line) and `action`. A kind may add an `.html` with the block
`body`; without one the paragraphs are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateNotFound, pass_context
from jinja2.runtime import Context

from core import i18n
from core.errors import NotFound
from core.i18n import gettext as _
from core.money import Money
from core.notices.kinds import KINDS, NoticeKind

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.notices.models import Notice

_ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Words:
    """`subject` is one line; `html` is empty where the paragraphs say it all."""

    subject: str
    paragraphs: tuple[str, ...] = ()
    action: str = ""
    html: str = ""


def words_of(ctx: Ctx, notice: Notice) -> Words:
    """For the reader of `ctx`; the active locale must be theirs."""
    kind = KINDS.get(notice.kind)
    if kind is None:
        return Words(_("A notice of a kind that is no longer used"))
    try:
        values = kind.values(ctx, notice.params)
    except NotFound:
        values = None
    if values is None:
        return Words(_("What this notice was about is no longer there"))
    return words(kind, values, ctx.clock.zone)


def sample_words(kind: NoticeKind, zone: Any) -> Words:
    """For the preview, in the active locale."""
    return words(kind, kind.sample(), zone)


def words(kind: NoticeKind, values: Mapping[str, Any], zone: Any) -> Words:
    """The template with these values, in the active locale."""
    filled = {**values, "zone": zone}
    text = environment(False).get_template(kind.text_template)
    body = _block(text, "body", filled)
    try:
        html = _block(environment(True).get_template(kind.html_template), "body", filled)
    except TemplateNotFound:
        html = ""
    return Words(
        subject=one_line(_block(text, "subject", filled)),
        paragraphs=tuple(one_line(part) for part in body.split("\n\n") if part.strip()),
        action=one_line(_block(text, "action", filled)) or _("Open"),
        html=html,
    )


def one_line(text: str) -> str:
    """Without line ends and control characters: what stands in a header or a list is one line."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _block(template: Template, name: str, values: Mapping[str, Any]) -> str:
    block = template.blocks.get(name)
    return "".join(block(template.new_context(dict(values)))) if block else ""


@lru_cache(maxsize=2)
def environment(html: bool) -> Environment:
    """Templates of all rooms, without Flask: mails are rendered by workers. A value that is missing is a bug and raises."""
    folders = sorted(str(path) for path in _ROOT.glob("*/templates") if path.is_dir())
    # Plain text is not escaped: it never stands in a page but through another template that escapes it.
    made = Environment(loader=FileSystemLoader(folders), autoescape=html, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    made.globals.update(_=i18n.gettext, gettext=i18n.gettext, ngettext=i18n.ngettext, pgettext=i18n.pgettext)
    made.filters.update(day=_day, moment=_moment, number=i18n.format_number, money=_money, language_name=i18n.language_name)
    return made


@pass_context
def _day(context: Context, value: Any) -> str:
    """A date; values that travelled as text are read again."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(context["zone"]).date()
    return "" if value is None else i18n.format_date(value)


@pass_context
def _moment(context: Context, value: Any) -> str:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return "" if value is None else i18n.format_datetime(value, context["zone"], "short")


def _money(minor: int, currency: str) -> str:
    return Money(minor, currency).format()
