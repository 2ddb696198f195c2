"""A bundle as a claim's: made from fixed values and a fixed key, so that its bytes are always the same."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from engagement.rules.seals import START, Statement
from mdf.bundle import BundleFile, Head, write_bundle
from mdf.bundle.manifest import canonical, json_line

KEY_ID = "key_01m84ya35ce2as2zf06hhgeskb"
PRIVATE = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"the key of the tests").digest())
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
KEYS = {KEY_ID: PUBLIC}
CLAIM = "clm_01m84ya394e0nab0sz8av4cknz"
PLACEMENTS = ("plc_01m84ya395e2dtcbfwqzc6r0sb", "plc_01m84ya395e2f8w4dz57pf3b8h")
DAYS = 30


def sign(message: bytes) -> str:
    return f"{KEY_ID}.{base64.urlsafe_b64encode(PRIVATE.sign(message)).decode().rstrip('=')}"


def seal_lines(placement: str, days: int = DAYS) -> list[bytes]:
    previous, lines = START, []
    for offset in range(days):
        statement = Statement(
            partner="prt_01m84ya34je16tzp5rxgm3d6fq",
            placement=placement,
            day=date(2026, 3, 1) + timedelta(days=offset),
            zone="Europe/Berlin",
            number=0,
            seq=offset + 1,
            events=12 + offset,
            root=hashlib.sha256(f"{placement}{offset}".encode()).hexdigest(),
            counts={"rendered": {"valid": 9 + offset, "crawler": 2}, "click": {"valid": 1}},
            evidenced={"rendered": 8 + offset, "click": 1},
            previous=previous,
            sealed_at=datetime(2026, 3, 4, tzinfo=UTC) + timedelta(days=offset),
        )
        previous = statement.hash
        lines.append(json_line({"statement": json.loads(statement.text), "hash": statement.hash, "signature": sign(statement.message)}))
    return lines


def results() -> dict[str, object]:
    rendered = sum(8 + offset for offset in range(DAYS)) * len(PLACEMENTS)
    return {"evidenced": {"rendered": rendered, "click": DAYS * len(PLACEMENTS)}, "invalid": {"crawler": 2 * DAYS * len(PLACEMENTS)}, "days": DAYS}


def sample_files() -> list[BundleFile]:
    chance = random.Random(3)
    picture = b"\x89PNG\r\n\x1a\n" + chance.randbytes(3000)
    keys = {"keys": [{"id": KEY_ID, "public": PUBLIC.hex(), "created_at": "2026-01-01T00:00:00+00:00"}]}
    ledger = [json_line({"seq": n, "kind": "commit", "amount_minor": 1000 * n, "currency": "EUR"}) for n in range(1, 5)]
    timeline = [json_line({"at": f"2026-03-{n:02}T10:00:00+00:00", "action": "mdf.claim.saved", "seq": n, "reason": None}) for n in range(1, 25)]
    return [
        BundleFile("readme.txt", b"What this is.\n\nHow to check it.\nLine four.\nThe end.\n", "How to read and verify this bundle"),
        BundleFile("request.json", canonical({"id": "mrq_1", "goal": "Leads", "lines": [{"cost_minor": 500000}]}), "The request as it was approved"),
        BundleFile("claim.json", canonical({"id": CLAIM, "results": results()}), "The claim"),
        BundleFile("ledger.jsonl", b"".join(ledger), "Ledger entries"),
        BundleFile("timeline.jsonl", b"".join(timeline), "What happened, in order"),
        BundleFile("keys.json", canonical(keys), "Public keys of the hub"),
        *(BundleFile(f"seals/{one}.jsonl", b"".join(seal_lines(one)), "Sealed days") for one in PLACEMENTS),
        BundleFile("pictures/screenshot-start.png", picture, "The page at the start"),
        BundleFile("pictures/screenshot-end.png", picture[:2000] + chance.randbytes(1000), "The page at the end"),
        BundleFile("uploads/invoice.pdf", b"%PDF-1.7\n" + chance.randbytes(2000), "The invoice", {"sha256_at_upload": "x"}),
    ]


def sample_bundle() -> bytes:
    return write_bundle(Head(CLAIM, 1, "2026-04-05T08:00:00+00:00", {"partner": "Kestrel"}), sample_files(), sign)
