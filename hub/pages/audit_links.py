"""From an audit entry to what it is about, as far as the reader may see it: today claims, with the signed bundle of their evidence."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, url_for

from core.ctx import Ctx
from core.errors import NotFound
from core.ids import TypeID
from mdf import Perm as MdfPerm
from mdf.queries.claims import claim_for


@dataclass(frozen=True)
class ClaimLinks:
    """`bundle` is empty until a bundle was made."""

    page: str
    bundle: str


def claim_links(ctx: Ctx, object_id: str) -> ClaimLinks | None:
    """None for every other record, and for readers who may not see claims."""
    try:
        claim_id = TypeID.parse(object_id, "clm")
    except ValueError:
        return None
    if not g.actor.may(MdfPerm.CLAIM_READ):
        return None
    try:
        claim, _request = claim_for(ctx, claim_id)
    except NotFound:
        return None
    bundle = url_for("desk_bundles.download", claim_id=claim.id) if claim.bundle_key else ""
    return ClaimLinks(url_for("desk_fund_claims.show", claim_id=claim.id), bundle)
