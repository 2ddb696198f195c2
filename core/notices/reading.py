"""What a person does with their notices: read them, and choose how they come. One's own; nothing of it is anybody else's to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import update

from core.errors import Invalid
from core.i18n import gettext as _
from core.ids import TypeID
from core.notices.kinds import KINDS, Channel, NoticeKind
from core.notices.models import Notice, NoticeSetting
from core.notices.queries import own_notice

if TYPE_CHECKING:
    from core.ctx import Ctx


def mark_read(ctx: Ctx, notice_id: TypeID) -> Notice:
    row = own_notice(ctx, notice_id)
    row.read_at = row.read_at or ctx.now
    return row


def mark_all_read(ctx: Ctx, up_to: TypeID) -> int:
    """Those up to the newest that was shown: what came meanwhile stays unread."""
    done = ctx.session.execute(
        update(Notice)
        .where(Notice.user_id == ctx.actor.user_id, Notice.in_app, Notice.read_at.is_(None), Notice.id <= up_to)
        .values(read_at=ctx.now)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def kinds_for(ctx: Ctx) -> list[NoticeKind]:
    """What could ever reach the actor, mandatory ones last."""
    side = "partner" if ctx.actor.partner_id else "vendor"
    found = [kind for kind in KINDS.values() if kind.concerns(side, ctx.actor.may)]
    return sorted(found, key=lambda kind: (not kind.may_be_switched_off, str(kind.title).casefold()))


def choose(ctx: Ctx, wishes: Mapping[str, tuple[bool, str]]) -> None:
    """Keeps what differs from what a kind declares; raises Invalid for a way that does not exist."""
    assert ctx.actor.user_id is not None
    for kind in kinds_for(ctx):
        if not kind.may_be_switched_off or kind.name not in wishes:
            continue
        in_app, mail = wishes[kind.name]
        if mail not in set(Channel):
            raise Invalid({kind.name: _("Choose one of the ways in the list.")})
        row = ctx.session.get(NoticeSetting, (ctx.actor.user_id, kind.name))
        if row is not None:
            row.in_app, row.mail, row.changed_at = in_app, Channel(mail), ctx.now
        elif (in_app, mail) != (kind.in_app, kind.mail.value):
            ctx.session.add(NoticeSetting(user_id=ctx.actor.user_id, kind=kind.name, in_app=in_app, mail=Channel(mail), changed_at=ctx.now))
