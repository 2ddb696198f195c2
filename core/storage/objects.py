"""What the database knows of an object, and the ways in and out.

Who puts an object holds its row until the end of the transaction, and so does who collects: the one waits for the other, and bytes are
written, or deleted, only by who holds the row (docs/adr/0015).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, Protocol

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.errors import NotFound, TooLarge, Unavailable
from core.i18n import gettext as _
from core.once import insert_once
from core.storage.stores import LARGEST, PIECE, address_of, address_of_pieces, store_for

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
    # What is only read again by the hub itself.
    "application/octet-stream": "bin",
}
#: What is larger waits on the disk while it is hashed.
_IN_MEMORY = 2**20


class Stream(Protocol):
    """What an upload is."""

    def read(self, size: int = -1, /) -> bytes: ...


class StoredObject(Base):
    """`public` ones may be read at /media by anyone who has the address.

    The same bytes, kept once for everybody and once in private, are two objects with two keys: neither changes what the other is.
    The key of a public object is the SHA-256 of its bytes, the key of a private one is not. `touched_at` is when it was last put,
    in the machine's time: what was put a moment ago may be about to be named by a row that is not committed yet.
    """

    __tablename__ = "core_object"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    public: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime | None]

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
    """Stores the bytes and their row; the same bytes again give the same row. Raises KeyError for unknown types."""
    key = address_of(content, public=public)
    size = (len(content), width, height)
    return _kept(ctx, key, media_type, size, public, lambda: store_for(ctx.settings).put(content, public=public))


def put_stream(ctx: Ctx, stream: Stream, media_type: str, *, public: bool = False, max_bytes: int = LARGEST) -> StoredObject:
    """The same for what may be large: read once, hashed on the way to a file, stored from there. TooLarge names the limit.

    A full disk is Unavailable, and nothing of it stays.
    """
    with _spooled(stream, max_bytes) as file:
        key, size = address_of_pieces(pieces_of(file), public=public)
        file.seek(0)
        return _kept(ctx, key, media_type, (size, None, None), public, lambda: store_for(ctx.settings).put_file(key, file))


def _spooled(stream: Stream, max_bytes: int) -> tempfile.SpooledTemporaryFile[bytes]:
    file, size = tempfile.SpooledTemporaryFile[bytes](max_size=_IN_MEMORY), 0
    try:
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > max_bytes:
                raise TooLarge(_("The file is larger than %(limit)s MiB.", limit=max_bytes // 2**20))
            file.write(piece)
        file.seek(0)
    except OSError as error:
        file.close()
        raise Unavailable("upload_space") from error
    except BaseException:
        file.close()
        raise
    return file


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _kept(ctx: Ctx, key: str, media_type: str, told: tuple[int, int | None, int | None], public: bool, write: Callable[[], object]) -> StoredObject:
    """The row first, and held; then the bytes. A store that refuses leaves no row: a row without bytes would be a promise."""
    EXTENSIONS[media_type]
    from core.clock import wall_now

    size, width, height = told
    with ctx.session.begin_nested():
        row = _held(
            ctx,
            key,
            media_type=media_type,
            size=size,
            width=width,
            height=height,
            public=public,
            created_at=ctx.now,
            touched_at=wall_now(),
        )
        write()
    return row


def _held(ctx: Ctx, key: str, **values: Any) -> StoredObject:
    """The row, made or locked. Between a look that finds it and the lock it may be collected: then it is made anew."""
    for _try in range(20):
        made = insert_once(ctx.session, StoredObject, key=key, **values)
        row = ctx.session.get(StoredObject, key, with_for_update=True, populate_existing=True)
        if row is not None:
            if not made:
                row.touched_at = values["touched_at"]
                ctx.session.flush()
            return row
    raise Unavailable("object_store")


def keep_object(ctx: Ctx, key: str) -> StoredObject:
    """For who names an object that somebody else has put: it is not collected before this transaction ends. NotFound when it is gone."""
    from core.clock import wall_now

    row = ctx.session.get(StoredObject, key, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("object")
    row.touched_at = wall_now()
    return row


def get_object(ctx: Ctx, key: str) -> tuple[StoredObject, bytes]:
    """Row and bytes, public or not: the caller has reached it through a record that the actor may see. Raises NotFound."""
    row = ctx.session.get(StoredObject, key)
    if row is None:
        raise NotFound("object")
    return row, store_for(ctx.settings).get(key)


def open_object(ctx: Ctx, key: str) -> tuple[StoredObject, Iterator[bytes]]:
    """Row and pieces, for an answer that is sent while it is read."""
    row = ctx.session.get(StoredObject, key)
    if row is None:
        raise NotFound("object")
    return row, store_for(ctx.settings).stream(key)


def public_object(ctx: Ctx, key: str, extension: str) -> StoredObject:
    """The row behind a public address; NotFound for anything private or of another type."""
    row = ctx.session.get(StoredObject, key)
    if row is None or not row.public or EXTENSIONS.get(row.media_type) != extension:
        raise NotFound("object")
    return row
