"""What those who run the hub do with mail: send it again, and let an address receive mail again. Both with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Invalid, NotFound, Refused
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID
from core.mail.models import Mail, MailStatus, Suppression
from core.mail.queueing import give_link, leaves, start
from core.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx

LONGEST_REASON = 500


def send_again(ctx: Ctx, mail_id: TypeID, reason: str) -> Mail:
    """Raises Refused while it is on its way, or where nothing may leave. The Message-ID stays: it is the same mail."""
    ctx.require(Perm.OPERATIONS_READ)
    reason = _checked(reason)
    mail = ctx.session.scalar(select(Mail).where(Mail.id == mail_id).with_for_update())
    if mail is None:
        raise NotFound("mail")
    if not leaves(ctx.settings):
        raise Refused("mail_is_held", _("This installation sends no mail: it is the demo, or no mail server is named in its settings."))
    if mail.status is MailStatus.QUEUED:
        raise Refused("on_its_way", _("This mail is on its way already. Wait for the answer of the mail server."))
    before = mail.status
    mail.status, mail.round, mail.attempts = MailStatus.QUEUED, mail.round + 1, 0
    mail.due_at, mail.finished_at, mail.answer = ctx.now, None, ""
    give_link(ctx, mail)
    ctx.audit("core.mail.sent_again", mail, before={"status": before.value}, after={"status": mail.status.value}, reason=reason)
    start(ctx, mail)
    return mail


def lift_suppression(ctx: Ctx, suppression_id: TypeID, reason: str) -> None:
    ctx.require(Perm.OPERATIONS_READ)
    reason = _checked(reason)
    row = ctx.session.scalar(select(Suppression).where(Suppression.id == suppression_id))
    if row is None:
        raise NotFound("suppression")
    ctx.session.delete(row)
    ctx.audit("core.mail.suppression_lifted", row.id, before={"person": str(row.user_id or "")}, reason=reason)


def _checked(text: str) -> str:
    reason = clean_text(text)
    if not reason:
        raise Invalid({"reason": _("Say why: it stands in the audit log.")})
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": _("Use at most %(limit)s characters.", limit=LONGEST_REASON)})
    return reason
