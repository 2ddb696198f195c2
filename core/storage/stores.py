"""Where the bytes lie: the promise every store keeps, its folder twin, and the choice between them by settings."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from core.errors import NotFound, Unavailable
from core.metrics import observe_store

if TYPE_CHECKING:
    from core.settings import Settings

log = logging.getLogger("channelpress.storage")

LARGEST = 256 * 2**20  # bytes of one object; uploads have far smaller limits of their own
PIECE = 256 * 1024
_HEX = frozenset("0123456789abcdef")
_PRIVATE = b"private\x00"


@dataclass(frozen=True)
class Lying:
    """An object as the store sees it."""

    key: str
    size: int
    since: datetime


class ObjectStore(Protocol):
    """Bytes by content address. `Unavailable` says that trying again later can help; NotFound that the object is not there."""

    def put(self, content: bytes, *, public: bool = True) -> str: ...

    def put_file(self, key: str, content: IO[bytes]) -> None:
        """Keeps a file that was hashed already, without holding it in memory."""

    def get(self, key: str) -> bytes: ...

    def stream(self, key: str) -> Iterator[bytes]:
        """Piece by piece; NotFound and Unavailable come before the first piece, and an answer that ends early is Unavailable."""

    def delete(self, key: str) -> None: ...

    def lying(self, after: str = "") -> Iterator[Lying]:
        """Every object with a key above `after`, in the order of the keys."""

    def look(self) -> None:
        """Raises Unavailable when nothing could be read or written now; cheap."""

    def link(self, key: str, *, name: str, media_type: str, seconds: int) -> str | None:
        """An address under which a browser may fetch it for so long; None where only the hub itself can."""


def address_of(content: bytes, *, public: bool = True) -> str:
    """64 hex digits. A private object has another address than a public one of the same bytes."""
    return hashlib.sha256(content if public else _PRIVATE + content).hexdigest()


def address_of_pieces(pieces: Iterator[bytes], *, public: bool = True) -> tuple[str, int]:
    """The same for what does not fit into memory, with its size."""
    digest, size = hashlib.sha256(b"" if public else _PRIVATE), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def checked_key(key: str) -> str:
    """A key becomes part of a path: NotFound for whatever is none."""
    if len(key) != 64 or not set(key) <= _HEX:
        raise NotFound("object")
    return key


@contextmanager
def observed(verb: str) -> Iterator[None]:
    """Counts and times one call of a store."""
    began, outcome = time.perf_counter(), "unavailable"
    try:
        yield
        outcome = "ok"
    except NotFound:
        outcome = "missing"
        raise
    finally:
        observe_store(verb, outcome, time.perf_counter() - began)


class FolderStore:
    """Two levels of folders; a file appears whole or not at all, and is still there after a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, key: str) -> Path:
        return self.root / checked_key(key)[:2] / key[2:4] / key

    def put(self, content: bytes, *, public: bool = True) -> str:
        key = address_of(content, public=public)
        self._keep(key, lambda out: out.write(content))
        return key

    def put_file(self, key: str, content: IO[bytes]) -> None:
        def write(out: IO[bytes]) -> None:
            while piece := content.read(PIECE):
                out.write(piece)

        self._keep(key, write)

    def _keep(self, key: str, write: object) -> None:
        target = self._path(key)
        with observed("put"), _told_as_unavailable("written"):
            if not target.exists():
                self._write(target, write)

    def _write(self, target: Path, write: object) -> None:
        made = [folder for folder in (target.parent, target.parent.parent, self.root) if not folder.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as out:
                write(out)  # type: ignore[operator]
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
        with observed("get"), _told_as_unavailable("read"):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                raise NotFound("object") from None

    def stream(self, key: str) -> Iterator[bytes]:
        path = self._path(key)
        with observed("get"), _told_as_unavailable("read"):
            try:
                opened = path.open("rb")
            except FileNotFoundError:
                raise NotFound("object") from None
        return _pieces(opened)

    def delete(self, key: str) -> None:
        with observed("delete"), _told_as_unavailable("deleted"):
            self._path(key).unlink(missing_ok=True)

    def lying(self, after: str = "") -> Iterator[Lying]:
        with _told_as_unavailable("listed"):
            for first in _folders(self.root, after[:2]):
                for second in _folders(first, after[2:4] if first.name == after[:2] else ""):
                    for file in sorted(second.iterdir()):
                        if len(file.name) == 64 and file.name > after:
                            found = _lying(file)
                            if found:
                                yield found

    def look(self) -> None:
        with _told_as_unavailable("reached"):
            self.root.mkdir(parents=True, exist_ok=True)
            if not os.access(self.root, os.R_OK | os.W_OK | os.X_OK):
                raise PermissionError(f"{self.root} may not be written")

    def link(self, key: str, *, name: str, media_type: str, seconds: int) -> str | None:
        return None


def _folders(root: Path, first: str) -> list[Path]:
    if not root.is_dir():
        return []
    return [folder for folder in sorted(root.iterdir()) if folder.is_dir() and len(folder.name) == 2 and folder.name >= first]


def _lying(file: Path) -> Lying | None:
    try:
        told = file.stat()
    except FileNotFoundError:
        return None
    return Lying(file.name, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC))


def _pieces(opened: IO[bytes]) -> Iterator[bytes]:
    with opened:
        while piece := opened.read(PIECE):
            yield piece


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
        log.error("the folder of objects cannot be %s", done, extra={"error": error.strerror or type(error).__name__})
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
