"""Whom an appeal concerns: a task and a notice for those who judge it, a notice for the partner when it is judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.decisions.appealing import CLOCK, AppealDecided, AppealRaised
from core.decisions.models import Appeal, AppealState, Decision
from core.decisions.register import decision_kind
from core.events import subscribe
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.notices import Channel, declare_notice, holders, notify
from core.permissions import Perm
from core.sla.queries import clock_of
from core.turns.kinds import TaskWords, Turn, turns

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.turns.models import Task


def _decision(ctx: Ctx, appeal_id: str) -> Decision | None:
    appeal = ctx.session.get(Appeal, TypeID.parse(appeal_id, "apl"))
    return ctx.session.get(Decision, appeal.decision_id) if appeal is not None else None


def _subject(ctx: Ctx, decision: Decision) -> str:
    kind = decision_kind(decision.rule)
    return kind.subject(ctx, TypeID.parse(decision.object_id, kind.prefix))


def _values(ctx: Ctx, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """For a reader who may see what was decided: appeals about funds are nothing for who deals with deals alone."""
    decision = _decision(ctx, str(params["appeal"]))
    if decision is None:
        return None
    needed = Perm.APPEAL_DECIDE if ctx.actor.partner_id is None else decision_kind(decision.rule).appeal_permission
    return {**params, "subject": _subject(ctx, decision)} if ctx.may(needed, decision.partner_id) else None


declare_notice(
    "core.appeal_raised",
    title=_l("A partner appeals against a decision"),
    mail=Channel.AT_ONCE,
    side="vendor",
    permission=Perm.APPEAL_DECIDE,
    values=_values,
    sample=lambda: {"subject": "Acme GmbH"},
)
declare_notice(
    "core.appeal_decided",
    title=_l("Your appeal is decided"),
    mail=Channel.AT_ONCE,
    side="partner",
    permission=Perm.APPEAL_RAISE,
    values=_values,
    sample=lambda: {"subject": "Acme GmbH", "state": "overturned"},
)


@subscribe(AppealRaised, name="core.tell_appeal")
def tell_judges(ctx: Ctx, fact: AppealRaised) -> None:
    path = f"/desk/governance/decisions/appeals/{fact.appeal_id}"
    notify(
        ctx, holders(Perm.APPEAL_DECIDE), "core.appeal_raised", {"appeal": fact.appeal_id}, path, object_id=fact.appeal_id, key=f"{fact.appeal_id}:r"
    )


@subscribe(AppealDecided, name="core.tell_appeal")
def tell_partner(ctx: Ctx, fact: AppealDecided) -> None:
    told = {"appeal": fact.appeal_id, "state": fact.state}
    path = f"/portal/appeals/{fact.appeal_id}"
    decision = ctx.session.get_one(Decision, TypeID.parse(fact.decision_id, "dcs"))
    audience = holders(decision_kind(decision.rule).appeal_permission, fact.partner_id)
    notify(ctx, audience, "core.appeal_decided", told, path, object_id=fact.appeal_id, key=f"{fact.appeal_id}:d")


def _open(ctx: Ctx) -> Iterable[TypeID]:
    return ctx.session.scalars(select(Appeal.id).where(Appeal.state == AppealState.OPEN))


def _words(ctx: Ctx, task: Task) -> TaskWords:
    decision = _decision(ctx, task.object_id)
    title = _("Appeal: %(subject)s", subject=_subject(ctx, decision) if decision is not None else "")
    return TaskWords(title, _("A partner objects to a decision; somebody else than the first decider answers."), _("Answer"), "check")


@turns("core.appeal", prefix="apl", events=[(AppealRaised, "appeal_id"), (AppealDecided, "appeal_id")], open_ids=_open, words=_words)
def appeal_turn(ctx: Ctx, appeal_id: TypeID) -> Turn | None:
    """Never that of whoever took the decision."""
    appeal = ctx.session.get(Appeal, appeal_id)
    if appeal is None or appeal.state is not AppealState.OPEN:
        return None
    decision = ctx.session.get_one(Decision, appeal.decision_id)
    clock = clock_of(ctx, CLOCK, appeal.id)
    return Turn(
        side=None,
        permission=str(Perm.APPEAL_DECIDE),
        code="answer_appeal",
        href=f"/desk/governance/decisions/appeals/{appeal.id}",
        since=appeal.raised_at,
        due_at=clock.due_at if clock is not None else None,
        about=appeal.partner_id,
        barred=frozenset({decision.actor_id} - {""}),
    )
