"""Verifying a bundle offline: what was checked, and by name what does not hold. Never raises because of its input."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .comparing import Finding, compare
from .container import BadContainer, Limits, Reading, read_zip
from .manifest import FORMAT, MANIFEST, SIGNATURE, VERSION, canonical, signed_message
from .sealed_lines import Sums, check_figures, check_seals

KEYS = "keys.json"
_BESIDES = frozenset({MANIFEST, SIGNATURE})


@dataclass
class Report:
    """`checked` are sentences about what holds. `trusted`: the key came from the reader, not from the bundle itself."""

    checked: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    claim: str = ""
    made_at: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    fingerprint: str = ""
    trusted: bool = False

    @property
    def holds(self) -> bool:
        return not self.findings

    @property
    def first(self) -> Finding | None:
        return self.findings[0] if self.findings else None


def verify(data: bytes, keys: Mapping[str, bytes] | None = None, limits: Limits | None = None) -> Report:
    """`keys` (id → 32 raw bytes) are what the reader knows of the hub; without them the bundle is only checked against itself."""
    try:
        readings = read_zip(data, limits)
    except BadContainer as error:
        return Report(findings=[Finding(error.item, error.problem)], trusted=keys is not None)
    # Of two readings, the one that leaves less to be explained: the damage is then named where it is.
    return min((_report(reading, keys) for reading in readings), key=lambda report: len(report.findings))


def _report(reading: Reading, keys: Mapping[str, bytes] | None) -> Report:
    report = Report(trusted=keys is not None)
    _Checking(reading.files, report, keys).run()
    # What stands in a file is named by the file first: a changed byte also contradicts the check sums of its zip header.
    named = {finding.item for finding in report.findings}
    report.findings += [Finding(item, problem) for item, problem in reading.differences if not any(item.endswith(f" {name}") for name in named)]
    if not reading.differences:
        report.checked.append(f"The zip holds {len(reading.files)} files and not one byte besides them.")
    return report


class _Checking:
    def __init__(self, files: Mapping[str, bytes], report: Report, keys: Mapping[str, bytes] | None) -> None:
        self.files, self.report, self.given = files, report, keys
        self.manifest: Mapping[str, Any] = {}

    def run(self) -> None:
        """The contents first, then who signed them: a changed key must be named as itself, not as a bad signature."""
        if not self._read_manifest():
            self._check_signature({})
            return
        entries = self.manifest["files"]
        before = len(self.report.findings)
        self.report.findings += compare(entries, self.files, _BESIDES)
        if len(self.report.findings) == before:
            lines = sum(len(entry.get("lines", ())) for entry in entries)
            self.report.checked.append(f"{len(entries)} files are as they were written, {lines} lines of them one by one.")
        keys = self._keys()
        self._check_signature(keys)
        self._check_seals(keys)

    def _read_manifest(self) -> bool:
        raw = self.files.get(MANIFEST)
        if raw is None:
            self._bad(MANIFEST, "it is missing")
            return False
        try:
            told = json.loads(raw)
            self.manifest = told
            shape = told["format"] == FORMAT and told["version"] == VERSION and all(_is_entry(entry) for entry in told["files"])
            as_written = shape and canonical(told) == raw
        except (ValueError, KeyError, TypeError, RecursionError):
            self._bad(MANIFEST, "it cannot be read")
            return False
        if not as_written:
            self._bad(MANIFEST, "it is not as this program writes it")
            return False
        self.report.claim, self.report.made_at = str(told.get("claim", "")), str(told.get("made_at", ""))
        self.report.facts = told.get("facts", {}) if isinstance(told.get("facts"), dict) else {}
        return True

    def _keys(self) -> dict[str, bytes]:
        if self.given is not None:
            return dict(self.given)
        try:
            listed = json.loads(self.files[KEYS])["keys"]
            return {str(one["id"]): bytes.fromhex(one["public"]) for one in listed}
        except (KeyError, ValueError, TypeError, RecursionError):
            self._bad(KEYS, "it does not name the hub's public keys")
            return {}

    def _check_signature(self, keys: Mapping[str, bytes]) -> None:
        told = self._read_signature()
        if told is None:
            return
        self.report.key = told["key"]
        public = keys.get(told["key"])
        if public is None:
            if keys or self.given is not None:
                self._bad(SIGNATURE, f"the key {told['key'][:40]} is not among those that you trust")
            return
        self.report.fingerprint = hashlib.sha256(public).hexdigest()
        manifest = hashlib.sha256(self.files.get(MANIFEST, b"")).hexdigest()
        named, fits = told["manifest_sha256"], _signed(public, signed_message(manifest), told["signature"])
        if fits and named == manifest:
            self.report.checked.append(f"The manifest was signed with the key {told['key']}.")
        elif not fits and named != manifest:
            # First: whatever else was found was measured by a manifest that nobody signed.
            self.report.findings.insert(0, Finding(MANIFEST, "it is not the one that was signed"))
        elif not any(finding.item == KEYS for finding in self.report.findings):
            # A key that was exchanged inside the bundle has been named already.
            self._bad(SIGNATURE, "the signature is not that of this manifest")

    def _read_signature(self) -> dict[str, str] | None:
        raw = self.files.get(SIGNATURE)
        if raw is None:
            self.report.findings.insert(0, Finding(SIGNATURE, "it is missing"))
            return None
        try:
            told = json.loads(raw)
            plain = {name: str(told[name]) for name in ("algorithm", "key", "manifest_sha256", "signature")}
        except (ValueError, KeyError, TypeError, RecursionError):
            self._bad(SIGNATURE, "it cannot be read")
            return None
        if canonical(plain) != raw or plain["algorithm"] != "ed25519":
            self._bad(SIGNATURE, "it is not as this program writes it")
            return None
        return plain

    def _check_seals(self, keys: Mapping[str, bytes]) -> None:
        """Only in a bundle whose files are whole: what was changed has been named, and a second finding would only confuse."""
        if self.report.findings:
            return
        sums = Sums()

        def holds(message: bytes, signature: str) -> bool:
            key, _, encoded = signature.partition(".")
            return key in keys and _signed(keys[key], message, encoded)

        self.report.findings += check_seals(self.files, holds, sums)
        self.report.findings += check_figures(self.files, sums)
        if not self.report.findings:
            self.report.checked.append(f"{sums.seals} sealed days are signed and chained, and the claim's figures are their sums.")

    def _bad(self, item: str, problem: str) -> None:
        self.report.findings.append(Finding(item, problem))


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("path"), str)
        and isinstance(entry.get("sha256"), str)
        and isinstance(entry.get("size"), int)
        and isinstance(entry.get("lines", []), list)
    )


def _signed(public: bytes, message: bytes, encoded: str) -> bool:
    """Also compares the text of the signature: its last letter has bits to spare, which must not differ unseen."""
    try:
        raw = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        if base64.urlsafe_b64encode(raw).decode().rstrip("=") != encoded:
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(raw, message)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True
