"""Codes of this room in the reader's words. Everything is translated when asked, never at import time."""

from __future__ import annotations

from typing import Any

from cobranding.rules.colours import WHITE, ContrastFinding
from cobranding.rules.logos import LogoNote
from core.audit import ToldEntry
from core.i18n import format_number
from core.i18n import gettext as _


def colour_sentence(finding: ContrastFinding) -> dict[str, str]:
    """A finding in words, with both colours named and the shade that would do."""
    ratio = format_number(round(finding.ratio, 1))
    if finding.ground == WHITE:
        text = _(
            "%(colour)s on white (%(ground)s) reaches a contrast of %(ratio)s to 1 only. Text in this colour is shown in "
            "%(suggestion)s instead; choose that shade if you want to see the same colour everywhere.",
            colour=finding.colour.hex,
            ground=finding.ground.hex,
            ratio=ratio,
            suggestion=finding.suggestion.hex,
        )
    else:
        text = _(
            "%(colour)s on %(ground)s reaches a contrast of %(ratio)s to 1 only, so a button would not be noticed there and is "
            "shown light or dark instead. With %(suggestion)s as accent colour it stands out.",
            colour=finding.colour.hex,
            ground=finding.ground.hex,
            ratio=ratio,
            suggestion=finding.suggestion.hex,
        )
    return {"field": finding.field, "text": text, "suggestion": finding.suggestion.hex}


def logo_sentence(note: LogoNote) -> str:
    """What is worth knowing about the file, and what would be better."""
    if note is LogoNote.SMALL:
        return _("This logo is small, so it stands small on banners. A file of at least 240 pixels looks sharp everywhere.")
    if note is LogoNote.EXTREME_RATIO:
        return _("This logo is very long. It is never stretched, so it stands small: a more compact version would be easier to read.")
    if note is LogoNote.BOXED:
        return _("This logo has a box of its own. It is shown on a plate of the same colour; a file with transparent ground looks better.")
    return _("This logo is light, so it is shown on a dark ground of your own colour.")


def template_words(name: str) -> tuple[str, str]:
    """Name and purpose of a page template."""
    words = {
        "guide": (_("Guide download"), _("A promise, what is inside, and a short form beside it. The text is read after the form.")),
        "enquiry": (_("Product enquiry"), _("The whole text, and a form for a question to a named person.")),
    }
    return words[name]


def field_label(name: str) -> str:
    """A form field in the partner's own language."""
    labels = {
        "name": _("Name"),
        "email": _("E-mail"),
        "company": _("Company"),
        "job_title": _("Role in the company"),
        "phone": _("Phone"),
        "message": _("Question"),
    }
    return labels[name]


def entry_sentence(entry: ToldEntry) -> str:
    """A line of a timeline."""
    sentences = {
        "cobranding.kit.saved": _("Brand kit changed"),
        "cobranding.kit.logo_replaced": _("New logo"),
        "cobranding.kit.logo_undone": _("Earlier logo put back"),
        "cobranding.page.created": _("Page made"),
        "cobranding.page.saved": _("Page changed"),
        "cobranding.page.published": _("Page published"),
        "cobranding.page.withdrawn": _("Page taken down"),
    }
    if entry.action == "cobranding.page.withdrawn" and entry.reason == "asset_withdrawn":
        return _("Taken down because the vendor withdrew the content")
    return sentences.get(entry.action, entry.action)


def timeline_of(entries: list[ToldEntry], moment: Any) -> list[dict[str, str]]:
    """Audit entries as the timeline macro wants them; `moment` formats a time."""
    return [
        {
            "who": entry.actor_name,
            "entry_id": str(entry.id),
            "what": entry_sentence(entry),
            "when": moment(entry.at),
            "when_iso": entry.at.isoformat(),
        }
        for entry in entries
    ]
