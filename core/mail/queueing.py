"""Putting mail into the outbox, in the transaction that wants it."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select

from core.ctx import correlation_id
from core.errors import NotFound
from core.ids import TypeID, new_id
from core.mail.models import Mail, MailStatus
from core.signed_actions import ACTIONS, issue_link

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.notices.models import Notice
    from core.settings import Settings


def leaves(settings: Settings) -> bool:
    """Whether mail may leave this installation at all."""
    return bool(settings.smtp_host) and not settings.demo


def queue_for_notice(ctx: Ctx, notice: Notice) -> Mail:
    """One mail for one notice, with its personal link where the notice offers an action."""
    mail = new_mail(ctx, notice.user_id, notice.partner_id, notice.kind)
    notice.mail_id = mail.id
    ctx.session.add(mail)
    ctx.session.flush()
    give_link(ctx, mail, notice)
    start(ctx, mail)
    return mail


def new_mail(ctx: Ctx, user_id: TypeID, partner_id: TypeID | None, kind: str, key: str | None = None) -> Mail:
    """Queued, or held where nothing may leave."""
    return Mail(
        id=new_id("eml"),
        partner_id=partner_id,
        user_id=user_id,
        kind=kind,
        key=key,
        status=MailStatus.QUEUED if leaves(ctx.settings) else MailStatus.HELD,
        attempts=0,
        round=0,
        due_at=ctx.now,
        created_at=ctx.now,
        correlation=correlation_id.get(),
    )


def start(ctx: Ctx, mail: Mail) -> None:
    """The job of the mail's next attempt; held mail has none. One job per attempt, however often this is asked."""
    from core.mail.sending import send

    if mail.status is MailStatus.QUEUED:
        ctx.enqueue(send, mail.id, mail.round, mail.attempts, not_before=mail.due_at, key=f"mail:{mail.id}:{mail.round}:{mail.attempts}")


def give_link(ctx: Ctx, mail: Mail, notice: Notice | None = None) -> None:
    """A link that does what the notice is about; none where nothing may leave, but for the demo, whose mails are there to be read."""
    from core.notices.models import Notice as Kept

    notice = notice or ctx.session.scalar(select(Kept).where(Kept.mail_id == mail.id).limit(1))
    if notice is None or notice.action not in ACTIONS or not (leaves(ctx.settings) or ctx.settings.demo):
        return
    try:
        url = issue_link(ctx, notice.action, notice.object_id, user_id=notice.user_id, email="", params=notice.params)
    except NotFound:
        return
    mail.link = _fernet(ctx.settings).encrypt(url.encode()).decode()


def give_secret_link(ctx: Ctx, user_id: TypeID, kind: str, url: str) -> None:
    """A link that is for the mailbox alone, in this transaction's mail of that kind. None where nothing may leave, but for the demo."""
    ctx.session.flush()
    query = select(Mail).where(Mail.user_id == user_id, Mail.kind == kind).order_by(Mail.id.desc()).limit(1)
    mail = ctx.session.scalar(query)
    if mail is not None and (leaves(ctx.settings) or ctx.settings.demo):
        mail.link = _fernet(ctx.settings).encrypt(url.encode()).decode()


def link_of(settings: Settings, mail: Mail) -> str:
    """The link in clear; empty when there is none or the secret has changed."""
    try:
        return _fernet(settings).decrypt(mail.link.encode()).decode() if mail.link else ""
    except InvalidToken:
        return ""


def _fernet(settings: Settings) -> Fernet:
    """A copy of the database alone opens no link."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"mail link:{settings.secret_key}".encode()).digest()))
