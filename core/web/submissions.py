"""The same form sent twice is done once: whoever got no answer may send again (law L1).

Every private form carries an id of its own. Its first success keeps where it led, in the same transaction; the same form with
the same content is led there again. Content that differs is a new wish, even from a page that was gone back to.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Response, g, request
from sqlalchemy import String, Text, delete
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import wall_now
from core.database import Base
from core.jobs import scheduled

if TYPE_CHECKING:
    from core.ctx import Ctx

FIELD = "form_id"
KEEP = timedelta(days=7)


class Submission(Base):
    """Key of a form's content, and the address that its first success answered with."""

    __tablename__ = "core_submission"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(index=True)


class AlreadyReceived(Exception):
    """This very form was done before; `location` is where it led."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def fresh() -> str:
    """The id of a form that is being drawn."""
    return secrets.token_urlsafe(12)


def begin(ctx: Ctx) -> None:
    """At the start of a POST's transaction. Of two at the same moment the second waits here for the first."""
    key = _key(ctx)
    if key is None:
        return
    known = ctx.session.get(Submission, key)
    if known is not None:
        raise AlreadyReceived(known.location)
    g.submission = Submission(key=key, location="", created_at=wall_now())
    ctx.session.add(g.submission)
    ctx.session.flush()


def settle(ctx: Ctx, response: Response) -> None:
    """Before the commit: only what led somewhere is done; a form that is shown again may be sent again."""
    row: Submission | None = g.pop("submission", None)
    if row is None or row not in ctx.session:
        return
    complained = any(kind == "negative" for kind, _text in g.get("new_flashes", []))
    if 300 <= response.status_code < 400 and response.location and not complained:
        row.location = response.location
    else:
        ctx.session.delete(row)


def _key(ctx: Ctx) -> str | None:
    form_id = request.form.get(FIELD, "")
    if not form_id or len(form_id) > 60 or ctx.actor.user_id is None:
        return None
    told = sha256(repr([str(ctx.actor.user_id), request.full_path, sorted(_typed())]).encode("utf-8", "surrogatepass"))
    for name, upload in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        told.update(repr([name, upload.filename]).encode("utf-8", "surrogatepass"))
        while part := upload.stream.read(2**16):
            told.update(part)
        upload.stream.seek(0)
    return told.hexdigest()


def _typed() -> list[tuple[str, str]]:
    from core.web import csrf

    return [(name, value) for name, value in request.form.items(multi=True) if name != csrf.FIELD]


@scheduled("core.forget_submissions", every=3600)
def forget_submissions(ctx: Ctx) -> None:
    """A form that is a week old is not sent again by a person who waits."""
    ctx.session.execute(delete(Submission).where(Submission.created_at < wall_now() - KEEP))
