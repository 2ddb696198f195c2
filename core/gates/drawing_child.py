"""Runs alone in a child process (`python -I`): one picture in, one picture out, under limits set before reading it.

Imports nothing of the house, so that a bug in a decoder meets no secret and no database. Protocol: standard input is
one JSON line and the bytes; standard output one JSON line and the bytes drawn, or {"refused": code}.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import warnings
from typing import Any

FLAT_COLOURS = 256


class RefusedPicture(Exception):
    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.answer = {"refused": code, **facts}


def limit(memory: int, cpu: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def open_picture(data: bytes, picture_format: str, max_pixels: int) -> Any:
    """Only the header is read here; the one allowed format is named, so that no other decoder ever runs."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limit, two lines below, refuses instead of warning
    picture = Image.open(io.BytesIO(data), formats=[picture_format])
    width, height = picture.size
    if width * height > max_pixels:
        raise RefusedPicture("too_many_pixels", width=width, height=height)
    return picture


def upright_srgb(picture: Any, notes: list[str]) -> Any:
    """RGB or RGBA in sRGB, turned as EXIF says."""
    from PIL import Image, ImageCms, ImageOps

    profile = picture.info.get("icc_profile")
    has_alpha = picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
    turned: Any = ImageOps.exif_transpose(picture)
    if turned.size != picture.size or picture.getexif().get(0x0112, 1) != 1:
        notes.append("turned")
    if profile and turned.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            mode = "RGBA" if turned.mode == "RGBA" else "RGB"
            turned = ImageCms.profileToProfile(turned, source, target, outputMode=mode)
            notes.append("colour_profile_converted")
        except (ImageCms.PyCMSError, ValueError, OSError):
            notes.append("colour_profile_ignored")
    if turned.mode.startswith(("I", "F")):
        # 16 bits per pixel: scaled, not cut, or every grey would become white.
        turned = turned.convert("I").point(lambda value: value / 256).convert("L")
    if turned.mode == "CMYK":
        notes.append("cmyk_converted")
    wanted = "RGBA" if has_alpha else "RGB"
    clean = Image.new(wanted, turned.size)
    clean.paste(turned.convert(wanted))  # a new picture carries no metadata of the old one
    return clean


def encode(picture: Any, lossless: bool) -> dict[str, Any]:
    """PNG for transparency and flat drawings, JPEG for photographs."""
    opacity = picture.getchannel("A").getextrema() if picture.mode == "RGBA" else (255, 255)
    has_alpha = opacity[0] < 255
    if picture.mode == "RGBA" and not has_alpha:
        picture = picture.convert("RGB")
    out = io.BytesIO()
    if has_alpha or lossless or picture.getcolors(FLAT_COLOURS) is not None:
        picture.save(out, "PNG", optimize=True)
        media_type = "image/png"
    else:
        picture.save(out, "JPEG", quality=88, optimize=True, progressive=True, subsampling=0)
        media_type = "image/jpeg"
    facts = {"media_type": media_type, "width": picture.width, "height": picture.height, "has_alpha": has_alpha}
    return {**facts, "blank": opacity[1] == 0, "data": out.getvalue()}


def fit(picture: Any, longest_side: int, notes: list[str]) -> Any:
    from PIL import Image

    if max(picture.size) <= longest_side:
        return picture
    notes.append("made_smaller")
    scale = longest_side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if picture.mode == "RGBA":  # premultiplied, or the colour of invisible pixels bleeds into the edges
        return picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    return picture.resize(size, Image.Resampling.LANCZOS)


def draw(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    notes: list[str] = []
    picture_format = order["format"]
    if picture_format == "SVG":
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
        import drawing_svg

        data = drawing_svg.rasterise(data, order["longest_side"], notes)
        picture_format = "PNG"
        notes.append("drawn_from_svg")
    picture = open_picture(data, picture_format, order["max_pixels"])
    if picture_format == "JPEG":
        picture.draft(None, (order["longest_side"], order["longest_side"]))
    if getattr(picture, "n_frames", 1) > 1:
        notes.append("first_frame_only")
    picture.load()
    lossless = picture_format in ("PNG", "GIF") and len(data) < 2 * 2**20
    answer = encode(fit(upright_srgb(picture, notes), order["longest_side"], notes), lossless)
    if order["format"] == "SVG" and answer.pop("blank"):
        raise RefusedPicture("svg_empty")
    answer.pop("blank", None)
    return {**answer, "notes": notes}


def main() -> int:
    order = json.loads(sys.stdin.buffer.readline())
    limit(order["memory"], order["cpu"])
    warnings.simplefilter("ignore")
    data = sys.stdin.buffer.read()
    picture = b""
    try:
        answer = draw(order, data)
        picture = answer.pop("data")
    except RefusedPicture as refused:
        answer = refused.answer
    except MemoryError:
        answer = {"refused": "memory"}
    except Exception as error:  # noqa: BLE001 - a decoder may raise anything; here all of it means the same
        code = getattr(error, "code", "unreadable")
        answer = {"refused": code if isinstance(code, str) else "unreadable"}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
