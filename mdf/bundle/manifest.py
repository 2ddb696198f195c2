"""The manifest: what the bundle holds, file by file and line by line. It is what gets signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FORMAT = "channelpress.bundle"
VERSION = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
#: In front of what is signed: a signature for another purpose never serves here.
DOMAIN = b"channelpress.bundle.v1\n"
_LINE, _CHAIN = b"channelpress.line\n", b"channelpress.line-chain\n"
START = "0" * 64
_TEXTS = (".json", ".jsonl", ".txt")


@dataclass(frozen=True)
class BundleFile:
    """One file. `about` says in a sentence what it is, for whoever opens the bundle; `source` where it came from."""

    path: str
    content: bytes
    about: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, one key per line, ASCII, a line end at the end: the same value always gives the same bytes."""
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=True) + "\n").encode("ascii")


def json_line(value: Any) -> bytes:
    """The same on one line."""
    return (json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True) + "\n").encode("ascii")


def is_text(path: str) -> bool:
    """Files that are made of lines get a hash for each."""
    return path.endswith(_TEXTS)


def line_hash(line: bytes) -> str:
    """128 bits tell lines apart; against whoever tries, the hash of the whole file stands beside it."""
    return hashlib.sha256(_LINE + line).hexdigest()[:32]


def chain_of(hashes: list[str]) -> str:
    """Each link holds the one before, so the last one stands for all lines in this order."""
    link = START
    for one in hashes:
        link = hashlib.sha256(_CHAIN + link.encode() + one.encode()).hexdigest()
    return link


def entry_of(file: BundleFile) -> dict[str, Any]:
    """What the manifest says about one file."""
    entry: dict[str, Any] = {
        "path": file.path,
        "sha256": hashlib.sha256(file.content).hexdigest(),
        "size": len(file.content),
        "about": file.about,
        **({"facts": dict(file.facts)} if file.facts else {}),
    }
    if is_text(file.path):
        hashes = [line_hash(line) for line in split_lines(file.content)]
        entry["lines"] = hashes
        entry["chain"] = chain_of(hashes)
    return entry


def split_lines(content: bytes) -> list[bytes]:
    """Cut after each line feed and nowhere else; joined together they are the content again."""
    parts = content.split(b"\n")
    lines = [part + b"\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines


def signed_message(manifest_sha256: str) -> bytes:
    """What the signature covers: the manifest's hash, in hex."""
    return DOMAIN + manifest_sha256.encode("ascii")
