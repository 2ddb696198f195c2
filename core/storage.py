"""Content-addressed object store: the key is the SHA-256 of the bytes, so a put is idempotent.

The folder twin is the embedded default. Metadata lives in the database; nothing depends on what a store remembers.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.errors import NotFound

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.settings import Settings

EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
    "application/pdf": "pdf",
    "text/css": "css",
    "application/zip": "zip",
}


class StoredObject(Base):
    """What the hub knows of an object; `public` ones may be read at /media by anyone who has the address."""

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


class ObjectStore(Protocol):
    """Bytes by content address."""

    def put(self, content: bytes) -> str: ...

    def get(self, key: str) -> bytes: ...


class FolderStore:
    """Two levels of folders; a file appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, key: str) -> Path:
        if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
            raise NotFound("object")
        return self.root / key[:2] / key[2:4] / key

    def put(self, content: bytes) -> str:
        key = hashlib.sha256(content).hexdigest()
        target = self._path(key)
        if target.exists():
            return key
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, target)
        return key

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound("object") from None


def store_for(settings: Settings) -> ObjectStore:
    return FolderStore(settings.data_dir / "objects")


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
    EXTENSIONS[media_type]
    key = store_for(ctx.settings).put(content)
    row = ctx.session.get(StoredObject, key)
    if row is None:
        row = StoredObject(key=key, media_type=media_type, size=len(content), width=width, height=height, public=public, created_at=ctx.now)
        ctx.session.add(row)
        ctx.session.flush()
    return row


def get_object(ctx: Ctx, key: str) -> tuple[StoredObject, bytes]:
    """Row and bytes; raises NotFound."""
    row = ctx.session.get(StoredObject, key)
    if row is None:
        raise NotFound("object")
    return row, store_for(ctx.settings).get(key)
