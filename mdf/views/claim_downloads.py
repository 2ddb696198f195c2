"""Files of a claim over HTTP, for whoever may see the claim: never cached, never guessed at, never opened inside our pages."""

from __future__ import annotations

from flask import Response

from core.errors import NotFound
from core.ids import TypeID
from core.web import ctx
from mdf.queries.claims import claim_for
from mdf.services.claim_files import file_of
from mdf.views.claim_parts import PICTURES

_CLOSED = "default-src 'none'; sandbox"


def download(claim_id: TypeID, evidence_id: TypeID) -> Response:
    """As an attachment under its own name."""
    claim_for(ctx(), claim_id)
    row, data = file_of(ctx(), claim_id, evidence_id)
    answer = Response(data, content_type=row.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=row.file_name or f"{row.id}.{_ending(row.media_type)}")
    return _closed(answer)


def picture(claim_id: TypeID, evidence_id: TypeID) -> Response:
    """A picture of our own drawing, to be looked at in the page."""
    claim_for(ctx(), claim_id)
    row, data = file_of(ctx(), claim_id, evidence_id)
    if row.media_type not in PICTURES:
        raise NotFound("picture")
    return _closed(Response(data, content_type=row.media_type))


def _closed(answer: Response) -> Response:
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = _CLOSED
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _ending(media_type: str) -> str:
    return {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}.get(media_type, "bin")
