"""Decisions about an object as its page shows them: in words, with rule and version, and the way to an appeal (N-06)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.decisions.appealing import appeal_until, why_no_appeal
from core.decisions.deciding import rule_words
from core.decisions.models import Appeal, AppealState, Decision
from core.decisions.queries import appeal_of, decisions_of
from core.decisions.register import DecisionKind, DecisionWords, decision_kind
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class ShownDecision:
    """`appeal_href` leads to the form and is empty where nobody may appeal now; `appeal_state` is in words, empty without an appeal."""

    decision: Decision
    kind: DecisionKind
    words: DecisionWords
    appeal: Appeal | None
    appeal_state: str
    appeal_href: str
    appeal_until: datetime | None
    by_hub: bool
    appeal_page: str

    @property
    def rule_words(self) -> str:
        return rule_words(self.decision.rule, self.decision.rule_version, self.decision.programme_version)


def shown_decision(ctx: Ctx, decision: Decision) -> ShownDecision:
    kind, appeal = decision_kind(decision.rule), appeal_of(ctx, decision.id)
    is_partner = ctx.actor.partner_id is not None
    may = is_partner and ctx.may(Perm.APPEAL_RAISE, decision.partner_id) and not why_no_appeal(ctx, decision, appeal)
    may = may and ctx.may(kind.appeal_permission, decision.partner_id)
    return ShownDecision(
        decision=decision,
        kind=kind,
        words=kind.words(ctx, decision),
        appeal=appeal,
        appeal_state=state_label(appeal.state) if appeal is not None else "",
        appeal_href=f"/portal/decisions/{decision.id}/appeal" if may else "",
        appeal_until=appeal_until(ctx, decision) if may else None,
        by_hub=decision.actor_kind == "system",
        appeal_page=_appeal_page(appeal, is_partner) if appeal is not None else "",
    )


def _appeal_page(appeal: Appeal, is_partner: bool) -> str:
    return f"/portal/appeals/{appeal.id}" if is_partner else f"/desk/governance/decisions/appeals/{appeal.id}"


def shown_decisions(ctx: Ctx, object_id: TypeID, rules: Iterable[str]) -> list[ShownDecision]:
    """The latest of each rule, in the order of the rules."""
    wanted = list(rules)
    latest: dict[str, Decision] = {}
    for decision in decisions_of(ctx, object_id, wanted):
        latest.setdefault(decision.rule, decision)
    return [shown_decision(ctx, latest[rule]) for rule in wanted if rule in latest]


def state_label(state: AppealState) -> str:
    return {
        AppealState.OPEN: _("Appeal open"),
        AppealState.UPHELD: _("Appeal decided: the decision stands"),
        AppealState.OVERTURNED: _("Appeal decided: the decision was overturned"),
    }[state]


def state_tone(state: AppealState) -> str:
    return {AppealState.OPEN: "attention", AppealState.UPHELD: "neutral", AppealState.OVERTURNED: "positive"}[state]
