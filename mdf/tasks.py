"""Recurring and put-off work of this room: pictures of funded pages, and the signed bundle of a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.jobs import job
from mdf.evidence.bundling import Draft, gather_bundle, store_bundle

if TYPE_CHECKING:
    from core.ctx import Ctx


@job("mdf.make_bundle", queue="default", gather=gather_bundle)
def make_bundle(ctx: Ctx, claim_id: str, draft: Draft | None) -> None:
    """Writes the claim's bundle; again from the start when the claim got another bundle meanwhile."""
    if draft is not None and not store_bundle(ctx, draft):
        ctx.enqueue(make_bundle, claim_id)
