"""A rendered view cut at its placeholders: filling it for one placement is one join of bytes (architecture decision 6)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from syndication.rendering.model import Slots


@dataclass(frozen=True)
class CompiledView:
    """Segments and, between each two of them, the name of the slot: `len(segments) == len(names) + 1`.

    `fingerprint` covers segments and names but not the random nonce, so two renders of the same content are equal.
    """

    segments: tuple[bytes, ...]
    names: tuple[str, ...]
    fingerprint: str
    _pattern: tuple[bytes, ...] = field(repr=False, compare=False)

    def fill(self, values: Mapping[str, bytes]) -> bytes:
        """The document for one placement. KeyError when a slot has no value: half a document must never be served."""
        parts = list(self._pattern)
        parts[1::2] = [values[name] for name in self.names]
        return b"".join(parts)

    def etag(self, token: str) -> str:
        """Strong entity tag without quotes; `token` must name everything that is filled in (see `fill_token`)."""
        return f"{self.fingerprint}-{token}"


def fill_token(values: Mapping[str, bytes]) -> str:
    """A short name for a set of slot values: differs whenever a filled byte may differ."""
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(values):
        digest.update(name.encode("ascii") + b"\x00" + len(values[name]).to_bytes(8, "big") + values[name])
    return digest.hexdigest()


def compile_view(rendered: bytes, slots: Slots) -> CompiledView:
    """Cut the rendered bytes at the placeholders of this render."""
    pieces = slots.pattern.split(rendered)
    return _view_of(tuple(pieces[0::2]), tuple(name.decode("ascii") for name in pieces[1::2]))


def _view_of(segments: tuple[bytes, ...], names: tuple[str, ...]) -> CompiledView:
    digest = hashlib.sha256()
    alternating: list[bytes] = []
    for segment, name in zip(segments, (*names, ""), strict=True):
        digest.update(len(segment).to_bytes(8, "big") + segment + name.encode("ascii") + b"\x00")
        alternating += [segment, b""]
    return CompiledView(segments, names, digest.hexdigest()[:20], tuple(alternating[:-1]))


def pack(view: CompiledView) -> bytes:
    """One blob for the table: each segment and each name with its length in front, alternating."""
    out = bytearray()
    for segment, name in zip(view.segments, (*view.names, ""), strict=True):
        for piece in (segment, name.encode("ascii")):
            out += len(piece).to_bytes(4, "big") + piece
    return bytes(out)


def unpack(blob: bytes) -> CompiledView:
    """The view that `pack` wrote; `unpack(pack(v)) == v`."""
    pieces: list[bytes] = []
    at = 0
    while at < len(blob):
        size = int.from_bytes(blob[at : at + 4], "big")
        pieces.append(blob[at + 4 : at + 4 + size])
        at += 4 + size
    return _view_of(tuple(pieces[0::2]), tuple(name.decode("ascii") for name in pieces[1::2])[:-1])
