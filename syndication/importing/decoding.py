"""Bytes to text. A wrong encoding is either told apart with certainty and reported, or refused: never guessed."""

from __future__ import annotations

import codecs
import re

from core.i18n import gettext as _
from syndication.importing.model import Report, Unusable

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # YAML refuses a head that holds one
# More bytes above ASCII than a Western European text has: it is another script in a national encoding.
_WESTERN_SHARE = 0.15


def decode(data: bytes, report: Report) -> str:
    """The text of a file with \\n line ends; raises Unusable naming the line of the first byte that is not UTF-8."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            try:
                text = data.decode(name)
            except UnicodeDecodeError as error:
                raise _unreadable(data, error.start) from None
            report.add("warning", "encoding", _("Read as %(name)s: save the file as UTF-8.", name=name.upper()))
            return _lines(text, report)
    if b"\x00" in data:
        raise Unusable("not_text", _("The file is not a text: save it as UTF-8."), _line(data, data.index(b"\x00")))
    try:
        return _lines(data.decode("utf-8-sig"), report)
    except UnicodeDecodeError as error:
        return _lines(_western(data, error.start, report), report)


def _western(data: bytes, first: int, report: Report) -> str:
    high = sum(byte >= 0x80 for byte in data)
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise _unreadable(data, first) from None
    letters = [char for char in text if ord(char) >= 0x80]
    if high > _WESTERN_SHARE * len(data) or sum(char.isalpha() for char in letters) < 0.6 * len(letters):
        raise _unreadable(data, first)
    report.add(
        "warning",
        "encoding",
        _("Read as Windows-1252, because it is not UTF-8: check the accents, then save the file as UTF-8."),
        _line(data, first),
    )
    return text


def _unreadable(data: bytes, position: int) -> Unusable:
    return Unusable("encoding", _("The encoding cannot be told from the bytes: save the file as UTF-8."), _line(data, position))


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _lines(text: str, report: Report) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    found = _CONTROLS.search(text)
    if found is None:
        return text
    line = text.count("\n", 0, found.start()) + 1
    report.add("warning", "control_characters", _("The text holds control characters; they were left out."), line)
    return _CONTROLS.sub("", text)
