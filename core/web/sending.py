"""Private files to whoever has been let in: streamed by the hub, or fetched by the browser under an address that lives for a minute."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import quote

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.ctx import Ctx
from core.errors import BadToken, NotFound
from core.signing import sign, unsign
from core.storage import StoredObject, open_object, store_for

R = TypeVar("R", bound=AnyResponse)
#: Long enough for a slow click, too short to be passed on.
LINK_S = 60
_PURPOSE = "private object"
_CLOSED = "default-src 'none'; sandbox"


def send_private(ctx: Ctx, key: str, *, name: str, media_type: str) -> AnyResponse:
    """The file as an attachment. The caller has checked that the actor may have it; a link is made for this answer only."""
    if ctx.settings.direct_downloads:
        return closed(redirect(private_link(ctx, key, name=name, media_type=media_type), 303))
    return attachment(ctx, key, name=name, media_type=media_type)


def private_link(ctx: Ctx, key: str, *, name: str, media_type: str, seconds: int = LINK_S) -> str:
    """At the S3 service itself, or, with a folder, at the hub's own `/media/private`."""
    if ctx.session.get(StoredObject, key) is None:
        raise NotFound("object")
    direct = store_for(ctx.settings).link(key, name=name, media_type=media_type, seconds=seconds)
    if direct is not None:
        return direct
    token = sign(ctx.settings, _PURPOSE, {"key": key, "name": name[:200], "type": media_type})
    return url_for("public.private_media", token=token)


def open_link(ctx: Ctx, token: str) -> Response:
    """What the hub's own link leads to; NotFound for one that is forged or too old: it says nothing about what there is."""
    try:
        told = unsign(ctx.settings, _PURPOSE, token, max_age=LINK_S)
    except BadToken:
        raise NotFound("object") from None
    return attachment(ctx, told["key"], name=told["name"], media_type=told["type"])


def attachment(ctx: Ctx, key: str, *, name: str, media_type: str) -> Response:
    """Sent while it is read. The object is opened before the answer begins: a store that is away is still a 503."""
    row, pieces = open_object(ctx, key)
    answer = Response(pieces, content_type=media_type)
    answer.content_length = row.size
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\' else "_" for sign in name)
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return closed(answer)


def closed(answer: R) -> R:
    """Never cached, never guessed at, never opened inside our pages."""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = _CLOSED
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer
