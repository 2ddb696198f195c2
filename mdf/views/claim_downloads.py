"""Files of a claim over HTTP, for whoever may see the claim: never cached, never guessed at, never opened inside our pages."""

from __future__ import annotations

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from core.errors import NotFound
from core.ids import TypeID
from core.web import ctx
from core.web.sending import closed, send_private
from mdf.queries.claims import claim_for
from mdf.services.claim_files import evidence_of, file_of
from mdf.views.claim_parts import PICTURES


def download(claim_id: TypeID, evidence_id: TypeID) -> AnyResponse:
    """As an attachment under its own name."""
    claim_for(ctx(), claim_id)
    row = evidence_of(ctx(), claim_id, evidence_id)
    return send_private(ctx(), row.object_key, name=row.file_name or f"{row.id}.{_ending(row.media_type)}", media_type=row.media_type)


def picture(claim_id: TypeID, evidence_id: TypeID) -> Response:
    """A picture of our own drawing, to be looked at in the page."""
    claim_for(ctx(), claim_id)
    row, data = file_of(ctx(), claim_id, evidence_id)
    if row.media_type not in PICTURES:
        raise NotFound("picture")
    return closed(Response(data, content_type=row.media_type))


def _ending(media_type: str) -> str:
    return {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}.get(media_type, "bin")
