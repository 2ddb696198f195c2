"""Pictures for the upload tests, drawn here: none is anybody's work."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageCms, ImageDraw


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Red left half, blue right half, a transparent top edge where the mode has one."""
    made = Image.new("RGBA", size, (255, 0, 0, 255))
    ImageDraw.Draw(made).rectangle((size[0] // 2, 0, size[0], size[1]), fill=(0, 0, 255, 255))
    if mode in ("RGBA", "LA", "PA", "P"):
        ImageDraw.Draw(made).rectangle((0, 0, size[0], 4), fill=(0, 0, 0, 0))
    return made if mode == "RGBA" else made.convert("RGB").convert(mode) if mode not in ("LA", "P") else made.convert(mode)


def encoded(made: Image.Image, name: str, **options: object) -> bytes:
    out = io.BytesIO()
    made.save(out, name, **options)
    return out.getvalue()


def huge_png(side: int = 13_000) -> bytes:
    """169 megapixels in a few hundred kilobytes, written without ever holding the pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    squeeze = zlib.compressobj(9)
    row = b"\0" * (side + 1)
    data = b"".join(squeeze.compress(row) for _ in range(side)) + squeeze.flush()
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def lying_png(side: int = 100_000) -> bytes:
    """A header that promises far more than it holds."""
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def exif_turned() -> bytes:
    """Stored lying on its side, orientation 6, with a place in its metadata."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home, 53.55 N 9.99 E"
    return encoded(picture().rotate(90, expand=True), "JPEG", exif=exif.tobytes(), quality=95, comment=b"secret comment")


def wide_gamut() -> bytes:
    """Swapped channels by profile: only who reads the profile sees red on the left."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded(picture(), "PNG", icc_profile=profile)


def animated_gif() -> bytes:
    frames = [picture().convert("P"), Image.new("RGB", (60, 40), "green").convert("P")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    return out.getvalue()


def svg(body: str = "", *, head: str = "", attributes: str = 'width="60" height="40"') -> bytes:
    """A red square with whatever else is to be tried."""
    square = '<rect width="30" height="40" fill="#ff0000"/>'
    return (f'{head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>{square}{body}</svg>').encode()
