"""One row of "needs you": what waits, why it matters, and the action that ends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.ctx import Ctx
from core.i18n import gettext as _
from core.i18n import ngettext

#: Rows of one kind on a start page; the rest is counted and linked.
SHOWN = 4


@dataclass(frozen=True)
class Task:
    """`due` is a sentence; `overdue` says that its day has passed."""

    title: str
    why: str
    href: str
    action: str
    glyph: str = "waiting"
    tone: str | None = None
    due: str | None = None
    overdue: bool = False


def days_since(ctx: Ctx, moment: datetime) -> int:
    """Local calendar days (R1)."""
    return (ctx.today - moment.astimezone(ctx.clock.zone).date()).days


def waiting_words(days: int) -> str:
    return ngettext("waits for %(n)s day", "waits for %(n)s days", days) if days > 0 else _("came today")
