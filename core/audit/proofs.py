"""One entry of the log, with what a stranger needs to check it without the hub: its day's root, the path to it, and the signature.

Checked: the entry says what its hash says (RFC 8785-like bytes, SHA-256), the path leads from the hash to the root (RFC 6962), the root
is signed (Ed25519). Who checks compares the key's fingerprint with one that was told another way (`channelpress keys`).
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.audit.days import AuditDay, day_is_ours, day_told, leaf_of
from core.audit.entries import AuditEntry, as_bytes
from core.audit.walking import Bad
from core.audit.words import reference_to, references_in, words_of
from core.ctx import SYSTEM
from core.errors import NotFound, Refused
from core.i18n import gettext as _
from core.ids import TypeID
from core.merkle import leads_to, path_of, root_of
from core.signing import public_key_of, signature_fits

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

FORMAT = "channelpress.audit-proof.1"


@dataclass(frozen=True)
class DayReport:
    """`records` and `entries` that were looked at; `first_bad` in words."""

    records: int
    entries: int
    first_bad: str | None


def proof_of(ctx: Ctx, entry_id: TypeID) -> dict[str, Any]:
    """The proof of one entry; refused while its day is open. Words that were not erased ride along, beside what is proven."""
    entry = ctx.session.get(AuditEntry, entry_id)
    if entry is None:
        raise NotFound("audit entry")
    record = None
    if entry.seq is not None:
        record = ctx.session.scalar(select(AuditDay).where(AuditDay.first_seq <= entry.seq, AuditDay.last_seq >= entry.seq))
    if entry.seq is None or record is None:
        raise Refused("audit_day_open", _("The day of this entry is not sealed yet. It is sealed soon after midnight of the programme's time."))
    rows = {row.seq: row for row in _stretch(ctx, record)}
    before = ctx.session.scalar(select(AuditEntry.hash).where(AuditEntry.seq == entry.seq - 1)) or "0" * 64
    leaves = [leaf_of(str(rows[seq].hash)) for seq in range(record.first_seq, record.last_seq + 1)]
    return {
        "format": FORMAT,
        "entry": [before, entry.seq, *entry.told(), *([] if entry.mark is None else [str(entry.lane), entry.place, entry.mark])],
        "words": {ref: {"salt": row.salt, "text": row.words} for ref, row in words_of(ctx, [entry.id]).items() if row.words is not None},
        "hash": entry.hash,
        "index": entry.seq - record.first_seq,
        "path": [step.hex() for step in path_of(leaves, entry.seq - record.first_seq)],
        "day": {
            "number": record.number,
            "day": record.day.isoformat(),
            "first": record.first_seq,
            "last": record.last_seq,
            "root": record.root,
            "previous": record.previous,
        },
        "signature": record.signature,
        "public_key": public_key_of(ctx, record.signature),
    }


def check_proof(text: str) -> tuple[str, str]:
    """(what was proven, fingerprint of the key), without a database; raises Refused with what does not hold."""
    try:
        proof = json.loads(text)
        return _checked(proof)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise Refused("proof_unreadable", _("The file is no proof as `channelpress audit proof` prints it.")) from None


def _checked(proof: dict[str, Any]) -> tuple[str, str]:
    if proof["format"] != FORMAT:
        raise ValueError
    if hashlib.sha256(as_bytes(proof["entry"])).hexdigest() != proof["hash"]:
        raise Refused("proof_entry", _("The entry does not have the hash that the proof names: it was changed."))
    day = proof["day"]
    size = day["last"] - day["first"] + 1
    path = [bytes.fromhex(step) for step in proof["path"]]
    in_place = proof["entry"][1] == day["first"] + proof["index"]
    if not in_place or not leads_to(leaf_of(proof["hash"]), proof["index"], size, path, bytes.fromhex(day["root"])):
        raise Refused("proof_path", _("The entry does not stand in this day at this place."))
    told = day_told(day["number"], date.fromisoformat(day["day"]), day["first"], day["last"], day["root"], day["previous"])
    key = urlsafe_b64decode(proof["public_key"])
    if not signature_fits(key, told, proof["signature"]):
        raise Refused("proof_signature", _("The day was not signed with this key."))
    named = set(references_in(proof["entry"]))
    for ref, kept in proof["words"].items():
        # A text that fits its own reference proves nothing when the entry does not name it.
        if ref not in named or reference_to(kept["salt"], kept["text"]) != ref:
            raise Refused("proof_words", _("A text of the entry was changed."))
    _before, seq, entry_id, at, *_more = proof["entry"]
    return f"entry {seq} ({entry_id}) of {at} stands in the day {day['day']}, entry {proof['index'] + 1} of {size}", hashlib.sha256(key).hexdigest()


def verify_day(database: Database, day: date) -> DayReport:
    """One day by itself: its entries, its root, its signature. That the days before it are whole is `verify`'s question."""
    entries = records = 0
    with database.reading(SYSTEM) as ctx:
        found = list(ctx.session.scalars(select(AuditDay).where(AuditDay.day == day).order_by(AuditDay.number)))
        if not found:
            raise Refused("audit_day_unknown", _("There is no sealed record of this day: it is not over, or nothing happened."))
        for record in found:
            try:
                entries += _check_record(ctx, record)
            except Bad as bad:
                return DayReport(records, entries, str(bad))
            records += 1
    return DayReport(records, entries, None)


def _check_record(ctx: Ctx, record: AuditDay) -> int:
    if not day_is_ours(ctx, record):
        raise Bad(f"the record of day {record.number} ({record.day}) was not sealed by this hub")
    rows = _stretch(ctx, record)
    last = ctx.session.scalar(select(AuditEntry.hash).where(AuditEntry.seq == record.first_seq - 1)) or "0" * 64
    for seq, entry in zip(range(record.first_seq, record.last_seq + 1), rows, strict=False):
        if entry.seq != seq:
            raise Bad(f"entry {seq} is missing", seq)
        if entry.digest(last) != entry.hash:
            raise Bad(f"entry {seq} ({entry.id}) was changed", seq)
        last = str(entry.hash)
    if len(rows) != record.entries:
        raise Bad(f"entry {record.first_seq + len(rows)} is missing", record.first_seq + len(rows))
    if root_of([leaf_of(str(entry.hash)) for entry in rows]).hex() != record.root:
        raise Bad(f"the record of day {record.number} ({record.day}) has another root than its entries", record.first_seq)
    return len(rows)


def _stretch(ctx: Ctx, record: AuditDay) -> list[AuditEntry]:
    span = AuditEntry.seq.between(record.first_seq, record.last_seq)
    return list(ctx.session.scalars(select(AuditEntry).where(span).order_by(AuditEntry.seq)))
