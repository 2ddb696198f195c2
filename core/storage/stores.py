"""Where the bytes lie: the promise every store keeps, its folder twin, and the choice between them by settings."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from core.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from core.settings import Settings

log = logging.getLogger("channelpress.storage")

LARGEST = 256 * 2**20  # bytes of one object; uploads have far smaller limits of their own
_HEX = frozenset("0123456789abcdef")


class ObjectStore(Protocol):
    """Bytes by content address. `Unavailable` says that trying again later can help; NotFound that the object is not there."""

    def put(self, content: bytes, *, public: bool = True) -> str: ...

    def get(self, key: str) -> bytes: ...

    def delete(self, key: str) -> None: ...


def address_of(content: bytes, *, public: bool = True) -> str:
    """64 hex digits. A private object has another address than a public one of the same bytes."""
    return hashlib.sha256(content if public else b"private\x00" + content).hexdigest()


def checked_key(key: str) -> str:
    """A key becomes part of a path: NotFound for whatever is none."""
    if len(key) != 64 or not set(key) <= _HEX:
        raise NotFound("object")
    return key


class FolderStore:
    """Two levels of folders; a file appears whole or not at all, and is still there after a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, key: str) -> Path:
        return self.root / checked_key(key)[:2] / key[2:4] / key

    def put(self, content: bytes, *, public: bool = True) -> str:
        key = address_of(content, public=public)
        target = self._path(key)
        if not target.exists():
            with _told_as_unavailable("written"):
                self._write(target, content)
        return key

    def _write(self, target: Path, content: bytes) -> None:
        made = [folder for folder in (target.parent, target.parent.parent, self.root) if not folder.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            os.replace(name, target)
        except BaseException:
            # A full disk must not be filled further by what did not fit.
            Path(name).unlink(missing_ok=True)
            raise
        for folder in {target.parent, *(folder.parent for folder in made)}:
            _sync_folder(folder)

    def get(self, key: str) -> bytes:
        path = self._path(key)
        with _told_as_unavailable("read"):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                raise NotFound("object") from None

    def delete(self, key: str) -> None:
        with _told_as_unavailable("deleted"):
            self._path(key).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """The name of a new file is the folder's content: without this a power cut keeps the bytes and loses the name."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told_as_unavailable(done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.error("the folder of objects cannot be %s", done, extra={"error": str(error)})
        raise Unavailable("object_store") from error


def store_for(settings: Settings) -> ObjectStore:
    """The store this installation is set to."""
    if settings.object_store == "folder":
        return FolderStore(settings.data_dir / "objects")
    return _s3_store(os.getpid(), settings.s3_bucket, settings.s3_endpoint, settings.s3_region, settings.s3_access_key, settings.s3_secret_key)


@lru_cache(maxsize=8)
def _s3_store(process: int, bucket: str, endpoint: str, region: str, access_key: str, secret_key: str) -> ObjectStore:
    """One client per process: its connections must not be shared with a forked child."""
    from core.storage.s3 import S3Store

    return S3Store(bucket, endpoint=endpoint, region=region, access_key=access_key, secret_key=secret_key)
