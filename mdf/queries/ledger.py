"""Reads of the ledger: what a budget holds, what a request still holds, and the sums by request for results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, func, select

from core.ids import TypeID
from mdf.models import EntryKind, FundRequest, LedgerEntry
from mdf.rules.ledger import Balances

if TYPE_CHECKING:
    from core.ctx import Ctx

_TAKES = (EntryKind.PAY, EntryKind.RELEASE)


def balances_of(ctx: Ctx, budget_id: TypeID) -> Balances:
    """What the last entry says. Only for whoever may see the budget: the ledger itself knows no partner."""
    last = last_entry(ctx, budget_id)
    return told(last) if last else Balances()


def last_entry(ctx: Ctx, budget_id: TypeID) -> LedgerEntry | None:
    return ctx.session.scalar(select(LedgerEntry).where(LedgerEntry.budget_id == budget_id).order_by(LedgerEntry.seq.desc()).limit(1))


def told(entry: LedgerEntry) -> Balances:
    """The balances that stand in an entry."""
    return Balances(entry.allocated_minor, entry.available_minor, entry.committed_minor, entry.accrued_minor, entry.paid_minor)


def balances_by_budget(ctx: Ctx, budget_ids: Iterable[TypeID]) -> dict[TypeID, Balances]:
    """For lists: one statement."""
    wanted = list(budget_ids)
    if not wanted:
        return {}
    newest = select(LedgerEntry.budget_id, func.max(LedgerEntry.seq).label("seq")).where(LedgerEntry.budget_id.in_(wanted))
    newest = newest.group_by(LedgerEntry.budget_id).subquery()
    same = and_(LedgerEntry.budget_id == newest.c.budget_id, LedgerEntry.seq == newest.c.seq)
    rows = ctx.session.scalars(select(LedgerEntry).join(newest, same))
    found = {row.budget_id: told(row) for row in rows}
    return {budget_id: found.get(budget_id, Balances()) for budget_id in wanted}


def entries_of(ctx: Ctx, budget_id: TypeID, *, limit: int | None = None) -> Sequence[LedgerEntry]:
    """Newest first."""
    query = select(LedgerEntry).where(LedgerEntry.budget_id == budget_id).order_by(LedgerEntry.seq.desc())
    return ctx.session.scalars(query.limit(limit) if limit else query).all()


def entries_of_request(ctx: Ctx, request: FundRequest) -> Sequence[LedgerEntry]:
    """Oldest first. Takes the row, not its id: whoever has it was allowed to see it."""
    return ctx.session.scalars(select(LedgerEntry).where(LedgerEntry.request_id == request.id).order_by(LedgerEntry.seq)).all()


@dataclass(frozen=True, slots=True)
class Held:
    """The money of one request. `committed_minor` is what is still reserved, `accrued_minor` the approved claims in it."""

    committed_minor: int = 0
    accrued_minor: int = 0
    paid_minor: int = 0


def held_by(ctx: Ctx, request: FundRequest) -> Held:
    """Sums over the request's entries."""
    query = select(_committed(), _accrued(), _paid()).where(LedgerEntry.request_id == request.id)
    return Held(*(int(value) for value in ctx.session.execute(query).one()))


@dataclass(frozen=True, slots=True)
class FundLine:
    """One funded request in money. `committed_minor`: still reserved today; `paid_minor`: paid out (in the period, where one was asked)."""

    partner_id: TypeID
    campaign_id: TypeID | None
    request_id: TypeID
    budget_id: TypeID
    currency: str
    committed_minor: int
    paid_minor: int


def fund_lines(ctx: Ctx, *, first: date | None = None, last: date | None = None) -> list[FundLine]:
    """One line per request that ever had money; a partner sees its own. `first` and `last` are programme days of the payment."""
    columns = (FundRequest.partner_id, FundRequest.campaign_id, FundRequest.id, FundRequest.budget_id, FundRequest.currency)
    query = select(*columns, _committed(), _paid(*_within(ctx, first, last)))
    query = query.join(LedgerEntry, LedgerEntry.request_id == FundRequest.id).group_by(*columns).order_by(FundRequest.id)
    return [FundLine(*row[:5], int(row[5]), int(row[6])) for row in ctx.session.execute(query)]


def _within(ctx: Ctx, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if first is not None:
        found.append(LedgerEntry.at >= _midnight(ctx, first))
    if last is not None and last < date.max:
        found.append(LedgerEntry.at < _midnight(ctx, last + timedelta(days=1)))
    return found


def _midnight(ctx: Ctx, day: date) -> datetime:
    return datetime.combine(day, time.min, ctx.clock.zone)


def _sum(*cases: tuple[Any, Any]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case(*cases, else_=0)), 0)


def _committed() -> ColumnElement[int]:
    return _sum((LedgerEntry.kind == EntryKind.COMMIT, LedgerEntry.amount_minor), (LedgerEntry.kind.in_(_TAKES), -LedgerEntry.amount_minor))


def _accrued() -> ColumnElement[int]:
    return _sum(
        (LedgerEntry.kind == EntryKind.APPROVE_CLAIM, LedgerEntry.amount_minor), (LedgerEntry.kind == EntryKind.PAY, -LedgerEntry.amount_minor)
    )


def _paid(*more: ColumnElement[bool]) -> ColumnElement[int]:
    return _sum((and_(LedgerEntry.kind == EntryKind.PAY, *more), LedgerEntry.amount_minor))
