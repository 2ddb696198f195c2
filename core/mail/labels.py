"""Words for what became of a mail."""

from __future__ import annotations

from core.i18n import gettext as _
from core.i18n import pgettext
from core.mail.letters import DIGEST
from core.mail.models import MailStatus
from core.notices.kinds import KINDS


def status_label(status: MailStatus) -> str:
    return {
        MailStatus.QUEUED: pgettext("mail", "On its way"),
        MailStatus.HELD: pgettext("mail", "Held"),
        MailStatus.SENT: pgettext("mail", "Sent"),
        MailStatus.REFUSED: pgettext("mail", "Refused"),
        MailStatus.SUPPRESSED: pgettext("mail", "Address gets no mail"),
        MailStatus.DROPPED: pgettext("mail", "Not needed any more"),
        MailStatus.GIVEN_UP: pgettext("mail", "Given up"),
    }[status]


def status_tone(status: MailStatus) -> tuple[str, str]:
    """(tone, glyph) of the chip."""
    return {
        MailStatus.QUEUED: ("attention", "waiting"),
        MailStatus.HELD: ("neutral", "archive"),
        MailStatus.SENT: ("positive", "check"),
        MailStatus.REFUSED: ("negative", "negative"),
        MailStatus.SUPPRESSED: ("neutral", "stop"),
        MailStatus.DROPPED: ("neutral", "stop"),
        MailStatus.GIVEN_UP: ("negative", "attention"),
    }[status]


def kind_label(kind: str) -> str:
    if kind == DIGEST:
        return _("The morning's summary")
    return str(KINDS[kind].title) if kind in KINDS else kind
