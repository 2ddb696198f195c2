"""The clock of appeals: an answer within ten business days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.decisions.appealing import CLOCK
from core.decisions.models import Appeal, Decision
from core.decisions.register import decision_kind
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.permissions import Perm
from core.sla.kinds import ClockKind, declare_clock

if TYPE_CHECKING:
    from core.ctx import Ctx

APPEAL_DAYS = 10


def _subject(ctx: Ctx, object_id: TypeID) -> str:
    """That of what was decided."""
    appeal = ctx.session.get(Appeal, object_id)
    decision = ctx.session.get(Decision, appeal.decision_id) if appeal is not None else None
    if decision is None:
        return str(object_id)
    kind = decision_kind(decision.rule)
    return kind.subject(ctx, TypeID.parse(decision.object_id, kind.prefix))


declare_clock(
    ClockKind(
        name=CLOCK,
        label=_l("Appeal"),
        permission=str(Perm.APPEAL_DECIDE),
        raise_permission=str(Perm.APPEAL_RAISE),
        prefix="apl",
        desk_path="/desk/governance/decisions/appeals/{id}",
        portal_path="/portal/appeals/{id}",
        subject=_subject,
        days=APPEAL_DAYS,
    )
)
