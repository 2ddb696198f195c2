"""A request that Nora approved, its activity over, and what its claim needs: invoices, papers, pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from core.clock import FixedClock
from core.ctx import Ctx
from core.gates import AcceptedDocument, accept_upload
from core.ids import TypeID
from mdf import FundRequest, RequestAction, decide_request
from mdf.models import Claim, EvidenceItem
from mdf.services.claim_drafts import ClaimDraft, ClaimLineDraft
from mdf.services.claim_files import attach_upload
from mdf.services.claims import open_claim, save_claim, submit_claim
from tests.core.gates.papers import paper

AFTER = datetime(2026, 4, 7, 9, 0, tzinfo=UTC)
INVOICED = date(2026, 3, 30)
Work = Callable[[str], Any]


@dataclass
class Stage:
    """The approved request and the means to go on from it."""

    request: TypeID
    work: Work
    clock: FixedClock

    def draft(self, **changed: Any) -> ClaimDraft:
        """Complete: 6,000 and 4,000 euros invoiced, of which the vendor pays half."""
        with self.work("system") as ctx:
            request = ctx.session.get_one(FundRequest, self.request)
            lines = tuple(ClaimLineDraft(str(line.id), line.description, line.cost_minor, row) for row, line in enumerate(request.lines, start=1))
        draft = ClaimDraft("RE-2026/041", INVOICED, "Mediahaus Köln GmbH", "DE 811 234 567", "EUR", lines)
        return replace(draft, **changed)

    def open(self) -> TypeID:
        with self.work("pia") as ctx:
            return open_claim(ctx, self.request).id

    def filled(self, content: bytes | None = None, **changed: Any) -> TypeID:
        """Opened, with the invoice and its file, not yet sent."""
        claim_id = self.open()
        draft = self.draft(**changed)
        with self.work("pia") as ctx:
            attach_upload(ctx, claim_id, item_of(ctx, self.request, "invoice"), a_paper(content))
            save_claim(ctx, claim_id, draft)
        return claim_id

    def submitted(self, **changed: Any) -> TypeID:
        claim_id = self.filled(**changed)
        with self.work("pia") as ctx:
            submit_claim(ctx, claim_id)
        return claim_id


def item_of(ctx: Ctx, request_id: TypeID, code: str) -> TypeID:
    return ctx.session.query(EvidenceItem).filter_by(request_id=request_id, code=code).first().id  # type: ignore[union-attr]


def a_paper(content: bytes | None = None, name: str = "invoice.pdf") -> AcceptedDocument:
    return accept_upload(content or paper(), kind="document", name=name)


def approve_by_nora(work: Work, submitted: TypeID) -> TypeID:
    with work("nora") as ctx:
        return decide_request(ctx, submitted, RequestAction.APPROVE).id


def claim_of(ctx: Ctx, claim_id: TypeID) -> Claim:
    return ctx.session.get_one(Claim, claim_id)
