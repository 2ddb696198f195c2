"""Append-only, hash-chained audit log (A-42).

Entries are written in the transaction of the change, numbered and marked by their writer. One sealer gives committed
entries their place in the chain, so writers never queue behind each other; every place and the head are sealed with a
secret that does not lie in the database. What each of these finds, and what none can: docs/adr/0008.
"""

from core.audit.adopting import adopt, adopt_unmarked
from core.audit.anchors import Anchor, anchor_of, check_anchors, read_anchors
from core.audit.entries import AuditEntry, guard_statements, history, record
from core.audit.lanes import AuditLane
from core.audit.sealing import BrokenHead, seal
from core.audit.verifying import ChainReport, verify

__all__ = [
    "Anchor",
    "AuditEntry",
    "AuditLane",
    "BrokenHead",
    "ChainReport",
    "adopt",
    "adopt_unmarked",
    "anchor_of",
    "check_anchors",
    "guard_statements",
    "history",
    "read_anchors",
    "record",
    "seal",
    "verify",
]
