"""The evidence list of a claim: every line that the approval fixed, with what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from mdf.models import Claim, Evidence, EvidenceItem, EvidenceStatus, FundRequest, Provider
from mdf.rules.claims import Proof

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class ListedProof:
    """`pieces` are files, pictures and figures, oldest first; empty placeholders are among them until something comes."""

    item: EvidenceItem
    pieces: tuple[Evidence, ...]
    proof: Proof

    @property
    def status(self) -> EvidenceStatus:
        return self.proof.status

    @property
    def shown(self) -> tuple[Evidence, ...]:
        """Without the placeholder, once there is more than it."""
        there = tuple(piece for piece in self.pieces if piece.status is not EvidenceStatus.MISSING)
        return there or self.pieces


def proofs_of(ctx: Ctx, claim: Claim, request: FundRequest) -> list[ListedProof]:
    """In the order of the list. The claim and its request have been seen by the caller."""
    pieces = ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim.id).order_by(Evidence.created_at, Evidence.id)).all()
    return [_listed(item, tuple(piece for piece in pieces if piece.item_id == item.id)) for item in request.evidence_items]


def _listed(item: EvidenceItem, pieces: tuple[Evidence, ...]) -> ListedProof:
    statuses = tuple(piece.status for piece in pieces)
    return ListedProof(item, pieces, Proof(item.required, item.provider is Provider.HUB, statuses, tuple(piece.note for piece in pieces)))
