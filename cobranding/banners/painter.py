"""Draw one banner: background, the partner's mark leading, headline, call to action, the vendor quietly beside."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from PIL import Image, ImageDraw

from ..rules.colours import TEXT_CONTRAST, WHITE, Colour, Theme, arc_of, button_on, contrast, ink_on, parse_colour, readable_shade, theme_of
from ..rules.logos import choose_ground, fitted
from . import canvas, text
from .pictures import Picture, logo_facts, trimmed_logo
from .sizes import GRIDS, Grid, Rect

_UNCASED = frozenset({"ar", "fa", "he", "ja", "zh", "ko", "th", "hi", "tr", "az", "el"})


@dataclass(frozen=True)
class BannerSpec:
    """Everything a banner is made of; equal specs give equal bytes."""

    title: str
    kicker: str
    cta: str
    locale: str
    rtl: bool
    primary: str
    accent: str
    partner_name: str
    vendor_name: str
    vendor_line: str  # "with", "mit", "بالتعاون مع": what stands before the vendor
    partner_logo: Picture | None = None
    vendor_logo: Picture | None = None
    image: Picture | None = None
    seed: str = field(default="channelpress")


def paint(spec: BannerSpec, size: str) -> Image.Image:
    """The finished picture, RGB; KeyError for a size that is not in `GRIDS`."""
    sheet = _Sheet(spec, GRIDS[size])
    sheet.background()
    sheet.partner()
    sheet.headline()
    sheet.button()
    sheet.vendor()
    return sheet.image


class _Sheet:
    """One banner while it is drawn; grid rectangles are mirrored here for right-to-left."""

    def __init__(self, spec: BannerSpec, grid: Grid) -> None:
        self.spec = spec
        self.grid = grid
        self.theme: Theme = theme_of(parse_colour(spec.primary), parse_colour(spec.accent))
        self.image = Image.new("RGB", (grid.width, grid.height), self.theme.primary.rgb)
        self.pen = ImageDraw.Draw(self.image)

    def _place(self, rect: Rect) -> Rect:
        return rect.mirrored(self.grid.width) if self.spec.rtl else rect

    def background(self) -> None:
        grid, theme = self.grid, self.theme
        self._panel_depth()
        if grid.picture.width:
            place = self._place(grid.picture)
            if self.spec.image:
                art = canvas.prepared_picture(self.spec.image, place.width, place.height)
            else:
                art = canvas.motif(self.spec.seed, theme, place.width, place.height, _cell(place))
            self.image.paste(art, (place.left, place.top))
        band = theme.accent if contrast(theme.accent, theme.primary) >= 1.3 else theme.on_primary
        canvas.fill(self.image, self._place(grid.band), band)

    def _panel_depth(self) -> None:
        """A large arc in a slightly different shade of the panel; never at the cost of the text upon it."""
        shade = arc_of(self.theme)
        panel = self._place(self.grid.panel)
        radius = round(min(panel.width, panel.height) * 0.82)
        arc = canvas.rounded_mask(radius * 2, radius * 2, radius, canvas.ALL)
        centre = panel.left if self.spec.rtl else panel.right
        layer = Image.new("L", self.image.size, 0)
        layer.paste(arc, (centre - radius, panel.bottom - radius))
        self.image.paste(shade.rgb, (0, 0), layer)

    def partner(self) -> None:
        """The partner's mark on its own plate, hanging from the edge like a bookmark."""
        grid, spec = self.grid, self.spec
        if spec.partner_logo is None:
            self._word_mark(grid)
            return
        mark = trimmed_logo(spec.partner_logo)
        ground = choose_ground(logo_facts(spec.partner_logo), self.theme.deep)
        size = fitted(mark.width, mark.height, grid.logo.width, grid.logo.height)
        plate = self._plate(grid, size[0])
        self._tab(plate, ground.colour)
        left = plate.left + (plate.width - size[0]) // 2
        top = plate.top + (plate.height - size[1]) // 2
        canvas.paste_fitted(self.image, mark, left, top, size)

    def _word_mark(self, grid: Grid) -> None:
        box = text.Box(grid.logo.width, grid.logo.height, round(grid.logo.height * 0.6), 12, 2)
        block = text.set_text(self.spec.partner_name, self.spec.locale, self.spec.rtl, box)
        plate = self._plate(grid, round(block.width))
        self._tab(plate, WHITE)
        ink = readable_shade(self.theme.deep, WHITE)
        top = plate.top + (plate.height - block.height) / 2
        left = plate.left + (plate.width - block.width) / 2
        text.draw_block(self.pen, block, left, top, block.width, self.spec.rtl, ink.rgb)

    def _plate(self, grid: Grid, mark_width: int) -> Rect:
        """Mark plus clear space; in the leaderboard the plate is a full-height block of fixed width."""
        height = grid.logo.bottom + grid.clear - grid.tab_top
        if not grid.picture.width:
            return self._place(Rect(0, 0, grid.logo.width + 2 * grid.logo.left, grid.height))
        left = grid.logo.left - grid.clear
        return self._place(Rect(left, grid.tab_top, mark_width + 2 * grid.clear, height))

    def _tab(self, plate: Rect, colour: Colour) -> None:
        if plate.height == self.grid.height:
            canvas.fill(self.image, plate, colour)
            return
        canvas.fill_rounded(self.image, plate, self.grid.radius, colour, (False, False, True, True))

    def headline(self) -> None:
        """Kicker and title; the pair hangs together in the middle of the room that the grid gives."""
        grid, spec, theme = self.grid, self.spec, self.theme
        place = self._place(grid.title)
        largest, smallest = grid.title_sizes
        box = text.Box(place.width, place.height, largest, smallest, grid.title_lines)
        block = text.set_text(spec.title, spec.locale, spec.rtl, box)
        spare = max(0, place.height - block.height)
        top = place.top + spare * (0.5 if not grid.kicker_size else 0.3)
        if grid.kicker_size and spec.kicker:
            self._kicker(top - (grid.title.top - grid.kicker.top))
        text.draw_block(self.pen, block, place.left, top, place.width, spec.rtl, theme.on_primary.rgb)

    def _kicker(self, top: float) -> None:
        grid, spec = self.grid, self.spec
        place = self._place(grid.kicker)
        cased = spec.locale.split("-")[0] not in _UNCASED
        label = spec.kicker.upper() if cased else spec.kicker
        box = text.Box(place.width, place.height + 8, grid.kicker_size, round(grid.kicker_size * 0.7), 1)
        block = text.set_text(label, spec.locale, spec.rtl, box)
        ink = self.theme.accent_on_primary
        text.draw_block(self.pen, block, place.left, top, place.width, spec.rtl, ink.rgb, tracking=0.08 if cased else 0.0)

    def button(self) -> None:
        grid, spec = self.grid, self.spec
        if not spec.cta:
            return
        place = grid.button
        pad = round(place.height * 0.46)
        box = text.Box(place.width - 2 * pad, place.height, grid.button_size, max(10, grid.button_size - 10), 1)
        block = text.set_text(spec.cta, spec.locale, spec.rtl, box)
        width = round(block.width) + 2 * pad
        left = place.left if grid.picture.width else place.right - width
        place = self._place(replace(place, left=left, width=width))
        colour = button_on(self.theme.primary, self.theme.accent)
        canvas.fill_rounded(self.image, place, grid.radius, colour)
        top = place.top + (place.height - block.size) / 2 - block.size * 0.02
        text.draw_block(self.pen, block, place.left + pad, top, block.width, spec.rtl, ink_on(colour).rgb)

    def vendor(self) -> None:
        """Nothing when there is no second brand: the vendor's own banner, before co-branding."""
        if not self.spec.vendor_name:
            return
        if self.grid.vendor_as_tag:
            self._vendor_tag()
        else:
            self._vendor_text()

    def _vendor_text(self) -> None:
        """Small formats: one line under the title, or two short lines at the end of the button's row."""
        grid, spec = self.grid, self.spec
        place = self._place(grid.vendor)
        stacked = bool(grid.picture.width)
        labels = [spec.vendor_line, spec.vendor_name] if stacked else [f"{spec.vendor_line} {spec.vendor_name}"]
        ink = readable_shade(self.theme.muted_on_primary, self.theme.primary, TEXT_CONTRAST)
        row = place.height / len(labels)
        for at, label in enumerate(labels):
            box = text.Box(place.width, round(row), grid.vendor_size, 8, 1, bold=at > 0)
            block = text.set_text(label, spec.locale, spec.rtl, box)
            left = place.left
            if stacked and not spec.rtl:
                left = place.right - round(block.width)
            width = block.width if stacked else place.width
            top = place.top + at * row + (row - block.size) / 2
            text.draw_block(self.pen, block, left, top, width, spec.rtl, ink.rgb)

    def _vendor_tag(self) -> None:
        """ "with" and the vendor's mark on a plate in the corner of the picture."""
        grid, spec = self.grid, self.spec
        pad = grid.vendor_size
        line = text.set_text(spec.vendor_line, spec.locale, spec.rtl, text.Box(grid.width, grid.vendor.height, grid.vendor_size, 10, 1, False))
        mark = trimmed_logo(spec.vendor_logo) if spec.vendor_logo else None
        ground = choose_ground(logo_facts(spec.vendor_logo), self.theme.deep).colour if spec.vendor_logo else WHITE
        name = None
        if mark:
            room = grid.vendor.height - 2 * pad
            size = fitted(mark.width, mark.height, room * 5, room)
        else:
            box = text.Box(grid.vendor.width, grid.vendor.height, round(pad * 1.3), 10, 1)
            name = text.set_text(spec.vendor_name, spec.locale, spec.rtl, box)
            size = (round(name.width), name.size)
        gap = round(pad * 0.7)
        width = round(line.width) + gap + size[0] + 2 * pad
        place = self._place(Rect(grid.vendor.right - width, grid.vendor.top, width, grid.vendor.height))
        canvas.fill_rounded(self.image, place, grid.radius, ground, (not spec.rtl, spec.rtl, False, False))
        inner = Rect(place.left + pad, place.top, width - 2 * pad, place.height)
        ink = ink_on(ground).mix(ground, 0.25)
        line_top = inner.top + (inner.height - line.size) / 2
        text.draw_block(self.pen, line, inner.left, line_top, inner.width, spec.rtl, ink.rgb)
        left = inner.left if spec.rtl else inner.right - size[0]
        if mark:
            canvas.paste_fitted(self.image, mark, left, inner.top + (inner.height - size[1]) // 2, size)
        elif name:
            name_top = inner.top + (inner.height - name.size) / 2
            text.draw_block(self.pen, name, left, name_top, size[0], spec.rtl, ink_on(ground).rgb)


def _cell(place: Rect) -> int:
    """Side of a motif cell: whole cells along the width, about two to five of them along the shorter side."""
    wanted = 131 if place.height > 300 else max(24, place.height // 2)
    return -(-place.width // max(1, round(place.width / wanted)))
