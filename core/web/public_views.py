"""The kernel's own public addresses: static files, stored objects, health."""

from __future__ import annotations

import mimetypes

from flask import Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from core.ctx import SYSTEM
from core.metrics import exposition
from core.metrics.exposing import CONTENT_TYPE
from core.storage import public_object, store_for
from core.web.blueprints import PublicBlueprint
from core.web.edge import ctx, database
from core.web.health import admit_scrape, may_scrape, readiness
from core.web.sending import open_link
from core.web.templating import static_file

bp = PublicBlueprint("public", __name__)
FOR_EVER = "public, max-age=31536000, immutable"
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


@bp.get("/static/<path:path>")
def static(path: str) -> AnyResponse:
    target = static_file(path)
    media_type = mimetypes.guess_type(target.name)[0] or "application/octet-stream"
    answer = Response(target.read_bytes(), mimetype=media_type)
    answer.headers["Cache-Control"] = FOR_EVER if "v" in request.args else "public, max-age=300"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/media/<name>")
def media(name: str) -> AnyResponse:
    """A public object by its content address; the content can never change, so it is cached for ever."""
    key, _, extension = name.partition(".")
    row = public_object(ctx(), key, extension)
    known = request.if_none_match.contains_weak(key)
    answer = Response(b"" if known else store_for(ctx().settings).stream(key), mimetype=row.media_type)
    if not known:
        answer.content_length = row.size
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.set_etag(key)
    return answer.make_conditional(request)


@bp.get("/media/private/<token>")
def private_media(token: str) -> AnyResponse:
    """A private object under a link that the hub has just given to somebody who may have it."""
    return open_link(ctx(), token)


@bp.get("/healthz")
def healthz() -> Response:
    """Alive: this process answers."""
    answer = jsonify(status="alive")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/readyz")
def readyz() -> Response:
    """Ready: 503 when a check that blocks is bad. Who may read metrics also gets each check's state, since when, and what to do."""
    with database().reading(SYSTEM) as read:
        told = readiness(read, whole=may_scrape(database().settings, request))
    answer = jsonify(told)
    answer.status_code = 200 if told["ready"] else 503
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/metrics")
def metrics() -> Response:
    """For Prometheus, on this machine or with the token."""
    admit_scrape(database().settings, request)
    answer = Response(exposition(database()), content_type=CONTENT_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    return answer
