"""The claim's signed bundle, for the partner whose claim it is and for the vendor's people who may read claims."""

from __future__ import annotations

from flask import Response

from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx
from mdf.evidence.bundling import MEDIA_TYPE, bundle_of
from mdf.permissions import Perm
from mdf.queries.claims import claim_for

portal = PrivateBlueprint("bundles", __name__, face="portal", url_prefix="/portal/funds/claims")
desk = PrivateBlueprint("desk_bundles", __name__, face="desk", url_prefix="/desk/funds/claims")


@portal.get("/<typeid('clm'):claim_id>/bundle.zip", endpoint="download")
@needs(Perm.CLAIM_READ)
def download_for_partner(claim_id: TypeID) -> Response:
    return _download(claim_id)


@desk.get("/<typeid('clm'):claim_id>/bundle.zip", endpoint="download")
@needs(Perm.CLAIM_READ)
def download_for_reviewer(claim_id: TypeID) -> Response:
    return _download(claim_id)


def _download(claim_id: TypeID) -> Response:
    """404 for another partner's claim, and while there is no bundle."""
    claim, _request = claim_for(ctx(), claim_id)
    answer = Response(bundle_of(ctx(), claim), content_type=MEDIA_TYPE)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{claim.id}-{claim.bundle_version}.zip")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer
