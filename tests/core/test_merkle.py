"""Merkle roots and paths against the definition of RFC 6962, written down a second time."""

from __future__ import annotations

import hashlib

import pytest

from core.merkle import EMPTY_ROOT, leads_to, leaf_hash, path_of, root_of

# The test vectors of RFC 6962's reference implementation (certificate-transparency, merkle_tree_test).
VECTOR = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def by_definition(entries: list[bytes]) -> bytes:
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return hashlib.sha256(b"\x01" + by_definition(entries[:split]) + by_definition(entries[split:])).digest()


@pytest.mark.parametrize("size", ROOTS)
def test_published_vectors(size: int) -> None:
    assert root_of([leaf_hash(entry) for entry in VECTOR[:size]]).hex() == ROOTS[size]


def test_the_empty_list_has_its_own_root() -> None:
    assert root_of([]) == EMPTY_ROOT == by_definition([])


@pytest.mark.parametrize("size", [*range(1, 34), 100, 257])
def test_every_entry_is_proven_and_no_other(size: int) -> None:
    entries = [str(number).encode() for number in range(size)]
    leaves = [leaf_hash(entry) for entry in entries]
    root = root_of(leaves)
    assert root == by_definition(entries)
    for index in range(size):
        path = path_of(leaves, index)
        assert leads_to(leaves[index], index, size, path, root)
        assert not leads_to(leaf_hash(b"another"), index, size, path, root)
        assert size == 1 or not leads_to(leaves[index], (index + 1) % size, size, path, root)
        assert not leads_to(leaves[index], index, size, [*path, root], root)


def test_a_node_cannot_pose_as_a_leaf() -> None:
    leaves = [leaf_hash(b"a"), leaf_hash(b"b")]
    assert root_of([leaf_hash(leaves[0] + leaves[1])]) != root_of(leaves)


def test_there_is_no_path_for_what_is_not_there() -> None:
    with pytest.raises(IndexError):
        path_of([leaf_hash(b"a")], 1)
