"""The morning's summary: once a day for each person, in their language, when there is something new."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from core.ids import TypeID
from core.jobs import scheduled
from core.mail.letters import DIGEST
from core.mail.models import Mail
from core.mail.queueing import new_mail, start
from core.notices.kinds import Channel
from core.notices.models import Notice
from core.once import insert_once

if TYPE_CHECKING:
    from core.ctx import Ctx

#: In the programme's zone; what is new after it waits for tomorrow.
MORNING = time(7, 0)
_AT_ONCE = 200


@scheduled("core.mail_digests", every=600)
def mail_digests(ctx: Ctx) -> None:
    """Everybody who has something unmailed of before this morning and no summary of today yet."""
    morning = datetime.combine(ctx.today, MORNING, tzinfo=ctx.clock.zone)
    if ctx.now < morning:
        return
    waiting = (Notice.mail == Channel.DIGEST, Notice.mail_id.is_(None), Notice.read_at.is_(None), Notice.created_at <= morning)
    sent_today = select(Mail.id).where(Mail.user_id == Notice.user_id, Mail.key.like(f"digest:%:{ctx.today}"))
    people = select(Notice.user_id, Notice.partner_id).where(*waiting, ~sent_today.exists()).distinct().limit(_AT_ONCE)
    for user_id, partner_id in ctx.session.execute(people).all():
        _digest(ctx, user_id, partner_id, waiting)


def _digest(ctx: Ctx, user_id: TypeID, partner_id: TypeID | None, waiting: tuple[object, ...]) -> None:
    """The mail's key makes a second run, or a second scheduler, change nothing."""
    mail = new_mail(ctx, user_id, partner_id, DIGEST, f"digest:{user_id}:{ctx.today}")
    columns = {column.key: getattr(mail, column.key) for column in Mail.__table__.columns if column.key not in ("finished_at", "answer", "link")}
    if not insert_once(ctx.session, Mail, **columns):
        return
    unread = (*waiting, Notice.user_id == user_id)
    ctx.session.execute(update(Notice).where(*unread).values(mail_id=mail.id).execution_options(synchronize_session=False))  # type: ignore[arg-type]
    start(ctx, mail)
