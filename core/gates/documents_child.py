"""Runs alone in a child process (`python -I`): looks through one PDF, under limits set before reading it.

Imports nothing of the house. Protocol: standard input is one JSON line and the bytes; standard output one JSON line,
{"pages": n} or {"refused": code}. Every object of the file is looked at, also those no page leads to.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
import zipfile
import zlib
from typing import Any

#: Actions that run code, start programs, send data or fetch other files.
ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/Rendition", "/RichMediaExecute", "/Movie", "/Sound"}
#: Keys and annotations that carry scripts.
ACTIVE_KEYS = ("/JS", "/JavaScript", "/XFA")
ACTIVE_SUBTYPES = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
#: What holds another file inside.
EMBEDDING_KEYS = ("/EmbeddedFiles", "/EF", "/Collection")
INFLATING = {"/FlateDecode", "/Fl"}
PACKING = INFLATING | {"/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
#: Bytes spelt out in letters: a packed stream may stand behind them.
SPELLING = {"/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"}
_STEP = 1 << 20


class RefusedDocument(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def outside(data: bytes) -> None:
    """Nothing before the header, nothing but line ends behind the last end, and no archive that reads as one too."""
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise RefusedDocument("unreadable")
    if data[end + 5 :].strip(b"\r\n\t \x00") or zipfile.is_zipfile(io.BytesIO(data)):
        raise RefusedDocument("second_file")


class Looker:
    """Counts what it meets; stops at the first thing that may not be there."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.objects = 0
        self.inflated = 0

    def look(self, pdf: Any) -> int:
        if pdf.is_encrypted:
            raise RefusedDocument("encrypted")
        pages = len(pdf.pages)
        if pages == 0:
            raise RefusedDocument("unreadable")
        if pages > self.order["max_pages"]:
            raise RefusedDocument("too_many_pages")
        for found in pdf.objects:
            self.tree(found)
        # Some viewers take a document whose catalogue stands in the trailer itself, where it has no number of its own.
        self.tree(pdf.trailer)
        return pages

    def tree(self, root: Any) -> None:
        """One indirect object with all that lies directly in it; no recursion, depth is input."""
        import pikepdf

        todo = [root]
        while todo:
            thing = todo.pop()
            self.objects += 1
            if self.objects > self.order["max_objects"]:
                raise RefusedDocument("bomb")
            if isinstance(thing, pikepdf.Stream):
                self.stream(thing)
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                self.dictionary(thing)
                todo += [value for _key, value in thing.items() if _is_nested(value)]
            elif isinstance(thing, pikepdf.Array):
                todo += [value for value in thing if _is_nested(value)]

    def dictionary(self, thing: Any) -> None:
        if any(key in thing for key in ACTIVE_KEYS) or str(thing.get("/S", "")) in ACTIVE_ACTIONS:
            raise RefusedDocument("active")
        if str(thing.get("/Subtype", "")) in ACTIVE_SUBTYPES:
            raise RefusedDocument("active")
        kind, subtype = str(thing.get("/Type", "")), str(thing.get("/Subtype", ""))
        if any(key in thing for key in EMBEDDING_KEYS) or kind == "/EmbeddedFile" or subtype == "/FileAttachment":
            raise RefusedDocument("embedded")

    def stream(self, thing: Any) -> None:
        """A stream may not grow beyond all measure when a viewer unpacks it."""
        filters = thing.get("/Filter")
        names = [str(filters)] if not _is_list(filters) else [str(one) for one in filters]
        if sum(name in PACKING for name in names) > 1 or len(names) > 3:
            raise RefusedDocument("bomb")
        width, height = thing.get("/Width", 0), thing.get("/Height", 0)
        if isinstance(width, int) and isinstance(height, int) and width * height > self.order["max_pixels"]:
            raise RefusedDocument("bomb")
        if any(name in PACKING for name in names):
            self.unpack(thing, names)

    def unpack(self, thing: Any, names: list[str]) -> None:
        """In the order of the filters, as a viewer does it."""
        import pikepdf

        raw = thing.read_raw_bytes()
        while names[0] in SPELLING:
            raw, names = spelt_out(raw, names[0]), names[1:]
        if names[0] in INFLATING:
            self.inflate(raw)
            return
        try:
            self.count(len(thing.read_bytes()))
        except pikepdf.PdfError:  # also when it has run out of memory
            raise RefusedDocument("bomb") from None

    def count(self, size: int) -> None:
        self.inflated += size
        if size > self.order["max_stream"] or self.inflated > self.order["max_inflated"]:
            raise RefusedDocument("bomb")

    def inflate(self, raw: bytes) -> None:
        unpacker, size, rest = zlib.decompressobj(), 0, raw
        while rest:
            try:
                got = unpacker.decompress(rest, _STEP)
            except zlib.error:
                return  # damaged: a viewer will not get further either
            size += len(got)
            self.inflated += len(got)
            if size > self.order["max_stream"] or self.inflated > self.order["max_inflated"]:
                raise RefusedDocument("bomb")
            rest = unpacker.unconsumed_tail


def spelt_out(raw: bytes, name: str) -> bytes:
    """The bytes behind the letters. What is not written by the rules is refused: viewers differ in what they make of it."""
    try:
        if name in ("/ASCIIHexDecode", "/AHx"):
            letters = b"".join(raw.partition(b">")[0].replace(b"\x00", b"").split())
            return bytes.fromhex((letters + b"0" * (len(letters) % 2)).decode("ascii"))
        return base64.a85decode(raw.strip().removeprefix(b"<~").partition(b"~")[0], ignorechars=b" \t\n\r\v\f\x00")
    except ValueError:
        raise RefusedDocument("unreadable") from None


def _is_nested(value: Any) -> bool:
    """Lies directly inside; what has a number of its own is looked at by itself."""
    import pikepdf

    return isinstance(value, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array) and not value.is_indirect


def _is_list(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Array)


def look_through(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    import pikepdf

    outside(data)
    try:
        # No recovery: two viewers have to agree what the file says.
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False, access_mode=pikepdf.AccessMode.stream) as pdf:
            return {"pages": Looker(order).look(pdf)}
    except pikepdf.PasswordError:
        raise RefusedDocument("encrypted") from None


def main() -> int:
    order = json.loads(sys.stdin.buffer.readline())
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from drawing_child import limit  # type: ignore[import-not-found]

    limit(order["memory"], order["cpu"])
    data = sys.stdin.buffer.read()
    try:
        answer = look_through(order, data)
    except RefusedDocument as refused:
        answer = {"refused": refused.code}
    except MemoryError:
        answer = {"refused": "bomb"}
    except Exception:  # noqa: BLE001 - the reader may raise anything; here all of it means the same
        answer = {"refused": "unreadable"}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
