"""The words of a mail: one notice, or a morning's digest of several, in the reader's language and with the reader's eyes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.i18n import active_locale, direction, ngettext
from core.i18n import gettext as _
from core.notices.kinds import KINDS
from core.notices.models import Notice
from core.notices.texts import Words, environment, words_of
from core.signed_actions import ACTIONS
from core.web.templating import RenderedPart

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.mail.models import Mail
    from core.settings import Settings

DIGEST = "core.digest"
#: A digest shows so many; the rest is counted and stands in the list.
SHOWN = 40
_HERE = Path(__file__).resolve().parent
_TOKENS = _HERE.parent / "static" / "core" / "css" / "tokens.css"


@dataclass(frozen=True)
class Item:
    title: str
    paragraphs: tuple[str, ...]
    action: str
    href: str
    html: RenderedPart = RenderedPart()
    link: str = ""
    link_label: str = ""


@dataclass(frozen=True)
class Letter:
    """Everything the two templates say; addresses are absolute."""

    subject: str
    sender: str
    items: tuple[Item, ...]
    why: str
    settings_href: str
    list_href: str
    unsubscribe_href: str = ""
    is_digest: bool = False
    more: str = ""


def letter_for(ctx: Ctx, mail: Mail, *, link: str, unsubscribe: str) -> Letter | None:
    """What the mail says to the reader of `ctx`; None when it has nothing to say any more."""
    mine = select(Notice).where(Notice.mail_id == mail.id, Notice.user_id == mail.user_id)
    notices = list(ctx.session.scalars(mine.order_by(Notice.id.desc()).limit(SHOWN)))
    if not notices:
        return None
    if mail.kind == DIGEST:
        total = ctx.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
        return _digest(ctx, notices, total)
    said = words_of(ctx, notices[0])
    label = str(ACTIONS[notices[0].action].label) if notices[0].action in ACTIONS else said.action if link else ""
    return single(
        ctx.settings, said, notices[0].href, side(ctx.actor.partner_id), kind=mail.kind, link=link, link_label=label, unsubscribe=unsubscribe
    )


def single(
    settings: Settings, said: Words, href: str, face: str, *, kind: str, link: str = "", link_label: str = "", unsubscribe: str = ""
) -> Letter:
    """One notice as a mail."""
    item = Item(said.subject, said.paragraphs, said.action, settings.url + href, RenderedPart(said.html), link, link_label)
    declared = KINDS.get(kind)
    why = _("You get this mail because it concerns your work in the hub.")
    if declared is not None and not declared.may_be_switched_off:
        why = _("You cannot switch this mail off: %(reason)s", reason=str(declared.why))
    return Letter(
        said.subject, _sender(settings), (item,), why, settings.url + f"{face}/me/notices/settings", settings.url + f"{face}/me/notices", unsubscribe
    )


def _digest(ctx: Ctx, notices: list[Notice], total: int) -> Letter:
    items = []
    for notice in notices:
        said = words_of(ctx, notice)
        items.append(Item(said.subject, said.paragraphs[:1], said.action, ctx.settings.url + notice.href))
    face, rest = side(ctx.actor.partner_id), total - len(items)
    return Letter(
        subject=ngettext("%(n)s thing you should know", "%(n)s things you should know", total),
        sender=_sender(ctx.settings),
        items=tuple(items),
        why=_("You get this summary once a day, in the morning, when there is something new."),
        settings_href=ctx.settings.url + f"{face}/me/notices/settings",
        list_href=ctx.settings.url + f"{face}/me/notices",
        is_digest=True,
        more=ngettext("%(n)s more is in the list.", "%(n)s more are in the list.", rest) if rest else "",
    )


def side(partner_id: object) -> str:
    """Below which address a person's own pages lie."""
    return "/portal" if partner_id else "/desk"


def _sender(settings: Settings) -> str:
    return parseaddr(settings.mail_from)[0] or "Channelpress"


def as_text(letter: Letter) -> str:
    return environment(False).get_template("core/mail/letter.txt").render(letter=letter).strip() + "\n"


def as_html(letter: Letter) -> str:
    locale = active_locale()
    page = environment(True).get_template("core/mail/letter.html")
    return page.render(letter=letter, style=_style(), lang=locale, dir=direction(locale))


@lru_cache(maxsize=1)
def _style() -> RenderedPart:
    """Mail programs know neither variables nor `light-dark()`: the values of tokens.css are written out, the dark ones in a media query."""
    tokens = _TOKENS.read_text(encoding="utf-8").partition("@media")[0]
    pairs = {name: (day, night) for name, day, night in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", tokens)}
    rules = re.sub(r"/\*.*?\*/", "", (_HERE / "letter.css").read_text(encoding="utf-8"), flags=re.DOTALL).strip()
    light, dark = (re.sub(r"var\(--([\w-]+)\)", lambda found, at=at: pairs[found[1]][at], rules) for at in (0, 1))  # type: ignore[misc]
    return RenderedPart(f"<style>\n{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n</style>")
