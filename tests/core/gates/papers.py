"""PDFs of every kind, made here: honest ones and attacks."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

#: Saved without being packed anew.
_AS_IT_IS: dict[str, Any] = {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.none}


def paper(change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **saving: object) -> bytes:
    """An A4 document with a line of text per page, changed before it is saved."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = Stream(pdf, f"BT /F1 14 Tf 60 760 Td (Invoice RE-2026-{number:03}) Tj ET".encode())
    if change:
        change(pdf)
    out = io.BytesIO()
    pdf.save(out, **({} if "encryption" in saving else {"deterministic_id": True}) | saving)  # type: ignore[arg-type]
    return out.getvalue()


def encrypted(user: str = "") -> bytes:
    return paper(encryption=pikepdf.Encryption(owner="owner", user=user))


def _open_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _named_script(pdf: pikepdf.Pdf) -> None:
    action = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=Stream(pdf, b"app.launchURL('https://x.example')")))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), action])))


def _page_script(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("1")))


def _link(pdf: pikepdf.Pdf, action: Dictionary) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    pdf.pages[0].Annots = pdf.make_indirect(Array([pdf.make_indirect(note)]))


def _attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["payload.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ\x90", filename="payload.exe")


def _pinned_file(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=Dictionary(F=String("x")))
    pdf.pages[0].Annots = Array([pdf.make_indirect(note)])


def _unreachable_script(pdf: pikepdf.Pdf) -> None:
    """Kept alive by a key no viewer knows."""
    pdf.Root.Odd = pdf.make_indirect(Array([Array([Dictionary(S=Name.JavaScript, JS=String("1"))])]))


def _form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(pdf, b"<xdp/>"))


def _film(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9])))])


def _bomb(pdf: pikepdf.Pdf) -> None:
    packer = zlib.compressobj(9)
    raw = b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
    _raw(pdf, raw, Name.FlateDecode)


def _nested_bomb(pdf: pikepdf.Pdf) -> None:
    _raw(pdf, zlib.compress(zlib.compress(bytes(1 << 24))), Array([Name.FlateDecode, Name.FlateDecode]))


def _spelt_bomb(spell: Callable[[bytes], bytes], name: Name) -> bytes:
    """Packed, and then spelt out in letters: the first filter is not the one that grows."""
    packer = zlib.compressobj(9)
    raw = b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
    return paper(lambda pdf: _raw(pdf, spell(raw), Array([name, Name.FlateDecode])), **_AS_IT_IS)


def _runs_bomb(pdf: pikepdf.Pdf) -> None:
    _raw(pdf, b"\x81\x00" * (5 << 20) + b"\x80", Name.RunLengthDecode)


def _script_in_trailer() -> bytes:
    """The catalogue stands in the trailer itself and is no numbered object."""
    data, places = bytearray(b"%PDF-1.4\n"), []
    for number, told in enumerate((b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>", b"<< /Type /Page /Parent 1 0 R /MediaBox [0 0 9 9] >>"), 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, told)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    root = b"<< /Type /Catalog /Pages 1 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
    return bytes(data) + b"xref\n0 3\n0000000000 65535 f \n%btrailer << /Size 3 /Root %b >>\nstartxref\n%d\n%%%%EOF\n" % (table, root, len(data))


def _spelt_out(pdf: pikepdf.Pdf) -> None:
    """As some report writers do it: packed, then in letters, one line end in the middle."""
    letters = base64.a85encode(zlib.compress(b"BT /F1 14 Tf 60 760 Td (Invoice) Tj ET"), wrapcol=20)
    _raw(pdf, letters + b"~>\n", Array([Name.ASCII85Decode, Name.FlateDecode]))


def _raw(pdf: pikepdf.Pdf, raw: bytes, filters: object) -> None:
    stream = Stream(pdf, b"")
    stream.write(raw, filter=filters)  # type: ignore[arg-type]
    pdf.pages[0].Contents = stream


def _huge_picture(pdf: pikepdf.Pdf) -> None:
    stream = Stream(pdf, b"x", Type=Name.XObject, Subtype=Name.Image, Width=90000, Height=90000, ColorSpace=Name.DeviceGray, BitsPerComponent=8)
    pdf.pages[0].Resources.XObject = Dictionary(Im=stream)


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("payload.html", "<script>alert(1)</script>")
    return out.getvalue()


def _archive_in_comment() -> bytes:
    """The end of the archive counts the end of the PDF as its comment: both readers are content."""
    tail = b"\n%%EOF\n"
    archive = bytearray(_archive())
    archive[-2:] = len(tail).to_bytes(2, "little")
    return paper().rstrip()[: -len(b"%%EOF")] + b"%%EOF\n%" + bytes(archive) + tail


#: Name → (bytes, reason code).
ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "password": (lambda: encrypted("secret"), "encrypted"),
    "rights without a password": (encrypted, "encrypted"),
    "script on opening": (lambda: paper(_open_script), "active"),
    "script by name": (lambda: paper(_named_script), "active"),
    "script of a page": (lambda: paper(_page_script), "active"),
    "script no page leads to": (lambda: paper(_unreachable_script), "active"),
    "script in an object stream": (lambda: paper(_named_script, object_stream_mode=pikepdf.ObjectStreamMode.generate), "active"),
    "script under an escaped name": (lambda: paper(_open_script).replace(b"/S /JavaScript", b"/S /J#61vaScri#70t").replace(b"/JS ", b"/#4aS "), "*"),
    "start of a program": (lambda: paper(lambda pdf: _link(pdf, Dictionary(S=Name.Launch, F=String("cmd.exe")))), "active"),
    "form that is sent away": (lambda: paper(lambda pdf: _link(pdf, Dictionary(S=Name.SubmitForm, F=String("https://x")))), "active"),
    "another file by link": (lambda: paper(lambda pdf: _link(pdf, Dictionary(S=Name.GoToR, F=String(r"\\x\y")))), "active"),
    "form with scripts": (lambda: paper(_form), "active"),
    "film": (lambda: paper(_film), "active"),
    "file inside": (lambda: paper(_attachment), "embedded"),
    "file pinned to a page": (lambda: paper(_pinned_file), "embedded"),
    "bomb": (lambda: paper(_bomb), "bomb"),
    "bomb in a bomb": (lambda: paper(_nested_bomb, **_AS_IT_IS), "bomb"),
    "bomb in letters": (lambda: _spelt_bomb(lambda raw: base64.a85encode(raw) + b"~>", Name.ASCII85Decode), "bomb"),
    "bomb in digits": (lambda: _spelt_bomb(lambda raw: raw.hex().encode() + b">", Name.ASCIIHexDecode), "bomb"),
    "bomb of runs": (lambda: paper(_runs_bomb, **_AS_IT_IS), "bomb"),
    "script in the trailer": (_script_in_trailer, "active"),
    "picture without end": (lambda: paper(_huge_picture), "bomb"),
    "too many pages": (lambda: paper(pages=201), "too_many_pages"),
    "archive behind": (lambda: paper() + _archive(), "second_file"),
    "archive in its own comment": (_archive_in_comment, "second_file"),
    "page behind": (lambda: paper() + b"<html><script>alert(1)</script></html>", "second_file"),
    "page before": (lambda: b"<html><script>alert(1)</script></html>" + paper(), "unknown_format"),
    "cut off": (lambda: paper()[:-120], "unreadable"),
    "only a header": (lambda: b"%PDF-1.7\n" + b"\x00" * 500 + b"%%EOF", "unreadable"),
    "program": (lambda: b"MZ\x90\x00" + bytes(200), "unknown_format"),
    "shell script": (lambda: b"#!/bin/sh\nrm -rf /\n", "unknown_format"),
    "page": (lambda: b"<!doctype html><script>1</script>", "unknown_format"),
    "drawing with a script": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "unknown_format"),
    "office document": (_archive, "unknown_format"),
}


def _plain_link(pdf: pikepdf.Pdf) -> None:
    _link(pdf, Dictionary(S=Name.URI, URI=String("https://printer.example/")))
    pdf.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]))


HONEST: dict[str, Callable[[], bytes]] = {
    "one page": paper,
    "many pages": lambda: paper(pages=200),
    "linearised": lambda: paper(linearize=True),
    "object streams": lambda: paper(object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "a link and a view on opening": lambda: paper(_plain_link),
    "line ends behind": lambda: paper() + b"\r\n\r\n",
    "streams in letters": lambda: paper(_spelt_out, **_AS_IT_IS),
    "old version": lambda: paper(force_version="1.3"),
}
