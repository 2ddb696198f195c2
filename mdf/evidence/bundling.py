"""From a claim to its bundle: what goes in, as plain values. Read and packed before the transaction, signed and stored inside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.ctx import SYSTEM
from core.errors import NotFound
from core.ids import TypeID
from core.signing import public_keys, signer
from core.storage import get_object, put_object
from engagement import SealedDay, sealed_days
from mdf.bundle import BundleFile, Head, write_bundle
from mdf.bundle.manifest import canonical, json_line
from mdf.evidence.measuring import funded_placements, timeline_of, window_of
from mdf.evidence.reading_matter import readme
from mdf.models import Claim, Evidence, EvidenceKind, FundRequest, LedgerEntry
from partners import Partner

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database
    from syndication import Placement

MEDIA_TYPE = "application/zip"
MADE = "mdf.claim.bundle_made"
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "application/pdf": "pdf"}
#: Of a ledger entry, what tells of everybody's money.
_OF_THE_BUDGET = frozenset({"seq", "allocated_minor", "available_minor", "committed_minor", "accrued_minor", "paid_minor"})


@dataclass(frozen=True)
class Draft:
    """Everything but the signature. `version` is the claim's when this was gathered."""

    claim_id: TypeID
    version: int
    made_at: datetime
    facts: dict[str, Any]
    files: tuple[BundleFile, ...]


def gather_bundle(database: Database, claim_id: str) -> Draft | None:
    """None when the claim is gone. Reads files from the store, which may be far away: nobody waits for this."""
    with database.reading(SYSTEM) as ctx:
        claim = ctx.session.get(Claim, TypeID.parse(claim_id, "clm"))
        if claim is None:
            return None
        return _Collecting(ctx, claim).draft()


def store_bundle(ctx: Ctx, draft: Draft) -> bool:
    """Signs, stores and names the bundle; False when the claim has gone on meanwhile. The same contents again change nothing."""
    claim = ctx.session.scalar(select(Claim).where(Claim.id == draft.claim_id).with_for_update(of=Claim))
    if claim is None or claim.bundle_version != draft.version:
        return False
    files = (*draft.files, _keys(ctx))
    if claim.bundle_key and _fingerprint(_packed(ctx, draft, files, claim.bundle_version)) == claim.bundle_sha256:
        return True
    version = claim.bundle_version + 1
    packed = _packed(ctx, draft, files, version)
    stored = put_object(ctx, packed, MEDIA_TYPE, public=False)
    claim.bundle_key, claim.bundle_version, claim.bundle_sha256 = stored.key, version, _fingerprint(packed)
    ctx.audit(MADE, claim, after={"version": version, "sha256": claim.bundle_sha256, "size": stored.size})
    return True


def _fingerprint(packed: bytes) -> str:
    return hashlib.sha256(packed).hexdigest()


def _packed(ctx: Ctx, draft: Draft, files: Iterable[BundleFile], version: int) -> bytes:
    head = Head(str(draft.claim_id), version, draft.made_at.isoformat(), draft.facts)
    return write_bundle(head, files, signer(ctx))


def _keys(ctx: Ctx) -> BundleFile:
    """`signer` makes the first key of an installation, so there is at least one."""
    signer(ctx)
    keys = [
        {"id": key.id, "algorithm": "ed25519", "public": key.raw.hex(), "sha256": key.fingerprint, "created_at": key.created_at.isoformat()}
        for key in public_keys(ctx)
    ]
    return BundleFile("keys.json", canonical({"keys": keys}), "Public keys of the hub. Compare them with those you were given another way")


def bundle_of(ctx: Ctx, claim: Claim) -> bytes:
    """The bytes for whoever may see the claim. NotFound while there is none."""
    if not claim.bundle_key:
        raise NotFound("bundle")
    return get_object(ctx, claim.bundle_key)[1]


class _Collecting:
    def __init__(self, ctx: Ctx, claim: Claim) -> None:
        self.ctx, self.claim = ctx, claim
        self.request = ctx.session.scalars(select(FundRequest).where(FundRequest.id == claim.request_id)).one()
        self.partner = ctx.session.get_one(Partner, claim.partner_id)
        self.window = window_of(ctx, self.request)
        self.placements = funded_placements(ctx, self.request)
        rows = ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim.id).order_by(Evidence.created_at, Evidence.id)).all()
        self.evidence = sorted(rows, key=lambda row: (row.item.position, str(row.id)))
        self.paths = {row.id: _path_of(row) for row in self.evidence if row.object_key}

    def draft(self) -> Draft:
        facts = {
            "partner": self.partner.display_name,
            "request": str(self.request.id),
            "title": self.request.title,
            "first_day": self.window.first.isoformat(),
            "last_day": self.window.last.isoformat(),
        }
        files = (*self._texts(), *(self._seals(placement) for placement in self.placements), *self._pieces())
        about = [(file.path, file.about) for file in files]
        introduction = BundleFile("readme.txt", readme(facts, str(self.claim.id), about), "How to read and to verify this bundle")
        # The moment the claim got its state, not the moment of packing: the same claim gives the same bytes.
        return Draft(self.claim.id, self.claim.bundle_version, self.claim.status_since, facts, (introduction, *files))

    def _texts(self) -> Iterator[BundleFile]:
        request, claim = self.request, self.claim
        yield BundleFile("request.json", canonical(_plain(request, lines=[_plain(line) for line in request.lines])), "The request as it was approved")
        contract = b"".join(json_line(_plain(item)) for item in request.evidence_items)
        yield BundleFile("evidence-list.jsonl", contract, "The evidence list, fixed at approval: by this the claim is judged")
        without = ("bundle_key", "bundle_sha256", "bundle_version")
        told = {name: value for name, value in _plain(claim, lines=[_plain(line) for line in claim.lines]).items() if name not in without}
        yield BundleFile("claim.json", canonical(told), "The claim with its invoice lines and the figures it rests on")
        proofs = b"".join(json_line({**_plain(row), "code": row.item.code, "file": self.paths.get(row.id)}) for row in self.evidence)
        yield BundleFile("evidence.jsonl", proofs, "What stands behind each line of the evidence list")
        entries = self.ctx.session.scalars(select(LedgerEntry).where(LedgerEntry.request_id == request.id).order_by(LedgerEntry.seq))
        yield BundleFile("ledger.jsonl", b"".join(json_line(_moved(entry)) for entry in entries), "Every movement of money of this request")
        history = (entry for entry in timeline_of(self.ctx, request, claim) if entry.action != MADE)
        yield BundleFile("timeline.jsonl", b"".join(json_line(_entry(entry)) for entry in history), "What was done by whom, from the audit log")

    def _seals(self, placement: Placement) -> BundleFile:
        """As they were when the figures of the claim were measured: a later supplement belongs to the next bundle."""
        measured_at = self.claim.results.get("measured_at")
        until = datetime.fromisoformat(measured_at) if measured_at else self.ctx.now
        days = sealed_days(self.ctx, placement.id, self.window.first, self.window.last, partner_id=self.claim.partner_id)
        known = sorted((day for day in days if day.sealed_at <= until), key=lambda day: day.statement.seq)
        about = f"Sealed days of the placement {placement.name}, {placement.page_url}"
        return BundleFile(f"seals/{placement.id}.jsonl", b"".join(map(_seal_line, known)), about, {"seals": len(known)})

    def _pieces(self) -> Iterator[BundleFile]:
        for row in self.evidence:
            if row.object_key:
                _stored, content = get_object(self.ctx, row.object_key)
                by = f"taken by the hub at {row.captured_at.isoformat()}" if row.captured_at and _by_hub(row) else f"uploaded as {row.file_name}"
                yield BundleFile(self.paths[row.id], content, f"{row.item.code}, {by}", {"evidence": str(row.id), "media_type": row.media_type})


def _by_hub(row: Evidence) -> bool:
    return row.item.provider.value == "hub"


def _path_of(row: Evidence) -> str:
    folder = "pictures" if row.item.kind is EvidenceKind.SCREENSHOT and _by_hub(row) else "uploads"
    return f"{folder}/{row.item.position:02}-{row.item.code.replace('_', '-')}-{row.id}.{_ENDINGS.get(row.media_type, 'bin')}"


def _seal_line(day: SealedDay) -> bytes:
    return json_line({"statement": json.loads(day.statement.text), "hash": day.hash, "signature": day.signature})


def _entry(entry: Any) -> dict[str, Any]:
    names = ("id", "at", "actor_kind", "actor_name", "action", "object_id", "before", "after", "reason")
    return {name: _value(getattr(entry, name)) for name in names}


def _moved(entry: LedgerEntry) -> dict[str, Any]:
    """Without the number and the balances, which are the whole budget's: the partner must not learn what others got of it."""
    return {name: value for name, value in _plain(entry).items() if name not in _OF_THE_BUDGET}


def _plain(row: Any, **more: Any) -> dict[str, Any]:
    """Every column of a row as JSON knows it."""
    return {column.key: _value(getattr(row, column.key)) for column in row.__mapper__.column_attrs} | more


def _value(value: Any) -> Any:
    if isinstance(value, bool | int | dict | list) or value is None:
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
