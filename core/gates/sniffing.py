"""What a file is, told from its first bytes: never from its name or the media type its sender claims."""

from __future__ import annotations

import re

_SVG = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?svg[\s/>]")
_HEAD = 4096


def picture_format(data: bytes) -> str | None:
    """PNG, JPEG, GIF, WEBP, AVIF or SVG; None for everything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis"):
        return "AVIF"
    return "SVG" if _is_svg(data) else None


def document_format(data: bytes) -> str | None:
    """PDF, PNG, JPEG or WEBP; a PDF begins with its header, or it is two things at once."""
    if data.startswith(b"%PDF-"):
        return "PDF"
    found = picture_format(data)
    return found if found in ("PNG", "JPEG", "WEBP") else None


def _is_svg(data: bytes) -> bool:
    head = data[:_HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode()
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    found = _SVG.search(head)
    # Only a prologue may stand before the root: an HTML page that contains a drawing is no drawing.
    return head.startswith(b"<") and found is not None and b"<html" not in head[: found.start()].lower()


def text_format(data: bytes) -> str | None:
    """The media type of a file that an importer may read; None for pictures, programs and the like."""
    if data.startswith(b"PK\x03\x04"):
        return "application/zip"
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text/plain"
    if b"\x00" in data[:_HEAD] or picture_format(data) not in (None, "SVG"):
        return None
    if head.startswith((b"{", b"[")):
        return "application/json"
    if head.startswith(b"<?xml") or re.match(rb"<(rss|feed|rdf:RDF)[\s>]", head):
        return "application/xml"
    if re.match(rb"(?i)<(!doctype html|html)", head):
        return "text/html"
    return "text/plain"
