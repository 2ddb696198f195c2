"""Files behind the evidence list: attached and taken off by the partner, read by both sides, never public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Invalid, NotFound, Refused
from core.gates import AcceptedDocument
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.storage import get_object, put_object
from mdf.models import Claim, ClaimStatus, Evidence, EvidenceItem, EvidenceStatus, Provider
from mdf.permissions import Perm
from mdf.services.claims import EDITABLE, with_request

if TYPE_CHECKING:
    from core.ctx import Ctx

MOST_FILES = 20
#: Claims whose files no longer count as used.
_OUT_OF_PLAY = (ClaimStatus.CANCELLED, ClaimStatus.REJECTED)


def attach_upload(ctx: Ctx, claim_id: TypeID, item_id: TypeID, accepted: AcceptedDocument, file_name: str = "") -> Evidence:
    """One more file behind a line of the list. The file is private: only its claim leads to it."""
    claim, _request = with_request(ctx, claim_id, Perm.CLAIM_EDIT)
    if claim.status not in EDITABLE:
        raise Refused("not_possible_now", _("Files can be added before the claim is sent, and when the reviewer asks for something."))
    field = f"file_{item_id}"
    item = ctx.session.scalar(select(EvidenceItem).where(EvidenceItem.id == item_id, EvidenceItem.request_id == claim.request_id))
    if item is None:
        raise NotFound("evidence item")
    if item.provider is not Provider.UPLOAD:
        raise Refused("not_possible_now", _("The hub measures this proof itself; nothing can be uploaded in its place."))
    rows = list(ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim.id, Evidence.item_id == item.id)))
    if len(rows) >= MOST_FILES:
        raise Invalid({field: _("There are %(limit)s files already: put them together into one PDF.", limit=MOST_FILES)}, {field: "too_many_files"})
    if any(row.sha256 == accepted.sha256 for row in rows):
        raise Invalid({field: _("This very file is here already. Choose another one.")}, {field: "duplicate_evidence"})
    _refuse_used(ctx, claim, accepted.sha256, field)
    row = next((row for row in rows if row.status is EvidenceStatus.MISSING), None) or _row(ctx, claim, item)
    _fill(ctx, row, accepted, file_name or accepted.file_name)
    ctx.audit("mdf.claim.file_attached", claim, after={"item": item.code, "file": row.file_name, "sha256": row.sha256})
    return row


def _refuse_used(ctx: Ctx, claim: Claim, sha256: str, field: str) -> None:
    """The same proof pays once (`duplicate_evidence`)."""
    query = (
        select(Evidence.id)
        .join(Claim, Claim.id == Evidence.claim_id)
        .where(
            Evidence.partner_id == claim.partner_id,
            Evidence.sha256 == sha256,
            Evidence.claim_id != claim.id,
            Claim.status.not_in(_OUT_OF_PLAY),
        )
    )
    if ctx.session.scalar(query.limit(1)) is not None:
        message = _("This file proves another claim already. Choose the one that belongs to this activity.")
        raise Invalid({field: message}, {field: "duplicate_evidence"})


def _row(ctx: Ctx, claim: Claim, item: EvidenceItem) -> Evidence:
    row = Evidence(
        id=new_id("evd", int(ctx.now.timestamp() * 1000)),
        partner_id=claim.partner_id,
        request_id=claim.request_id,
        item_id=item.id,
        claim_id=claim.id,
        created_at=ctx.now,
    )
    ctx.session.add(row)
    return row


def _fill(ctx: Ctx, row: Evidence, accepted: AcceptedDocument, file_name: str) -> None:
    kept = put_object(ctx, accepted.data, accepted.media_type, width=accepted.width, height=accepted.height, public=False)
    row.status = EvidenceStatus.ATTACHED
    row.object_key, row.media_type, row.file_name = kept.key, accepted.media_type, file_name[:200]
    row.sha256, row.size = accepted.sha256, len(accepted.data)
    row.facts = {"pages": accepted.pages} if accepted.pages else {"width": accepted.width, "height": accepted.height}
    row.source, row.captured_at, row.comment, row.decided_by, row.decided_at = ctx.actor.name, ctx.now, "", "", None
    ctx.session.flush()


def remove_upload(ctx: Ctx, claim_id: TypeID, evidence_id: TypeID) -> Claim:
    """Takes a file off again; what a reviewer has judged stays as it was judged."""
    claim, _request = with_request(ctx, claim_id, Perm.CLAIM_EDIT)
    row = ctx.session.scalar(select(Evidence).where(Evidence.id == evidence_id, Evidence.claim_id == claim.id))
    if row is None:
        raise NotFound("evidence")
    if claim.status not in EDITABLE or row.status is not EvidenceStatus.ATTACHED:
        raise Refused("not_possible_now", _("This file cannot be taken off any more."))
    ctx.audit("mdf.claim.file_removed", claim, before={"item": row.item.code, "file": row.file_name, "sha256": row.sha256})
    others = select(Evidence.id).where(Evidence.claim_id == claim.id, Evidence.item_id == row.item_id, Evidence.id != row.id)
    if ctx.session.scalar(others.limit(1)) is not None:
        ctx.session.delete(row)
    else:
        row.status = EvidenceStatus.MISSING
        row.object_key = row.media_type = row.file_name = row.sha256 = row.source = ""
        row.size, row.captured_at, row.facts = 0, None, {}
    return claim


def file_of(ctx: Ctx, claim_id: TypeID, evidence_id: TypeID) -> tuple[Evidence, bytes]:
    """The bytes behind a piece of evidence, for whoever may see its claim."""
    row = evidence_of(ctx, claim_id, evidence_id)
    return row, get_object(ctx, row.object_key)[1]


def evidence_of(ctx: Ctx, claim_id: TypeID, evidence_id: TypeID) -> Evidence:
    """A piece of evidence that has a file, for whoever may see its claim."""
    row = ctx.session.scalar(select(Evidence).where(Evidence.id == evidence_id, Evidence.claim_id == claim_id))
    if row is None or not row.object_key:
        raise NotFound("file")
    ctx.require(Perm.CLAIM_READ, row.partner_id)
    return row
