"""`accept_upload()`: the only way for a foreign file into the house (architecture decision 14; A-46).

The stream is counted while it is read, its first bytes say what it is, and only a child process with limits decodes
it. What comes back was drawn anew: no metadata, no second file behind the picture, sRGB, upright.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, Protocol, overload

from core.errors import Invalid, TooLarge
from core.gates.documents import AcceptedDocument, accept_document
from core.gates.drawing import draw
from core.gates.sniffing import picture_format, text_format
from core.i18n import gettext as _

MAX_BYTES = 20 * 2**20
_CHUNK = 64 * 1024
PictureKind = Literal["logo", "image"]

# Longest side of what we keep, in pixels: a logo is drawn on banners of 1200, a picture on pages of 1600 at twice.
LONGEST_SIDE = {"logo": 1600, "image": 2400}


class Readable(Protocol):
    """What an upload, an open file or a BytesIO have in common."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class AcceptedImage:
    """A picture of our own making. `notes` are codes of what was changed, for the report to the uploader."""

    data: bytes
    media_type: str
    width: int
    height: int
    sha256: str
    has_alpha: bool
    source_format: str
    notes: tuple[str, ...] = ()

    @property
    def extension(self) -> str:
        return {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}[self.media_type]


@dataclass(frozen=True)
class AcceptedFile:
    """A file to be read by an importer: counted and recognised, not yet understood."""

    data: bytes
    media_type: str
    sha256: str


@overload
def accept_upload(stream: Readable | bytes, *, kind: PictureKind, max_bytes: int = MAX_BYTES, field: str = "file") -> AcceptedImage: ...


@overload
def accept_upload(stream: Readable | bytes, *, kind: Literal["import"], max_bytes: int = MAX_BYTES, field: str = "file") -> AcceptedFile: ...


@overload
def accept_upload(
    stream: Readable | bytes, *, kind: Literal["document"], max_bytes: int = MAX_BYTES, field: str = "file", name: str = ""
) -> AcceptedDocument: ...


def accept_upload(
    stream: Readable | bytes,
    *,
    kind: Literal["logo", "image", "import", "document"],
    max_bytes: int = MAX_BYTES,
    field: str = "file",
    name: str = "",
) -> AcceptedImage | AcceptedFile | AcceptedDocument:
    """The upload as something harmless, or `Invalid`/`TooLarge` naming the field and what to do.

    `name` is what the sender calls the file: of a document it has to be true.
    """
    data = read_limited(stream, max_bytes, field)
    if not data:
        raise Invalid({field: _("The file is empty: choose another one.")})
    if kind == "document":
        return accept_document(data, name, field)
    if kind == "import":
        return _accept_import(data, field)
    source_format = picture_format(data)
    if source_format is None:
        raise Invalid({field: _("This file is not a picture we can read: save it as PNG, JPEG, WebP, AVIF, GIF or SVG.")})
    return draw(data, source_format, LONGEST_SIDE[kind], field)


def read_limited(stream: Readable | bytes, max_bytes: int, field: str) -> bytes:
    """Everything in the stream, never more than one chunk beyond the limit."""
    if isinstance(stream, bytes):
        if len(stream) > max_bytes:
            raise _too_large(max_bytes, field)
        return stream
    parts, size = [], 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise _too_large(max_bytes, field)
        parts.append(chunk)
    return b"".join(parts)


def _too_large(max_bytes: int, field: str) -> TooLarge:
    limit = f"{max_bytes / 2**20:g}"
    return TooLarge(_("The file is larger than %(limit)s MB: make it smaller and try again.", limit=limit), field=field)


def _accept_import(data: bytes, field: str) -> AcceptedFile:
    media_type = text_format(data)
    if media_type is None:
        raise Invalid({field: _("This is neither a feed (RSS, Atom, JSON Feed) nor a text nor a zip archive: choose another file.")})
    return AcceptedFile(data, media_type, hashlib.sha256(data).hexdigest())
