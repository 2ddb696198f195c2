"""Public addresses below /embed/: the loader, and the data of a placement that is not in memory yet."""

from __future__ import annotations

from functools import lru_cache

import brotli
from flask import request
from werkzeug.wrappers import Response

from core.errors import NotFound
from core.public_reads import as_response
from core.public_reads.conditional import coding_for
from core.web import PublicBlueprint, ctx
from embed_widget.addresses import read_address
from embed_widget.build import MANIFEST, SCRIPT
from syndication import public_view

bp = PublicBlueprint("embed_widget", __name__)

# The address is mutable, so that a repair reaches every host page: an hour of trust, a week of serving the old copy
# while a cache asks again or the hub is down. The content hash is the tag.
LOADER_CACHING = "public, max-age=3600, stale-while-revalidate=604800, stale-if-error=604800"


@bp.after_request
def _open_to_every_site(answer: Response) -> Response:
    """Refusals too: a script that may not read the answer could not even tell 404 from a broken network."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@bp.get("/embed/v1.js")
def loader() -> Response:
    packed = coding_for(request.headers.get("Accept-Encoding", "")) == "br"
    answer = Response(_loader_bytes(packed), content_type="text/javascript; charset=utf-8")
    if packed:
        answer.headers["Content-Encoding"] = "br"
    answer.headers["Cache-Control"] = LOADER_CACHING
    answer.headers["Vary"] = "Accept-Encoding"
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/embed/manifest.json")
def manifest() -> Response:
    """Published hash of the loader, for webmasters who pin it with `integrity`."""
    answer = Response(MANIFEST.read_bytes(), content_type="application/json")
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@bp.get("/embed/<placement_id>.json")
@bp.get("/embed/<placement_id>/<locale>.json")
def data(placement_id: str, locale: str | None = None) -> Response:
    """Behind `PublicReads`: answers what the mapping does not hold yet, and says why there is nothing."""
    asked = read_address(request.path)
    if asked is None:
        raise NotFound("placement")
    return as_response(request, public_view(ctx(), asked, request.path))


@lru_cache(maxsize=2)
def _loader_bytes(packed: bool) -> bytes:
    plain = SCRIPT.read_bytes()
    return brotli.compress(plain, mode=brotli.MODE_TEXT, quality=11) if packed else plain
