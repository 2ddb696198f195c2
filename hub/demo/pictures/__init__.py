"""The demo's pictures, drawn by our own code when the demo is loaded: the same bytes every time, no font, no download."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from zlib import crc32

import resvg_py

from hub.demo.pictures import knowledge_scenes, product_scenes, story_scenes
from hub.demo.pictures.canvas import Canvas

#: Name of the picture (and of the asset's folder under content/) → who draws it.
SCENES: dict[str, Callable[[Canvas, Random], None]] = {
    "velorin-meter": product_scenes.velorin_meter,
    "velorin-gateway": product_scenes.velorin_gateway,
    "velorin-lens": product_scenes.velorin_lens,
    "lens-release": product_scenes.lens_release,
    "night-load": story_scenes.night_load,
    "retrofit-live": story_scenes.retrofit_live,
    "retrofit-kit": story_scenes.retrofit_kit,
    "quarter-reference": story_scenes.quarter_reference,
    "peak-demand": knowledge_scenes.peak_demand,
    "measurement-plan": knowledge_scenes.measurement_plan,
    "savings-proof": knowledge_scenes.savings_proof,
    "heatmap-webinar": knowledge_scenes.heatmap_webinar,
}


def draw_svg(name: str) -> str:
    """One picture as SVG text; the name is its seed."""
    canvas = Canvas()
    SCENES[name](canvas, Random(crc32(name.encode())))
    return canvas.svg()


def rasterise(svg: str, *, width: int | None = None) -> bytes:
    """PNG bytes of an SVG. System fonts are not even looked at: nothing here may depend on the machine."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True)
    return bytes(png)


def draw_all(folder: Path) -> Iterator[str]:
    """Write every picture that is not there yet as PNG, 1600 × 900, and name each when it is done."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCENES:
        target = folder / f"{name}.png"
        if not target.exists():
            partial = target.with_suffix(".part")
            partial.write_bytes(rasterise(draw_svg(name)))
            partial.replace(target)
        yield name
