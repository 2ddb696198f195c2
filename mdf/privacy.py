"""Personal data of this room: who acted, and texts and files of requests and claims. Money is kept; tax law wants it for years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from core.audit import AuditEntry
from core.ids import TypeID
from core.privacy import DataClass, Way, actor, declare_erasing, declare_impersonal, declare_personal, drop_object, user
from core.privacy.requests import REMOVALS
from mdf.models import Claim, Evidence

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.privacy import Plan

declare_personal(
    "mdf_request",
    {"submitted_by": Way.KEEP, "decided_by": Way.KEEP},
    DataClass.ACTION_NAME,
    subject_by=(user("submitted_by"), user("decided_by")),
    exports=("status", "submitted_at", "decided_at"),
)
declare_personal("mdf_request", ("title", "goal", "target_group"), DataClass.FREE_TEXT)
declare_personal("mdf_request_line", ("description",), DataClass.FREE_TEXT)
declare_personal(
    "mdf_claim",
    {"submitted_by": Way.KEEP, "decided_by": Way.KEEP, "paid_by": Way.KEEP},
    DataClass.ACTION_NAME,
    subject_by=(user("submitted_by"), user("decided_by"), user("paid_by")),
    exports=("status", "submitted_at", "decided_at", "paid_at"),
)
declare_personal("mdf_claim", ("supplier", "supplier_tax_id", "payment_ref", "invoice_no", "results"), DataClass.FREE_TEXT)
declare_personal("mdf_claim_line", ("description",), DataClass.FREE_TEXT)
declare_personal(
    "mdf_evidence",
    {"source": Way.PSEUDONYM},
    DataClass.EVIDENCE_FILE,
    subject_by=actor("source"),
    exports=("file_name", "created_at", "captured_at"),
)
declare_personal("mdf_evidence", {"decided_by": Way.KEEP}, DataClass.ACTION_NAME, subject_by=user("decided_by"), exports=("status", "decided_at"))
declare_personal("mdf_evidence", ("file_name", "comment", "facts", "source"), DataClass.EVIDENCE_FILE)
declare_personal(
    "mdf_ledger_entry",
    {"actor_name": Way.PSEUDONYM, "actor_id": Way.KEEP},
    DataClass.ACTION_NAME,
    subject_by=(user("actor_id"), actor("actor_name")),
    exports=("kind", "amount_minor", "currency", "at"),
)
declare_personal("mdf_ledger_entry", ("reason",), DataClass.FREE_TEXT)

declare_impersonal("mdf_budget", ("name",), "the vendor's budget")
declare_impersonal("mdf_evidence", ("note",), "a code that says why a file is not there")
declare_impersonal("mdf_evidence_item", ("terms",), "what has to be proven")


def _find_bundles(ctx: Ctx, plan: Plan) -> list[str]:
    """Claims whose signed bundle tells of the person: in a text, as whoever handed in or decided, or in the timeline."""
    requests = [key[0] for key in plan.keys("mdf_request")]
    claims = {key[0] for key in plan.keys("mdf_claim")}
    claims |= set(ctx.session.scalars(select(Evidence.claim_id).where(Evidence.id.in_([key[0] for key in plan.keys("mdf_evidence")]))))
    acted = (
        set(ctx.session.scalars(select(AuditEntry.object_id).where(AuditEntry.actor_id.in_(plan.person.user_ids)))) if plan.person.user_ids else set()
    )
    query = select(Claim.id, Claim.request_id).where(Claim.bundle_key != "")
    return [
        str(row.id)
        for row in ctx.session.execute(query)
        if row.id in claims or row.request_id in requests or {str(row.id), str(row.request_id)} & acted
    ]


def _bundle_anew(ctx: Ctx, plan: Plan, claims: list[str]) -> None:
    """The bundle is made again from what is left, with its next number; the old one is deleted."""
    from mdf.tasks import make_bundle

    for claim in ctx.session.scalars(select(Claim).where(or_(*(Claim.id == claim_id for claim_id in claims)))):
        old, claim.bundle_key = claim.bundle_key, ""
        drop_object(ctx, old)
        ctx.enqueue(make_bundle, str(claim.id))


def _find_files(ctx: Ctx, plan: Plan) -> list[str]:
    """Uploaded proofs that name the person in their facts: somebody has to look whether they show it (they are not judged by a machine)."""
    keys = [key[0] for key in plan.keys("mdf_evidence")]
    return [str(one) for one in ctx.session.scalars(select(Evidence.id).where(Evidence.id.in_(keys), Evidence.object_key != ""))]


def _leave_for_review(ctx: Ctx, plan: Plan, evidence: list[str]) -> None:
    """Nothing changes by itself: a proof of a payment is kept by law. The request's page lists them."""


declare_erasing("bundles", _find_bundles, _bundle_anew)
declare_erasing("files_to_review", _find_files, _leave_for_review)


def _remove_file(ctx: Ctx, evidence_id: TypeID) -> None:
    """The fingerprint stays: that there was a proof, and which one, can still be shown."""
    row = ctx.session.get_one(Evidence, evidence_id)
    key, row.object_key, row.note = row.object_key, "", "erased"
    drop_object(ctx, key)
    claim = ctx.session.get(Claim, row.claim_id) if row.claim_id else None
    if claim is not None and claim.bundle_key:
        from mdf.tasks import make_bundle

        old, claim.bundle_key = claim.bundle_key, ""
        drop_object(ctx, old)
        ctx.enqueue(make_bundle, str(claim.id))


REMOVALS["evd"] = _remove_file
