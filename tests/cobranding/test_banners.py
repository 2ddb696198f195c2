"""Banners: same inputs, same bytes; nothing stretched, nothing outside of the frame, no box instead of a letter."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from cobranding.banners import GRIDS, BannerSpec, Picture, logo_facts, paint, undrawable_share
from cobranding.banners.pictures import trimmed_logo
from cobranding.banners.text import Box, set_text, tidy
from cobranding.rules.colours import INK, WHITE, contrast, parse_colour, theme_of
from cobranding.rules.logos import LogoNote, choose_ground, fitted, notes_on
from cobranding.services.renditions import encoded, input_hash
from tests.cobranding.stage import TITLES, a_logo, drawn_picture, png
from tests.conftest import ROOT

#: Drawing in every size and language takes a minute: make check.
pytestmark = pytest.mark.slow

LINES = {"en": "with", "de": "mit", "ar": "بالتعاون مع", "ja": "協力"}


def a_spec(locale: str = "de", **changes: object) -> BannerSpec:
    """A banner in Kestrel's brand."""
    spec = BannerSpec(
        title=TITLES[locale],
        kicker="Leitfaden",
        cta="Leitfaden anfordern",
        locale=locale,
        rtl=locale == "ar",
        primary="#12372a",
        accent="#f4b942",
        partner_name="Kestrel",
        vendor_name="Velorin Energy",
        vendor_line=LINES[locale],
        partner_logo=Picture.of(a_logo()),
        image=Picture.of(drawn_picture()),
        seed="ast_1",
    )
    return replace(spec, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", list(GRIDS))
@pytest.mark.parametrize("extension", ["png", "jpg"])
def test_equal_inputs_give_equal_bytes(size: str, extension: str) -> None:
    one, other = a_spec(), a_spec()
    assert input_hash(one, size, extension) == input_hash(other, size, extension)
    assert encoded(paint(one, size), extension) == encoded(paint(other, size), extension)


def test_another_process_draws_the_same_bytes() -> None:
    """Hash seeds, caches and the order of earlier drawings leave no trace."""
    program = (
        "import hashlib; from tests.cobranding.test_banners import a_spec; from cobranding.banners import paint;"
        "from cobranding.services.renditions import encoded, input_hash;"
        "print([hashlib.sha256(encoded(paint(a_spec(lang), '1200x628'), 'png')).hexdigest() + input_hash(a_spec(lang), '300x250', 'jpg')"
        " for lang in ('ja', 'ar')])"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, cwd=ROOT, check=True).stdout
    for locale in ("ar", "ja"):
        drawn = hashlib.sha256(encoded(paint(a_spec(locale), "1200x628"), "png")).hexdigest()
        assert drawn + input_hash(a_spec(locale), "300x250", "jpg") in told


def test_every_input_counts() -> None:
    base = input_hash(a_spec(), "1200x628", "png")
    changed = {"title": "Anders", "primary": "#000000", "image": None, "rtl": True, "partner_logo": None, "vendor_line": "and", "seed": "x"}
    hashes = {input_hash(a_spec(**{name: value}), "1200x628", "png") for name, value in changed.items()}
    assert len(hashes | {base}) == len(changed) + 1
    assert input_hash(a_spec(), "300x250", "png") != base != input_hash(a_spec(), "1200x628", "jpg")


@pytest.mark.parametrize("locale", list(TITLES))
@pytest.mark.parametrize("size", list(GRIDS))
def test_every_size_in_every_language_has_its_text_on_its_ground(size: str, locale: str) -> None:
    grid = GRIDS[size]
    drawn = paint(a_spec(locale), size)
    assert drawn.size == (grid.width, grid.height)
    place = grid.title.mirrored(grid.width) if locale == "ar" else grid.title
    empty = paint(a_spec(locale, title="", kicker=""), size)
    difference = ImageChops.difference(drawn, empty).convert("L").getbbox()
    assert difference is not None
    # Round strokes may reach a pixel or two over the edge; the margin is ten times that.
    assert difference[0] >= place.left - 3
    assert difference[2] <= place.left + place.width + 3
    if grid.kicker_size == 0:
        assert difference[3] <= place.bottom + grid.title_sizes[0] * 0.3


def test_right_to_left_is_mirrored() -> None:
    left = paint(a_spec("ar", rtl=False, image=None), "1200x628")
    right = paint(a_spec("ar", rtl=True, image=None), "1200x628")
    primary = parse_colour("#12372a").rgb
    assert left.getpixel((10, 300)) == primary != right.getpixel((10, 300))
    assert right.getpixel((1190, 300)) == primary


def test_raqm_shapes_arabic_letters() -> None:
    """Joined letters are narrower than the same letters standing alone."""
    box = Box(1000, 80, 40, 40)
    joined = set_text("بالتعاون", "ar", True, box).width
    alone = sum(set_text(letter, "ar", True, box).width for letter in "بالتعاون")
    assert joined < alone * 0.85


@pytest.mark.parametrize("locale", list(TITLES))
def test_our_languages_need_no_letter_that_we_cannot_draw(locale: str) -> None:
    assert undrawable_share(TITLES[locale], locale) == 0
    assert tidy(TITLES[locale], locale) == " ".join(TITLES[locale].split())


def test_what_would_be_a_box_is_left_out() -> None:
    assert tidy("Launch 🚀 now\u202e", "en") in {"Launch now", "Launch  now"}
    assert undrawable_share("한국어 제목", "ko") > 0.2


def test_long_titles_become_smaller_and_then_shorter() -> None:
    box = Box(300, 100, 40, 16, 3)
    sizes = [set_text("energy " * count, "en", False, box).size for count in (1, 4, 9)]
    assert sizes == sorted(sizes, reverse=True)
    cut = set_text("energy " * 80, "en", False, box)
    assert cut.truncated
    assert cut.lines[-1].runs[-1].text.endswith("…")
    assert set_text("x" * 400, "en", False, box).truncated


@settings(max_examples=60, deadline=None)
@given(
    st.text(min_size=1, max_size=120).filter(lambda text: text.strip()),
    st.sampled_from(["en", "de", "ar", "ja", "he"]),
    st.integers(60, 600),
)
def test_any_text_stays_inside_its_box(text: str, locale: str, width: int) -> None:
    box = Box(width, 120, 48, 10, 4)
    block = set_text(text, locale, locale in ("ar", "he"), box)
    assert block.width <= width * 1.02
    assert block.height <= box.height
    assert len(block.lines) <= box.max_lines


@pytest.mark.parametrize(("primary", "accent"), [("#ffffff", "#ffffff"), ("#000000", "#000000"), ("#ffd54f", "#ffd54f"), ("#777777", "#767676")])
def test_text_can_be_read_whatever_the_colours(primary: str, accent: str) -> None:
    theme = theme_of(parse_colour(primary), parse_colour(accent))
    panel = paint(a_spec(primary=primary, accent=accent, image=None), "1200x628").crop((60, 215, 600, 460))
    colours = {pixel for _count, pixel in panel.getcolors(200_000) or []}
    assert theme.on_primary.rgb in colours
    assert contrast(theme.on_primary, theme.primary) >= 4.5


def test_a_logo_is_fitted_never_stretched() -> None:
    for width, height in ((4800, 1200), (100, 900), (48, 48), (1400, 180)):
        drawn = fitted(width, height, 260, 72)
        assert drawn[0] <= 261
        assert drawn[1] <= 73
        assert drawn[0] / drawn[1] == pytest.approx(width / height, rel=0.06)
    assert fitted(20, 20, 260, 72) == (32, 32), "a tiny file is not blown up"


def test_a_white_logo_stands_on_a_dark_plate() -> None:
    facts = logo_facts(Picture.of(a_logo("#ffffff")))
    deep = theme_of(parse_colour("#c62828"), INK).deep
    assert choose_ground(facts, deep).colour == deep
    assert LogoNote.NEEDS_DARK in notes_on(facts)
    pixel = paint(a_spec(partner_logo=Picture.of(a_logo("#ffffff")), primary="#c62828"), "1200x628").getpixel((62, 8))
    assert pixel == deep.rgb


def test_a_dark_logo_stands_on_white_and_a_boxed_one_on_its_own_colour() -> None:
    assert choose_ground(logo_facts(Picture.of(a_logo("#102030"))), INK).colour == WHITE
    boxed = logo_facts(Picture.of(a_logo("#102030", ground=(255, 244, 214, 255))))
    assert choose_ground(boxed, INK).colour.hex == "#fff4d6"
    assert LogoNote.BOXED in notes_on(boxed)


def test_empty_space_around_a_logo_does_not_count() -> None:
    framed = Image.new("RGBA", (900, 600), (0, 0, 0, 0))
    framed.paste(Image.open(io.BytesIO(a_logo())), (130, 200))
    assert trimmed_logo(Picture.of(png(framed))).size == trimmed_logo(Picture.of(a_logo())).size


def test_the_vendors_own_banner_names_no_second_brand() -> None:
    assert paint(a_spec(vendor_name=""), "1200x628").crop((900, 540, 1200, 628)) != paint(a_spec(), "1200x628").crop((900, 540, 1200, 628))
