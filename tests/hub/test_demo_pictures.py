"""Pictures and logos: the same bytes every time, the promised size, nothing from the machine or from the net."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from hub.demo.material import logo_png, logo_svg, written_texts
from hub.demo.pictures import SCENES, draw_all, draw_svg, rasterise
from hub.demo.pictures.partner_scenes import SCENES as HEROES
from hub.demo.pictures.partner_scenes import draw_hero

LOGOS = ("velorin", *HEROES)


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height from the header of a PNG."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_every_asset_has_its_picture() -> None:
    assert set(SCENES) == {name.partition("/")[0] for name in written_texts()}


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_picture_is_drawn_the_same_every_time(name: str) -> None:
    svg = draw_svg(name)
    assert svg == draw_svg(name)
    assert "<text" not in svg and "href" not in svg and "<image" not in svg


def test_a_picture_has_its_size_and_its_bytes_repeat() -> None:
    once, again = rasterise(draw_svg("lens-release")), rasterise(draw_svg("lens-release"))
    assert size_of(once) == (1600, 900)
    assert once == again
    assert len(once) < 500_000


def test_drawing_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    for name in SCENES:
        (tmp_path / f"{name}.png").write_bytes(b"kept")
    (tmp_path / "lens-release.png").unlink()
    assert list(draw_all(tmp_path)) == list(SCENES)
    assert size_of((tmp_path / "lens-release.png").read_bytes()) == (1600, 900)
    assert (tmp_path / "night-load.png").read_bytes() == b"kept"


@pytest.mark.parametrize("slug", LOGOS)
def test_a_logo_needs_no_typeface(slug: str) -> None:
    svg = logo_svg(slug)
    assert "<text" not in svg and "href" not in svg and "<title>" in svg
    assert size_of(logo_png(slug))[0] == 1200


@pytest.mark.parametrize("slug", sorted(HEROES))
def test_a_website_picture_is_drawn_the_same_every_time(slug: str) -> None:
    assert draw_hero(slug) == draw_hero(slug)
    assert re.match(r'<svg xmlns="http://www.w3.org/2000/svg" width="\d+" height="\d+"', draw_hero(slug))
