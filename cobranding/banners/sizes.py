"""The banner sizes we offer and their grids, in pixels, drawn for left-to-right and mirrored for right-to-left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rect:
    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    def mirrored(self, full_width: int) -> Rect:
        return Rect(full_width - self.right, self.top, self.width, self.height)


@dataclass(frozen=True)
class Grid:
    """Where things stand in one banner size. Zero heights mean: not in this size."""

    name: str
    width: int
    height: int
    panel: Rect
    picture: Rect
    band: Rect  # accent band between panel and picture
    logo: Rect  # largest box for the partner's mark, without its clear space
    tab_top: int  # where the logo's plate begins; 0 hangs it from the edge
    clear: int  # clear space around the mark
    kicker: Rect
    kicker_size: int
    title: Rect
    title_sizes: tuple[int, int]
    title_lines: int
    button: Rect  # height and place; the width follows the label
    button_size: int
    vendor: Rect
    vendor_size: int
    radius: int
    vendor_as_tag: bool = True  # a plate on the picture, else a line of text on the panel


GRIDS: dict[str, Grid] = {
    grid.name: grid
    for grid in (
        Grid(
            name="1200x628",
            width=1200,
            height=628,
            panel=Rect(0, 0, 668, 628),
            picture=Rect(676, 0, 524, 628),
            band=Rect(668, 0, 8, 628),
            logo=Rect(84, 36, 260, 72),
            tab_top=0,
            clear=28,
            kicker=Rect(56, 184, 556, 24),
            kicker_size=20,
            title=Rect(56, 220, 556, 236),
            title_sizes=(62, 28),
            title_lines=4,
            button=Rect(56, 508, 480, 64),
            button_size=24,
            vendor=Rect(950, 552, 250, 76),
            vendor_size=16,
            radius=10,
        ),
        Grid(
            name="1080x1080",
            width=1080,
            height=1080,
            panel=Rect(0, 496, 1080, 584),
            picture=Rect(0, 0, 1080, 488),
            band=Rect(0, 488, 1080, 8),
            logo=Rect(104, 40, 320, 92),
            tab_top=0,
            clear=34,
            kicker=Rect(70, 556, 940, 30),
            kicker_size=26,
            title=Rect(70, 604, 940, 262),
            title_sizes=(92, 38),
            title_lines=4,
            button=Rect(70, 926, 620, 84),
            button_size=31,
            vendor=Rect(760, 396, 320, 92),
            vendor_size=20,
            radius=12,
        ),
        Grid(
            name="300x250",
            width=300,
            height=250,
            panel=Rect(0, 97, 300, 153),
            picture=Rect(0, 0, 300, 94),
            band=Rect(0, 94, 300, 3),
            logo=Rect(26, 12, 112, 32),
            tab_top=0,
            clear=10,
            kicker=Rect(0, 0, 0, 0),
            kicker_size=0,
            title=Rect(16, 110, 268, 82),
            title_sizes=(26, 14),
            title_lines=4,
            button=Rect(16, 206, 170, 30),
            button_size=13,
            vendor=Rect(190, 206, 94, 30),
            vendor_size=11,
            radius=5,
            vendor_as_tag=False,
        ),
        Grid(
            name="728x90",
            width=728,
            height=90,
            panel=Rect(0, 0, 728, 90),
            picture=Rect(0, 0, 0, 0),
            band=Rect(0, 0, 0, 0),
            logo=Rect(18, 24, 124, 42),
            tab_top=0,
            clear=24,
            kicker=Rect(0, 0, 0, 0),
            kicker_size=0,
            title=Rect(186, 14, 332, 46),
            title_sizes=(24, 13),
            title_lines=2,
            button=Rect(534, 26, 176, 38),
            button_size=14,
            vendor=Rect(186, 64, 332, 16),
            vendor_size=11,
            radius=6,
            vendor_as_tag=False,
        ),
    )
}
