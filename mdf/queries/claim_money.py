"""A claim in figures: each approved line beside what was invoiced and what can be paid for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.ids import TypeID
from mdf.models import Claim, ClaimLine, ClaimStatus, FundRequest, RequestLine
from mdf.queries.ledger import held_by
from mdf.rules.claims import LineFacts, payable_lines

if TYPE_CHECKING:
    from core.ctx import Ctx

#: Claims whose money is granted.
GRANTED = (ClaimStatus.APPROVED, ClaimStatus.PARTIALLY_APPROVED, ClaimStatus.AWAITING_FUNDS, ClaimStatus.PAID)


@dataclass(frozen=True)
class SettledLine:
    """One approved line of the request. `payable_minor` is capped by what is left of the line and of the commitment."""

    line: RequestLine
    facts: LineFacts
    share_minor: int
    payable_minor: int
    invoice_lines: tuple[ClaimLine, ...]

    @property
    def key(self) -> str:
        return str(self.line.id)

    @property
    def is_capped(self) -> bool:
        """The invoice costs more than was approved."""
        return self.payable_minor < self.share_minor


@dataclass(frozen=True)
class Settlement:
    """All lines of the request for one claim. `left_minor` is what the commitment still holds for it."""

    lines: tuple[SettledLine, ...]
    left_minor: int
    currency: str

    @property
    def payables(self) -> dict[str, int]:
        return {line.key: line.payable_minor for line in self.lines}

    @property
    def payable_minor(self) -> int:
        return sum(line.payable_minor for line in self.lines)

    @property
    def invoiced_minor(self) -> int:
        return sum(line.facts.invoiced_minor for line in self.lines)

    @property
    def approved_minor(self) -> int:
        return sum(line.facts.approved_minor for line in self.lines)

    @property
    def share_minor(self) -> int:
        return sum(line.share_minor for line in self.lines)


def settlement_for(ctx: Ctx, claim: Claim, request: FundRequest, invoice_lines: Sequence[ClaimLine] | None = None) -> Settlement:
    """The claim's sums as of now; `invoice_lines` are the claim's unless others are tried."""
    billed = claim.lines if invoice_lines is None else invoice_lines
    settled = _settled_by_line(ctx, claim)
    facts = {str(line.id): LineFacts(line.approved_minor or 0, settled.get(str(line.id), 0), _cost(billed, line.id)) for line in request.lines}
    # Once granted, what the closing released is no cap any more: the page goes on to show what the decision was made on.
    left = sum(fact.left_minor for fact in facts.values()) if claim.status in GRANTED else commitment_left(ctx, request)
    sums = payable_lines(left, request.participation_rate, facts)
    lines = tuple(
        SettledLine(
            line,
            facts[str(line.id)],
            sums[str(line.id)].share_minor,
            sums[str(line.id)].payable_minor,
            tuple(one for one in billed if one.request_line_id == line.id),
        )
        for line in request.lines
    )
    return Settlement(lines, left, request.currency)


def _cost(billed: Sequence[ClaimLine], line_id: TypeID) -> int:
    return sum(one.amount_minor for one in billed if one.request_line_id == line_id)


def _settled_by_line(ctx: Ctx, claim: Claim) -> dict[str, int]:
    """Granted to other claims of the same request, by approved line."""
    query = (
        select(ClaimLine.request_line_id, func.sum(ClaimLine.approved_minor))
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(Claim.request_id == claim.request_id, Claim.id != claim.id, Claim.status.in_(GRANTED))
        .group_by(ClaimLine.request_line_id)
    )
    return {str(line_id): int(amount or 0) for line_id, amount in ctx.session.execute(query)}


def commitment_left(ctx: Ctx, request: FundRequest) -> int:
    """What the ledger still holds for the request and no claim was granted yet."""
    held = held_by(ctx, request)
    return held.committed_minor - held.accrued_minor
