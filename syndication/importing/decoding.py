"""Bytes to text. A wrong encoding is either told apart with certainty and reported, or refused: never guessed."""

from __future__ import annotations

import codecs

from core.i18n import gettext as _
from syndication.importing.model import Report, Unusable

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
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
            return _lines(text)
    if b"\x00" in data:
        raise Unusable("not_text", _("The file is not a text: save it as UTF-8."), _line(data, data.index(b"\x00")))
    try:
        return _lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return _lines(_western(data, error.start, report))


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


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
