"""Daily seals (architecture decision 9): planned and hashed outside the transaction, written inside, checked by recomputation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.ctx import SYSTEM
from engagement.seals.checking import BadSeal, InclusionProof, SealReport, inclusion_proof, verify_seals
from engagement.seals.planning import Limits, Plan, plan
from engagement.seals.reading import SealedDay, SealedTotals, sealable_until, sealed_days, sealed_until, totals_of
from engagement.seals.writing import write

if TYPE_CHECKING:
    from core.database import Database

__all__ = [
    "BadSeal",
    "InclusionProof",
    "SealReport",
    "SealedDay",
    "SealedTotals",
    "gather_seals",
    "inclusion_proof",
    "seal_all_due",
    "sealable_until",
    "sealed_days",
    "sealed_until",
    "totals_of",
    "verify_seals",
    "write",
]


def gather_seals(database: Database, limits: Limits | None = None) -> Plan:
    """The next seals to write; holds no transaction that anybody waits for."""
    with database.reading(SYSTEM) as ctx:
        return plan(ctx, limits or Limits())


def seal_all_due(database: Database) -> int:
    """Seals everything that is due, in as many transactions as it takes: for the demo, tests and repairs. Returns how many seals."""
    written = 0
    while True:
        due = gather_seals(database)
        with database.unit_of_work(SYSTEM) as ctx:
            done = write(ctx, due)
        written += done
        if not due.more and not done:
            return written
