"""Budgets and their ledger. The ledger is the truth; what is left is what its last entry says."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core import rls
from core.append_only import append_only, create_with
from core.database import Base, TextEnum
from core.ids import IdColumn, TypeID
from mdf.models.guards import follows
from mdf.rules.kinds import EntryKind
from mdf.rules.states import BudgetStatus


class Budget(Base):
    """Money for a quarter and a region (empty: all). Activities lie inside [opens_on, closes_on]. No amount stands here."""

    __tablename__ = "mdf_budget"
    id: Mapped[TypeID] = mapped_column(IdColumn("bdg"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    quarter: Mapped[str] = mapped_column(String(7))  # 2026-Q1
    region: Mapped[str] = mapped_column(String(40), default="")
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[BudgetStatus] = mapped_column(TextEnum(BudgetStatus), default=BudgetStatus.PLANNED, index=True)
    #: The vendor's part of the cost in percent, and the most it may be for one request.
    participation_rate: Mapped[int] = mapped_column(default=50)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    created_at: Mapped[datetime]


class LedgerEntry(Base):
    """One movement of money, in the budget's currency, with the balances after it.

    The database refuses an entry that does not follow from the one before it, and any balance below zero: this is what
    makes over-approval impossible, whoever writes (law L4). Invariant: allocated = available + committed + paid.
    `accrued` (claims approved, not yet paid) is a part of `committed`.
    """

    __tablename__ = "mdf_ledger_entry"
    __table_args__ = (
        UniqueConstraint("budget_id", "seq"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint(
            "available_minor >= 0 AND committed_minor >= 0 AND paid_minor >= 0 AND accrued_minor >= 0 AND accrued_minor <= committed_minor",
            name="no_balance_below_zero",
        ),
        CheckConstraint("allocated_minor = available_minor + committed_minor + paid_minor", name="nothing_lost"),
    )
    id: Mapped[TypeID] = mapped_column(IdColumn("lge"), primary_key=True)
    budget_id: Mapped[TypeID] = mapped_column(IdColumn("bdg"), ForeignKey("mdf_budget.id"), index=True)
    seq: Mapped[int]
    kind: Mapped[EntryKind] = mapped_column(TextEnum(EntryKind))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    partner_id: Mapped[TypeID | None] = mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"), index=True)
    request_id: Mapped[TypeID | None] = mapped_column(IdColumn("mrq"), ForeignKey("mdf_request.id"), index=True)
    claim_id: Mapped[TypeID | None] = mapped_column(IdColumn("clm"), ForeignKey("mdf_claim.id"), index=True)
    allocated_minor: Mapped[int] = mapped_column(BigInteger)
    available_minor: Mapped[int] = mapped_column(BigInteger)
    committed_minor: Mapped[int] = mapped_column(BigInteger)
    accrued_minor: Mapped[int] = mapped_column(BigInteger)
    paid_minor: Mapped[int] = mapped_column(BigInteger)
    actor_id: Mapped[str] = mapped_column(String(40), default="")
    actor_name: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]


append_only(LedgerEntry, erasable=("actor_name", "reason"))
create_with(LedgerEntry.__table__, follows)
rls.guard(LedgerEntry.__table__)
