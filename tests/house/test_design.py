"""The design system keeps its promises: contrast, one place for colours, mirrored layouts, no inline style, small faces."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

import pytest

from core.fonts import FOLDER, font_path, script_of
from tests.house.building import ROOT, our_files

CSS = ROOT / "core/static/core/css"
SPRITE = ROOT / "core/static/core/icons.svg"
STYLES = [path for path in our_files("*.css") if path.startswith("core/static/core/css/")]
TEMPLATES = [path for path in our_files("*.html") if "/templates/" in path]
PAPERS = ("desk", "paper", "paper-2")
#: (word, ground) pairs that carry text: 4.5:1 by WCAG 2.2, criterion 1.4.3.
TEXT = [
    *((ink, paper) for ink in ("ink", "ink-2", "ink-3", "accent", "accent-strong") for paper in PAPERS),
    *((state, ground) for state in ("positive", "attention", "negative", "neutral") for ground in ("paper", "paper-2", f"{state}-wash")),
    *(("ink", f"{state}-wash") for state in ("positive", "attention", "negative", "neutral")),
    ("ink-2", "paper-3"),
    ("accent-strong", "accent-wash"),
    ("on-accent", "accent"),
    ("paper", "ink"),
    ("data-1", "paper"),
    ("data-2", "paper"),
    ("on-ink-page", "ink-page"),
    ("on-ink-page-2", "ink-page"),
]
#: Outlines of controls and marks of data: 3:1 by criterion 1.4.11.
SHAPES = [*(("edge", paper) for paper in PAPERS), *((f"data-{number}", "paper") for number in range(1, 5)), ("accent", "desk")]

#: Grounds that stay white in the dark: under logos and foreign pages; and the drawing on the sign-in page.
WHITE_PLATES = (".press", ".thumb--logo", ".brand__logo", ".drop__picture:has(img)", "iframe.screen__page")


@lru_cache(maxsize=1)
def tokens() -> dict[str, tuple[str, str]]:
    """Name → (light, dark), as tokens.css says without `prefers-contrast`."""
    text = (CSS / "tokens.css").read_text().partition("@media")[0]
    pairs = {name: (day, night) for name, day, night in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", text)}
    return pairs | {name: (one, one) for name, one in re.findall(r"--([\w-]+): (#\w{6});", text)}


def luminance(color: str) -> float:
    """Relative luminance of sRGB (WCAG 2.2, definitions)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    return between(luminance(one), luminance(other))


def between(one: float, other: float) -> float:
    low, high = sorted((one, other))
    return (high + 0.05) / (low + 0.05)


def test_the_ruler_measures_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("word", "ground"), TEXT)
def test_words_can_be_read(word: str, ground: str, theme: int) -> None:
    measured = contrast(tokens()[word][theme], tokens()[ground][theme])
    assert measured >= 4.5, f"{word} on {ground}: {measured:.2f}"


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_seen(shape: str, ground: str, theme: int) -> None:
    measured = contrast(tokens()[shape][theme], tokens()[ground][theme])
    assert measured >= 3, f"{shape} on {ground}: {measured:.2f}"


def test_neighbouring_series_differ_in_grey() -> None:
    for theme in (0, 1):
        greys = [luminance(tokens()[f"data-{number}"][theme]) for number in range(1, 4)]
        assert all(between(one, other) >= 1.25 for one, other in itertools.pairwise(greys))


@pytest.mark.parametrize("path", STYLES)
def test_colours_stand_in_the_tokens_only(path: str) -> None:
    """Exceptions: WHITE_PLATES, and paper in print."""
    if path.endswith(("tokens.css", "print.css")):
        return
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", _without_comments(path))
    named = [selector.strip() for selector, body in rules if re.search(r"#[0-9a-f]{3,8}\b", body)]
    assert [selector for selector in named if not selector.startswith(WHITE_PLATES)] == []


@pytest.mark.parametrize("path", STYLES)
def test_layouts_mirror_by_themselves(path: str) -> None:
    side = "(?:left|right|top|bottom)"
    physical = rf"(?:margin|padding|border)-{side}\b|[;{{\s]{side}\s*:|(?:text-align|float):\s*(?:left|right)"
    assert re.findall(physical, _without_comments(path)) == []


def _without_comments(path: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (ROOT / path).read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES)
def test_no_template_carries_style_or_script(path: str) -> None:
    """The private pages' Content-Security-Policy would refuse it."""
    text = re.sub(r"\{#.*?#\}", "", (ROOT / path).read_text(), flags=re.DOTALL)
    assert not re.search(r"<[a-z][^>]*\sstyle\s*=", text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/(?:ld\+)?json)", text)


def test_every_named_icon_is_in_the_sprite() -> None:
    known = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text()))
    wanted: dict[str, str] = {}
    for path in TEMPLATES:
        text = (ROOT / path).read_text()
        for name in re.findall(r"""\b_?icon\(\s*"([\w-]+)"\s*[,)]|(?:icon|glyph)\s*=\s*"([\w-]+)\"""", text):
            wanted[next(part for part in name if part)] = path
    assert {name: path for name, path in wanted.items() if name not in known} == {}


def test_every_macro_of_the_front_door_is_announced() -> None:
    text = (ROOT / "core/templates/core/ui.html").read_text()
    announced, _, exported = text.partition("-#}")
    names = re.findall(r"set (\w+) = _\w+\.\w+", exported)
    assert len(names) > 30
    assert [name for name in names if not re.search(rf"\b{name}\b", announced)] == []


def test_faces_are_small_and_licensed() -> None:
    files = list(FOLDER.glob("*.woff2"))
    assert all(path.stat().st_size < 2 * 2**20 for path in files)
    assert sum(path.stat().st_size for path in files) < 6_000_000
    described = (FOLDER / "FONTS.md").read_text()
    assert [path.name for path in FOLDER.glob("OFL-*.txt") if path.name not in described] == []
    styles = (CSS / "fonts.css").read_text()
    assert sorted(path.name for path in files) == sorted(set(re.findall(r"fonts/([\w-]+\.woff2)", styles)))


@pytest.mark.parametrize(
    ("script", "sample"),
    [
        ("latin", "Wärme für Łódź und Điện"),
        ("greek", "Ενέργεια Velorin"),
        ("cyrillic", "Енергія Velorin"),
        ("arabic", "الطاقة Velorin 2026 –"),
        ("hebrew", "אנרגיה Velorin – 2026"),
        ("cjk", "港電機株式会社のVelorin、能源监测"),
    ],
)
def test_one_face_draws_a_whole_line_of_its_script(script: str, sample: str) -> None:
    from fontTools.ttLib import TTFont

    assert script_of(sample) == script
    for bold in (False, True):
        face = TTFont(font_path(script, bold)).getBestCmap()
        assert [letter for letter in sample if ord(letter) not in face] == []


def test_latin_pages_never_fetch_the_cjk_face() -> None:
    block = next(part for part in (CSS / "fonts.css").read_text().split("@font-face") if "press-sans-cjk" in part)
    ranges = [(int(low, 16), int(high or low, 16)) for low, high in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", block)]
    assert min(low for low, _high in ranges) >= 0x2E80
