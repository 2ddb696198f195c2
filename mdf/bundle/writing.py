"""Writing a bundle: pure. The same files, the same head and the same key give the same bytes on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .container import write_zip
from .manifest import FORMAT, MANIFEST, SIGNATURE, VERSION, BundleFile, canonical, entry_of, signed_message


@dataclass(frozen=True)
class Head:
    """What the bundle is about. `made_at` is an ISO time in UTC; `facts` are plain values shown by the verifier."""

    claim: str
    number: int
    made_at: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def manifest_of(head: Head, files: Iterable[BundleFile]) -> bytes:
    entries = [entry_of(file) for file in sorted(files, key=lambda file: file.path)]
    return canonical(
        {
            "format": FORMAT,
            "version": VERSION,
            "claim": head.claim,
            "number": head.number,
            "made_at": head.made_at,
            "facts": dict(head.facts),
            "files": entries,
        }
    )


def write_bundle(head: Head, files: Iterable[BundleFile], sign: Callable[[bytes], str]) -> bytes:
    """The finished zip. `sign` gives `key id.signature` over bytes (core.signing); the key has to stand in the file `keys.json`."""
    listed = list(files)
    manifest = manifest_of(head, listed)
    contents = {file.path: file.content for file in listed}
    if len(contents) != len(listed) or contents.keys() & {MANIFEST, SIGNATURE}:
        raise ValueError("two files of a bundle have the same name")
    digest = hashlib.sha256(manifest).hexdigest()
    key, _, signature = sign(signed_message(digest)).partition(".")
    told = {"algorithm": "ed25519", "key": key, "manifest_sha256": digest, "signature": signature}
    return write_zip({**contents, MANIFEST: manifest, SIGNATURE: canonical(told)})
