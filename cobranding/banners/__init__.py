"""Banners drawn with Pillow: same inputs, same bytes."""

from .painter import BannerSpec, paint
from .pictures import Picture
from .sizes import GRIDS

__all__ = ["GRIDS", "BannerSpec", "Picture", "paint"]
