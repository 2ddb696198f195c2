"""Brand colours as decisions: what can be read on what, and which nearby shade would do.

Contrast follows WCAG 2.2 (relative luminance, success criteria 1.4.3 and 1.4.11). Shades are moved in OKLCH, so that a
corrected colour keeps its hue and still looks like the partner's colour.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

TEXT_CONTRAST = 4.5
GRAPHIC_CONTRAST = 3.0

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*\)", re.IGNORECASE)


class NotAColour(ValueError):
    """The text names no colour that we can use; the caller knows the field."""


@dataclass(frozen=True)
class Colour:
    """An sRGB colour, 8 bits a channel."""

    red: int
    green: int
    blue: int

    @property
    def hex(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def rgb(self) -> tuple[int, int, int]:
        return (self.red, self.green, self.blue)

    @cached_property
    def luminance(self) -> float:
        """WCAG relative luminance, 0 (black) to 1 (white)."""
        red, green, blue = (_linear(channel) for channel in self.rgb)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def mix(self, other: Colour, share: float) -> Colour:
        """This colour with `share` (0..1) of another; plain sRGB, as a browser's `color-mix(in srgb, …)`."""
        return Colour(*(round(a + (b - a) * share) for a, b in zip(self.rgb, other.rgb, strict=True)))


WHITE = Colour(255, 255, 255)
BLACK = Colour(0, 0, 0)
INK = Colour(0x14, 0x1A, 0x24)


def parse_colour(text: str) -> Colour:
    """`#1f6feb`, `1f6feb`, `#0af` and `rgb(31, 111, 235)`; everything else is refused, never guessed."""
    wanted = text.strip()
    if match := _HEX.fullmatch(wanted):
        digits = match[1]
        if len(digits) == 3:
            digits = "".join(digit * 2 for digit in digits)
        return Colour(*(int(digits[at : at + 2], 16) for at in (0, 2, 4)))
    if match := _RGB.fullmatch(wanted):
        channels = [int(part) for part in match.groups()]
        if max(channels) <= 255:
            return Colour(*channels)
    raise NotAColour(text)


def contrast(one: Colour, other: Colour) -> float:
    """WCAG contrast ratio, 1 to 21."""
    lighter, darker = sorted((one.luminance, other.luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(ground: Colour) -> Colour:
    """Text colour for a ground: white while it can be read, else our ink, else black (always at least 4.5)."""
    for candidate in (WHITE, INK, BLACK):
        if contrast(candidate, ground) >= TEXT_CONTRAST:
            return candidate
    return max((WHITE, BLACK), key=lambda candidate: contrast(candidate, ground))


def readable_shade(colour: Colour, ground: Colour, minimum: float = TEXT_CONTRAST) -> Colour:
    """The nearest shade of `colour` (same hue) that reaches `minimum` on `ground`; itself when it already does."""
    if contrast(colour, ground) >= minimum:
        return colour
    lightness, chroma, hue = _to_oklch(colour)
    steps = [step / 200 for step in range(201)]
    for candidate in sorted(steps, key=lambda step: abs(step - lightness)):
        shade = _from_oklch(candidate, chroma, hue)
        if contrast(shade, ground) >= minimum:
            return shade
    return max((WHITE, BLACK), key=lambda end: contrast(end, ground))


def with_lightness(colour: Colour, lightness: float, chroma_share: float = 1.0) -> Colour:
    """Same hue at another OKLCH lightness (0..1); `chroma_share` calms or keeps the colourfulness."""
    _, chroma, hue = _to_oklch(colour)
    return _from_oklch(lightness, chroma * chroma_share, hue)


def lightness_of(colour: Colour) -> float:
    """Perceived (OKLCH) lightness, 0 to 1."""
    return _to_oklch(colour)[0]


@dataclass(frozen=True)
class ContrastFinding:
    """Two colours that cannot stand together, with the shade that could."""

    field: str
    colour: Colour
    ground: Colour
    ratio: float
    minimum: float
    suggestion: Colour


#: Below this a button in one colour is not noticed on a ground of the other.
NOTICED = 1.8


def check_colours(primary: Colour, accent: Colour) -> list[ContrastFinding]:
    """What a partner should know before publishing: a main colour too pale for text on white, buttons lost on their ground.

    Findings inform; they never block, because pages and banners take a readable shade by themselves.
    """
    findings = []
    ratio = contrast(primary, WHITE)
    if ratio < GRAPHIC_CONTRAST:
        fixed = readable_shade(primary, WHITE, TEXT_CONTRAST)
        findings.append(ContrastFinding("primary_color", primary, WHITE, ratio, TEXT_CONTRAST, fixed))
    ratio = contrast(accent, primary)
    if ratio < NOTICED:
        fixed = readable_shade(accent, primary, GRAPHIC_CONTRAST)
        findings.append(ContrastFinding("accent_color", accent, primary, ratio, GRAPHIC_CONTRAST, fixed))
    return findings


def button_on(ground: Colour, accent: Colour) -> Colour:
    """The accent where it is noticed on the ground, else the ground's own ink turned into a button."""
    return accent if contrast(accent, ground) >= NOTICED else ink_on(ground)


@dataclass(frozen=True)
class Theme:
    """All colours a page or banner takes from one brand kit; every pair named together reaches its contrast."""

    primary: Colour
    on_primary: Colour
    primary_text: Colour  # on paper and on tint
    accent: Colour
    on_accent: Colour
    accent_on_primary: Colour
    muted_on_primary: Colour
    deep: Colour
    on_deep: Colour
    tint: Colour
    line: Colour


def arc_of(theme: Theme) -> Colour:
    """The shade of the large arc on a brand's ground: a little depth that never costs the text its contrast."""
    toward = theme.deep if theme.on_primary == WHITE and lightness_of(theme.primary) > 0.42 else WHITE
    share = 0.05 if toward == WHITE == theme.on_primary else 0.16
    shade = theme.primary.mix(toward, share)
    texts = (theme.on_primary, theme.accent_on_primary, theme.muted_on_primary)
    return shade if min(contrast(text, shade) for text in texts) >= TEXT_CONTRAST else theme.primary


@lru_cache(maxsize=1024)
def theme_of(primary: Colour, accent: Colour) -> Theme:
    """The derived palette; pure, so that the same kit always gives the same bytes. Kept: a page asks three times, at 5 ms each."""
    tint = with_lightness(primary, 0.968, 0.16)
    on_primary = ink_on(primary)
    deep = with_lightness(primary, min(lightness_of(primary), 0.30), 0.75)
    return Theme(
        primary=primary,
        on_primary=on_primary,
        primary_text=readable_shade(primary, tint),
        accent=accent,
        on_accent=ink_on(accent),
        accent_on_primary=readable_shade(accent, primary),
        muted_on_primary=readable_shade(on_primary.mix(primary, 0.25), primary),
        deep=deep,
        on_deep=ink_on(deep),
        tint=tint,
        line=with_lightness(primary, 0.90, 0.25),
    )


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> int:
    held = min(1.0, max(0.0, value))
    curved = held * 12.92 if held <= 0.0031308 else 1.055 * held ** (1 / 2.4) - 0.055
    return round(curved * 255)


def _to_oklch(colour: Colour) -> tuple[float, float, float]:
    red, green, blue = (_linear(channel) for channel in colour.rgb)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> Colour:
    """Back to sRGB; chroma is given up step by step until the colour exists on a screen."""
    for share in (1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1):
        channels = _oklab_to_linear(lightness, chroma * share * math.cos(hue), chroma * share * math.sin(hue))
        if all(-0.001 <= channel <= 1.001 for channel in channels):
            return Colour(*(_gamma(channel) for channel in channels))
    grey = _gamma(min(1.0, max(0.0, lightness)) ** 3)
    return Colour(grey, grey, grey)


def _oklab_to_linear(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
