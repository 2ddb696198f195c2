"""What an entry does to a budget's balances (measures section 6). Amounts in minor units of the budget's currency."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

from mdf.rules.kinds import EntryKind

#: Measures section 6: rates are told with four decimals.
_FOUR = Decimal("0.0001")


class Short(ValueError):
    """The entry would take more than there is: `balance` names the one, `left` is what it holds."""

    def __init__(self, balance: str, left: int) -> None:
        super().__init__(f"{balance} has only {left}")
        self.balance = balance
        self.left = left


@dataclass(frozen=True, slots=True)
class Balances:
    """After an entry. Invariant: allocated = available + committed + paid; accrued is a part of committed."""

    allocated: int = 0
    available: int = 0
    committed: int = 0
    accrued: int = 0
    paid: int = 0

    def after(self, kind: EntryKind, amount: int) -> Balances:
        """The balances that follow; raises Short. A request moves nothing: approval is what encumbers (MDF-01)."""
        if amount <= 0:
            raise ValueError("an entry moves more than nothing")
        if kind is EntryKind.ALLOCATE:
            return replace(self, allocated=self.allocated + amount, available=self.available + amount)
        if kind is EntryKind.COMMIT:
            _enough("available", self.available, amount)
            return replace(self, available=self.available - amount, committed=self.committed + amount)
        if kind is EntryKind.APPROVE_CLAIM:
            _enough("committed", self.committed - self.accrued, amount)
            return replace(self, accrued=self.accrued + amount)
        if kind is EntryKind.PAY:
            _enough("accrued", self.accrued, amount)
            return replace(self, committed=self.committed - amount, accrued=self.accrued - amount, paid=self.paid + amount)
        _enough("committed", self.committed - self.accrued, amount)
        return replace(self, committed=self.committed - amount, available=self.available + amount)

    @property
    def holds(self) -> bool:
        """The invariant."""
        whole = self.allocated == self.available + self.committed + self.paid
        return whole and min(self.available, self.committed, self.accrued, self.paid) >= 0 and self.accrued <= self.committed

    @property
    def commitment_rate(self) -> Decimal | None:
        """(committed + paid) / allocated; None without money (MDF-09)."""
        return self._rate(self.committed + self.paid)

    @property
    def utilisation_rate(self) -> Decimal | None:
        """paid / allocated; None without money (MDF-09)."""
        return self._rate(self.paid)

    def _rate(self, part: int) -> Decimal | None:
        return (Decimal(part) / self.allocated).quantize(_FOUR, ROUND_HALF_EVEN) if self.allocated else None


def _enough(balance: str, left: int, amount: int) -> None:
    if amount > left:
        raise Short(balance, left)


def vendor_share(cost: int, participation_rate: int) -> int:
    """The vendor's part of a cost, rounded half-even to the minor unit; `participation_rate` in percent."""
    return int((Decimal(cost) * participation_rate / 100).to_integral_value(ROUND_HALF_EVEN))


def line_shares(costs: tuple[int, ...], participation_rate: int) -> tuple[int, ...]:
    """The vendor's share of each line, so that the lines add up to the share of the whole: cents go to the largest remainders."""
    exact = [cost * participation_rate for cost in costs]
    shares = [one // 100 for one in exact]
    missing = vendor_share(sum(costs), participation_rate) - sum(shares)
    for position in sorted(range(len(costs)), key=lambda place: (-(exact[place] % 100), place))[:missing]:
        shares[position] += 1
    return tuple(shares)
