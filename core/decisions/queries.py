"""Decisions and appeals for pages; the session narrows a partner to its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from core.decisions.models import Appeal, AppealState, Decision
from core.errors import NotFound
from core.ids import TypeID
from core.paging import Page, cut
from core.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx


_BOTH: Any = select(Decision, Appeal).outerjoin(Appeal, Appeal.decision_id == Decision.id)


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """As it stands in the address; empty means any. `appeal` is a state of the appeal, or `any`."""

    rule: str = ""
    result: str = ""
    partner_id: str = ""
    appeal: str = ""
    by: str = ""
    first: date | None = None
    last: date | None = None
    object_id: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class ListedDecision:
    decision: Decision
    appeal: Appeal | None


def decisions_page(ctx: Ctx, wanted: DecisionFilter, *, rows: int | None = 25) -> Page[ListedDecision]:
    """Newest first; all of them with `rows` None, for the export."""
    ctx.require(Perm.DECISION_READ)
    query = _filtered(ctx, wanted)
    total = ctx.session.scalar(select(func.count()).select_from(query.with_only_columns(Decision.id).subquery())) or 0
    page = cut(query, Decision.id, lambda part: _listed(ctx, part), lambda one: str(one.decision.id), wanted.before, wanted.after, rows)
    return Page(page.rows, total, page.older, page.newer)


def _listed(ctx: Ctx, query: Select[Any]) -> list[ListedDecision]:
    return [ListedDecision(row[0], row[1]) for row in ctx.session.execute(query)]


def _filtered(ctx: Ctx, wanted: DecisionFilter) -> Select[Any]:
    query: Select[Any] = _BOTH
    for column, value in (
        (Decision.rule, wanted.rule),
        (Decision.result, wanted.result),
        (Decision.partner_id, wanted.partner_id),
        (Decision.object_id, wanted.object_id),
        (Decision.actor_kind, wanted.by),
    ):
        query = query.where(column == value) if value else query
    if wanted.appeal == "any":
        query = query.where(Appeal.id.is_not(None))
    elif wanted.appeal in set(AppealState):
        query = query.where(Appeal.state == AppealState(wanted.appeal))
    if wanted.first is not None:
        query = query.where(Decision.decided_at >= _start(ctx, wanted.first))
    if wanted.last is not None:
        query = query.where(Decision.decided_at < _start(ctx, wanted.last + timedelta(days=1)))
    return query


def _start(ctx: Ctx, day: date) -> datetime:
    return datetime.combine(day, time(), ctx.clock.zone)


def decision_for(ctx: Ctx, decision_id: TypeID) -> Decision:
    """One of them; another partner's does not exist."""
    found = ctx.session.scalar(select(Decision).where(Decision.id == decision_id))
    if found is None:
        raise NotFound("decision")
    return found


def decision_of(ctx: Ctx, object_id: TypeID | str, *rules: str) -> Decision | None:
    """The latest decision about an object, by these rules or by any."""
    query = select(Decision).where(Decision.object_id == str(object_id))
    query = query.where(Decision.rule.in_(rules)) if rules else query
    return ctx.session.scalar(query.order_by(Decision.decided_at.desc(), Decision.id.desc()).limit(1))


def decisions_of(ctx: Ctx, object_id: TypeID | str, rules: Iterable[str] = ()) -> list[Decision]:
    """All about an object, the latest first."""
    query, wanted = select(Decision).where(Decision.object_id == str(object_id)), list(rules)
    query = query.where(Decision.rule.in_(wanted)) if wanted else query
    return list(ctx.session.scalars(query.order_by(Decision.decided_at.desc(), Decision.id.desc())))


def appeal_of(ctx: Ctx, decision_id: TypeID) -> Appeal | None:
    return ctx.session.scalar(select(Appeal).where(Appeal.decision_id == decision_id))


def appeal_for(ctx: Ctx, appeal_id: TypeID) -> Appeal:
    found = ctx.session.scalar(select(Appeal).where(Appeal.id == appeal_id))
    if found is None:
        raise NotFound("appeal")
    return found
