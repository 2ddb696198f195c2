"""Reads of the outbox for those who run the hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from core.accounts.models import User
from core.errors import NotFound
from core.ids import TypeID
from core.mail.models import Mail, MailStatus, Suppression
from core.paging import Page, containing, page_of

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class MailFilter:
    status: str = ""
    kind: str = ""
    text: str = ""
    before: str = ""
    after: str = ""


def mails_page(ctx: Ctx, asked: MailFilter) -> Page[Mail]:
    query: Select[Any] = select(Mail)
    if asked.status in set(MailStatus):
        query = query.where(Mail.status == MailStatus(asked.status))
    if asked.kind:
        query = query.where(Mail.kind == asked.kind)
    if asked.text:
        query = query.where(Mail.user_id.in_(select(User.id).where(*containing(asked.text, User.name, User.email))))
    return page_of(ctx.session, query, Mail.id, before=asked.before, after=asked.after)


def counts_by_status(ctx: Ctx) -> dict[str, int]:
    rows = ctx.session.execute(select(Mail.status, func.count()).group_by(Mail.status))
    return {status.value: count for status, count in rows}


def kinds_sent(ctx: Ctx) -> list[str]:
    return list(ctx.session.scalars(select(Mail.kind).distinct().order_by(Mail.kind)))


def people_of(ctx: Ctx, users: list[TypeID]) -> dict[TypeID, tuple[str, str]]:
    """(name, address) of those who still have an account, by id."""
    rows = ctx.session.execute(select(User.id, User.name, User.email).where(User.id.in_(users)))
    return {user: (name, email) for user, name, email in rows}


def mail_for(ctx: Ctx, mail_id: TypeID) -> Mail:
    found = ctx.session.scalar(select(Mail).where(Mail.id == mail_id))
    if found is None:
        raise NotFound("mail")
    return found


def suppressions_page(ctx: Ctx, before: str, after: str) -> Page[Suppression]:
    return page_of(ctx.session, select(Suppression), Suppression.id, before=before, after=after)
