"""Banners drawn with Pillow: same inputs, same bytes."""

from cobranding.banners.fonts import undrawable_share
from cobranding.banners.painter import BannerSpec, paint
from cobranding.banners.pictures import Picture, logo_facts
from cobranding.banners.sizes import GRIDS

#: Raise it whenever drawing code changes what comes out, so that kept banners are drawn anew.
DRAWING_VERSION = 1

__all__ = ["DRAWING_VERSION", "GRIDS", "BannerSpec", "Picture", "logo_facts", "paint", "undrawable_share"]
