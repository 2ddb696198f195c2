"""What the database knows of an object, and the ways in and out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.errors import NotFound
from core.once import insert_once
from core.storage.stores import store_for

if TYPE_CHECKING:
    from core.ctx import Ctx

EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "text/css": "css",
}


class StoredObject(Base):
    """`public` ones may be read at /media by anyone who has the address.

    The same bytes, kept once for everybody and once in private, are two objects with two keys: neither changes what the other is.
    The key of a public object is the SHA-256 of its bytes, the key of a private one is not.
    """

    __tablename__ = "core_object"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    public: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    @property
    def path(self) -> str:
        """Address below the hub, with an extension that says what it is."""
        return media_path(self.key, self.media_type)


def media_path(key: str, media_type: str) -> str:
    return f"/media/{key}.{EXTENSIONS[media_type]}"


def put_object(
    ctx: Ctx,
    content: bytes,
    media_type: str,
    *,
    width: int | None = None,
    height: int | None = None,
    public: bool = True,
) -> StoredObject:
    """Stores the bytes and their row; the same bytes again give the same row. Raises KeyError for unknown types.

    The bytes come first: a row without them would be a promise, bytes without a row are only forgotten.
    """
    EXTENSIONS[media_type]
    key = store_for(ctx.settings).put(content, public=public)
    row = ctx.session.get(StoredObject, key)
    if row is None:
        size = len(content)
        insert_once(
            ctx.session, StoredObject, key=key, media_type=media_type, size=size, width=width, height=height, public=public, created_at=ctx.now
        )
        row = ctx.session.get_one(StoredObject, key)
    return row


def get_object(ctx: Ctx, key: str) -> tuple[StoredObject, bytes]:
    """Row and bytes, public or not: the caller has reached it through a record that the actor may see. Raises NotFound."""
    row = ctx.session.get(StoredObject, key)
    if row is None:
        raise NotFound("object")
    return row, store_for(ctx.settings).get(key)


def public_object(ctx: Ctx, key: str, extension: str) -> StoredObject:
    """The row behind a public address; NotFound for anything private or of another type."""
    row = ctx.session.get(StoredObject, key)
    if row is None or not row.public or EXTENSIONS.get(row.media_type) != extension:
        raise NotFound("object")
    return row
