"""Documents somebody proves something with: a PDF as it was sent, looked through, or a picture drawn anew.

A PDF keeps its bytes, because its fingerprint has to be the one its author can compute; so whatever is more than paper
(scripts, actions, other files inside or behind it, encryption) is refused instead of taken out.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from core.errors import Invalid
from core.gates.characters import clean_text
from core.gates.drawing import CPU_SECONDS, MEMORY_BYTES, ask_child, draw
from core.gates.sniffing import document_format
from core.i18n import gettext as _

MAX_PAGES = 200
MAX_OBJECTS = 500_000
MAX_STREAM_BYTES = 256 * 2**20
MAX_INFLATED_BYTES = 1024 * 2**20
MAX_PICTURE_PIXELS = 400_000_000
#: A photographed invoice has to stay legible in print.
LONGEST_SIDE = 3000
MAX_NAME = 120
_CHILD = Path(__file__).with_name("documents_child.py")
_ENDINGS = {"PDF": ("pdf",), "PNG": ("png",), "JPEG": ("jpg", "jpeg"), "WEBP": ("webp",)}
_MEDIA_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|;]+')


@dataclass(frozen=True)
class AcceptedDocument:
    """`pages` for a PDF, `width` and `height` for a picture. `file_name` is safe to show and to save."""

    data: bytes
    media_type: str
    sha256: str
    file_name: str
    pages: int | None = None
    width: int | None = None
    height: int | None = None


def accept_document(data: bytes, name: str, field: str) -> AcceptedDocument:
    """The document, or `Invalid` naming the field, a reason code and what to do."""
    found = document_format(data)
    if found is None:
        message = _("This is neither a PDF nor a picture (PNG, JPEG, WebP): save it as PDF and try again.")
        raise Invalid({field: message}, {field: "unknown_format"})
    _refuse_wrong_name(name, found, field)
    if found != "PDF":
        picture = draw(data, found, LONGEST_SIDE, field)
        own_name = file_name(name, picture.media_type)
        return AcceptedDocument(picture.data, picture.media_type, picture.sha256, own_name, None, picture.width, picture.height)
    pages = _look_through(data, field)
    return AcceptedDocument(data, "application/pdf", hashlib.sha256(data).hexdigest(), file_name(name, "application/pdf"), pages)


def _refuse_wrong_name(name: str, found: str, field: str) -> None:
    """A file that calls itself something else is either a mistake or a trick; both are for its sender to mend."""
    ending = clean_text(name).rpartition(".")[2].casefold() if "." in name else ""
    if ending in _ENDINGS[found]:
        return
    kinds = {"PDF": _("a PDF"), "PNG": _("a PNG picture"), "JPEG": _("a JPEG picture"), "WEBP": _("a WebP picture")}
    if not ending or len(ending) > 10 or not ending.isalnum():
        message = _("The name of this file does not say what it is: it is %(kind)s, so let its name end in .%(right)s.", kind=kinds[found],
                    right=_ENDINGS[found][0])  # fmt: skip
    else:
        message = _(
            "The name ends in .%(ending)s, but the file is %(kind)s: let its name end in .%(right)s, or choose the right file.",
            ending=ending,
            kind=kinds[found],
            right=_ENDINGS[found][0],
        )
    raise Invalid({field: message}, {field: "not_what_it_says"})


def file_name(name: str, media_type: str) -> str:
    """The sender's name without folders and without what file systems and headers trip over, with the ending of the content."""
    last = re.split(r"[\\/]", clean_text(name))[-1]
    stem = _NOT_IN_NAMES.sub("-", last.rpartition(".")[0] or last).strip(" .-") or "document"
    return f"{stem[:MAX_NAME]}.{_MEDIA_ENDINGS[media_type]}"


def _look_through(data: bytes, field: str) -> int:
    order = {
        "max_pages": MAX_PAGES,
        "max_objects": MAX_OBJECTS,
        "max_stream": MAX_STREAM_BYTES,
        "max_inflated": MAX_INFLATED_BYTES,
        "max_pixels": MAX_PICTURE_PIXELS,
        "memory": MEMORY_BYTES,
        "cpu": CPU_SECONDS,
    }
    answer, _nothing = ask_child(_CHILD, order, data)
    if "refused" in answer:
        raise Invalid({field: _sentence(answer["refused"])}, {field: answer["refused"]})
    return int(answer["pages"])


def _sentence(code: str) -> str:
    return {
        "encrypted": _("This PDF is protected by a password or by rights: save it without protection and try again."),
        "active": _("This PDF holds scripts or actions: print it to a new PDF and send that one."),
        "embedded": _("This PDF holds other files inside: print it to a new PDF without attachments, and send the other files on their own."),
        "second_file": _("Something else is hidden behind this PDF: print it to a new PDF and send that one."),
        "too_many_pages": _("This PDF has more than %(limit)s pages: send only those that belong to the claim.", limit=MAX_PAGES),
        "bomb": _("This PDF unpacks to far more than a document needs: print it to a new PDF and send that one."),
        "too_slow": _("This PDF takes too long to read: print it to a new PDF and send that one."),
    }.get(code, _("This PDF is damaged or cut off: print it to a new PDF and send that one."))
