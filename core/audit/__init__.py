"""Append-only, hash-chained audit log (A-42).

Entries are written in the transaction of the change, numbered and marked by their writer. One sealer gives committed
entries their place in the chain, so writers never queue behind each other; every place and the head are sealed with a
secret that does not lie in the database. Each day is closed by a signed root. What each of these finds, and what none can:
docs/adr/0008; why people's words and names stand beside the chain: docs/adr/0014.
"""

from core.audit.adopting import adopt, adopt_unmarked
from core.audit.anchors import Anchor, anchor_of, check_anchors, read_anchors
from core.audit.days import AuditDay
from core.audit.entries import AuditEntry, guard_statements, record
from core.audit.lanes import AuditLane
from core.audit.proofs import DayReport, check_proof, proof_of, verify_day
from core.audit.reading import ToldEntry, history, readable
from core.audit.sealing import BrokenHead, seal
from core.audit.verifying import ChainReport, verify
from core.audit.words import AuditWords, erase_words, words_containing

__all__ = [
    "Anchor",
    "AuditDay",
    "AuditEntry",
    "AuditLane",
    "AuditWords",
    "BrokenHead",
    "ChainReport",
    "DayReport",
    "ToldEntry",
    "adopt",
    "adopt_unmarked",
    "anchor_of",
    "check_anchors",
    "check_proof",
    "erase_words",
    "guard_statements",
    "history",
    "proof_of",
    "read_anchors",
    "readable",
    "record",
    "seal",
    "verify",
    "verify_day",
    "words_containing",
]
