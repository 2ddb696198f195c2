"""Merkle trees as in RFC 6962 (certificate transparency): leaves and nodes are hashed apart, so that neither can pose as the other.

Pure. A root stands for a list of entries in one order; a path of few hashes proves that an entry is in the list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_LEAF, _NODE = b"\x00", b"\x01"
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(_LEAF + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes. Level by level with the odd one carried up gives RFC 6962's tree."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        above = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def path_of(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of RFC 6962 section 2.1.1 for one leaf, from the leaf up. IndexError when there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path, level, at = [], list(leaves), index
    while len(level) > 1:
        sibling = at ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        above = [_node(level[one], level[one + 1]) for one in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])
        level, at = above, at // 2
    return path


def leads_to(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf at `index` of `size` leaves to the root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at % 2 or at == last:
            found = _node(step, found)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            found = _node(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root
