"""The one way money moves: an entry at the end of a budget's ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core import rls
from core.errors import Invalid, NotFound, Refused
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.money import LARGEST_MINOR, Money
from mdf.models import Budget, Claim, EntryKind, FundRequest, LedgerEntry
from mdf.queries.ledger import Held, balances_of, held_by, last_entry
from mdf.rules.ledger import Balances, Short

if TYPE_CHECKING:
    from core.ctx import Ctx

LONGEST_REASON = 500
_LEDGER = rls.door(
    "mdf.ledger",
    "A partner that withdraws a request gives its money back: the entry follows the budget's last one, which may be another partner's.",
    writes=True,
)


def post(
    ctx: Ctx,
    budget_id: TypeID,
    kind: EntryKind,
    amount_minor: int,
    *,
    request: FundRequest | None = None,
    claim: Claim | None = None,
    reason: str = "",
) -> LedgerEntry:
    """Locks the budget and appends; who may is the calling verb's question. Refused `fund_short` tells the current balance.

    Lock order in the whole room: claim, request, budget.
    """
    _check_amount(amount_minor)
    with rls.seeing_all(ctx.session, _LEDGER):
        entry = _append(ctx, budget_id, kind, amount_minor, request, claim, reason)
    ctx.audit("mdf.ledger.posted", entry, after=_recorded(entry), reason=entry.reason or None)
    return entry


def _append(
    ctx: Ctx, budget_id: TypeID, kind: EntryKind, amount_minor: int, request: FundRequest | None, claim: Claim | None, reason: str
) -> LedgerEntry:
    budget = locked_budget(ctx, budget_id)
    last = last_entry(ctx, budget.id)
    after = _after(ctx, budget, kind, amount_minor, request)
    entry = LedgerEntry(
        id=new_id("lge", int(ctx.now.timestamp() * 1000)),
        budget_id=budget.id,
        seq=last.seq + 1 if last else 1,
        kind=kind,
        amount_minor=amount_minor,
        currency=budget.currency,
        partner_id=request.partner_id if request else None,
        request_id=request.id if request else None,
        claim_id=claim.id if claim else None,
        allocated_minor=after.allocated,
        available_minor=after.available,
        committed_minor=after.committed,
        accrued_minor=after.accrued,
        paid_minor=after.paid,
        actor_id=str(ctx.actor.user_id or ""),
        actor_name=ctx.actor.name[:200],
        reason=clean_text(reason)[:LONGEST_REASON],
        at=ctx.now,
    )
    ctx.session.add(entry)
    ctx.session.flush()
    return entry


def locked_budget(ctx: Ctx, budget_id: TypeID) -> Budget:
    """The budget as it is after everybody before us; held until the transaction ends."""
    query = select(Budget).where(Budget.id == budget_id).with_for_update().execution_options(populate_existing=True)
    budget = ctx.session.scalar(query)
    if budget is None:
        raise NotFound("budget")
    return budget


def release_rest(ctx: Ctx, request: FundRequest, reason: str) -> int:
    """Gives back what the request still holds and no approved claim needs; returns how much. Nothing held is no error."""
    locked_budget(ctx, request.budget_id)
    held = held_by(ctx, request)
    free = held.committed_minor - held.accrued_minor
    if free > 0:
        post(ctx, request.budget_id, EntryKind.RELEASE, free, request=request, reason=reason)
    return max(free, 0)


def _check_amount(amount_minor: int) -> None:
    if not isinstance(amount_minor, int) or isinstance(amount_minor, bool) or not 0 < amount_minor <= LARGEST_MINOR:
        raise Invalid({"amount": _("Enter an amount above zero.")}, {"amount": "amount_not_positive"})


def _after(ctx: Ctx, budget: Budget, kind: EntryKind, amount: int, request: FundRequest | None) -> Balances:
    held = _held(ctx, kind, request)
    before = balances_of(ctx, budget.id)
    try:
        if held is not None:
            Balances(committed=held.committed_minor, accrued=held.accrued_minor).after(kind, amount)
        return before.after(kind, amount)
    except Short as short:
        raise Refused(*_words(budget, amount, short)) from None


def _held(ctx: Ctx, kind: EntryKind, request: FundRequest | None) -> Held | None:
    """What limits entries that use up a commitment; None for those that make one."""
    if kind in (EntryKind.ALLOCATE, EntryKind.COMMIT):
        return None
    if request is None:
        raise ValueError(f"{kind} needs its request")
    return held_by(ctx, request)


def _words(budget: Budget, amount: int, short: Short) -> tuple[str, str]:
    left, asked = Money(short.left, budget.currency).format(), Money(amount, budget.currency).format()
    if short.balance == "available":
        return "fund_short", _(
            "The budget “%(name)s” has %(left)s left, and this needs %(asked)s. Approve less, or have more money allocated first.",
            name=budget.name,
            left=left,
            asked=asked,
        )
    return "more_than_committed", _(
        "Only %(left)s of the commitment can still be used, and this needs %(asked)s. More is a new request.", left=left, asked=asked
    )


def _recorded(entry: LedgerEntry) -> dict[str, object]:
    return {
        "budget": str(entry.budget_id),
        "seq": entry.seq,
        "kind": entry.kind.value,
        "amount_minor": entry.amount_minor,
        "currency": entry.currency,
        "request": str(entry.request_id or ""),
        "claim": str(entry.claim_id or ""),
        "available_minor": entry.available_minor,
        "committed_minor": entry.committed_minor,
        "paid_minor": entry.paid_minor,
    }
