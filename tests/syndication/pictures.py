"""Pictures drawn for tests."""

from __future__ import annotations

import io

from PIL import Image


def a_png(color: tuple[int, int, int] = (20, 90, 160), size: tuple[int, int] = (64, 40)) -> bytes:
    """A plain picture."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()
