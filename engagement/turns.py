"""Whose turn a lead is: its partner's, until somebody there has accepted it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import NotFound
from core.i18n import gettext as _
from core.ids import TypeID
from core.turns import Task, TaskWords, Turn, turns
from engagement.events import ConsentAcknowledged, ConsentTold, ConsentWithdrawn, LeadCaptured, LeadStatusChanged
from engagement.models import Lead, LeadStatus, WithdrawalNotice
from engagement.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx

#: A lead answered within a day is worth most.
ANSWER_WITHIN = timedelta(days=1)
#: Withdrawing is as easy as agreeing was; acting on it may not take weeks.
ACT_WITHIN = timedelta(days=3)
_WAITING = (LeadStatus.NEW, LeadStatus.ROUTED)


def _open(ctx: Ctx) -> Iterable[TypeID]:
    return ctx.session.scalars(select(Lead.id).where(Lead.status.in_(_WAITING)))


def _words(ctx: Ctx, task: Task) -> TaskWords:
    """Neither name nor company: who it is stands on the lead's own page, once it is accepted."""
    lead = ctx.session.get(Lead, TypeID.parse(task.object_id, "led"))
    if lead is None:
        raise NotFound("lead")
    why = _("A lead answered within a day is worth most.")
    return TaskWords(
        _("A new lead"), f"{why} {_('Campaign: %(campaign)s', campaign=lead.campaign)}" if lead.campaign else why, _("Open"), "leads", "attention"
    )


@turns("engagement.lead", prefix="led", events=[(LeadCaptured, "lead_id"), (LeadStatusChanged, "lead_id")], open_ids=_open, words=_words)
def lead_turn(ctx: Ctx, lead_id: TypeID) -> Turn | None:
    lead = ctx.session.get(Lead, lead_id)
    if lead is None or lead.status not in _WAITING:
        return None
    due = lead.created_at + ANSWER_WITHIN
    return Turn(lead.partner_id, Perm.LEAD_EDIT, "answer", f"/portal/leads/{lead.id}", lead.created_at, due, about=lead.partner_id)


def _withdrawn(ctx: Ctx) -> Iterable[TypeID]:
    return ctx.session.scalars(select(WithdrawalNotice.lead_id).where(WithdrawalNotice.acknowledged_at.is_(None)).distinct())


def _withdrawn_words(ctx: Ctx, task: Task) -> TaskWords:
    why = _("Delete the person from your own lists and systems, then confirm it.")
    return TaskWords(_("A person has withdrawn consent"), why, _("Open"), "leads", "attention")


@turns(
    "engagement.withdrawal",
    prefix="led",
    events=[(ConsentWithdrawn, "lead_id"), (ConsentTold, "lead_id"), (ConsentAcknowledged, "lead_id")],
    open_ids=_withdrawn,
    words=_withdrawn_words,
)
def withdrawal_turn(ctx: Ctx, lead_id: TypeID) -> Turn | None:
    query = select(WithdrawalNotice).where(WithdrawalNotice.lead_id == lead_id, WithdrawalNotice.acknowledged_at.is_(None))
    open_notice = ctx.session.scalars(query.order_by(WithdrawalNotice.id)).first()
    if open_notice is None:
        return None
    since = open_notice.created_at
    href = f"/portal/leads/{lead_id}#consent"
    return Turn(open_notice.partner_id, Perm.LEAD_EDIT, "confirm_withdrawal", href, since, since + ACT_WITHIN, about=open_notice.partner_id)
