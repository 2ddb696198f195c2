"""Decoding in a child process with limits. The parent never opens a foreign picture itself."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import Invalid
from core.i18n import gettext as _

if TYPE_CHECKING:
    from core.gates.uploads import AcceptedImage

MAX_PIXELS = 40_000_000
MEMORY_BYTES = 1536 * 2**20
CPU_SECONDS = 20
WALL_SECONDS = 40
_CHILD = Path(__file__).with_name("drawing_child.py")


def draw(data: bytes, source_format: str, longest_side: int, field: str) -> AcceptedImage:
    """The picture decoded, turned upright, converted to sRGB, at most `longest_side` pixels, and written anew."""
    from core.gates.uploads import AcceptedImage

    order = {
        "format": source_format,
        "longest_side": longest_side,
        "max_pixels": MAX_PIXELS,
        "memory": MEMORY_BYTES,
        "cpu": CPU_SECONDS,
    }
    answer, picture = ask_child(_CHILD, order, data)
    if "refused" in answer:
        raise Invalid({field: _sentence(answer)})
    return AcceptedImage(
        data=picture,
        media_type=answer["media_type"],
        width=answer["width"],
        height=answer["height"],
        sha256=hashlib.sha256(picture).hexdigest(),
        has_alpha=answer["has_alpha"],
        source_format=source_format,
        notes=tuple(answer["notes"]),
    )


def ask_child(program: Path, order: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """One child per file: its limits, its crash and its memory are its own."""
    try:
        done = subprocess.run(  # noqa: S603 - our own file, no shell, nothing foreign among the arguments
            [sys.executable, "-I", str(program)],
            input=json.dumps(order).encode() + b"\n" + data,
            capture_output=True,
            timeout=WALL_SECONDS,
            env={"LC_ALL": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"refused": "too_slow"}, b""
    header, _newline, picture = done.stdout.partition(b"\n")
    if done.returncode != 0 or not header:
        return {"refused": "too_slow" if done.returncode in (-24, -9) else "unreadable"}, b""
    return json.loads(header), picture


def _sentence(answer: dict[str, Any]) -> str:
    reason = answer["refused"]
    if reason == "too_many_pixels":
        return _(
            "The picture has %(width)s × %(height)s pixels, more than 40 megapixels: make it smaller and try again.",
            width=answer["width"],
            height=answer["height"],
        )
    if reason in ("too_slow", "memory"):
        return _("The picture takes too much time or memory to draw: save it again, simpler or smaller.")
    if reason == "svg_entities":
        return _("The SVG declares entities, which we do not read: export it as plain SVG or as PNG.")
    if reason == "svg_text":
        return _("The SVG holds live text, whose typeface we do not have: convert the text to paths, or save it as PNG.")
    if reason == "svg_size":
        return _("The SVG says nothing about its size: add width and height or a viewBox.")
    if reason == "svg_empty":
        return _("Without scripts and links to other files nothing is left to draw: export it as plain SVG or PNG.")
    return _("The picture is damaged or cut off: save it again as PNG, JPEG or SVG.")
