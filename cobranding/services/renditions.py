"""Banners to order: what goes into one, its hash, and keeping what was drawn (A-46: same in, same out).

Drawing happens outside of the unit of work that keeps the result: a writer's lock must not wait for a picture.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from PIL import __version__ as pillow_version
from PIL import features
from PIL.Image import Image
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from cobranding.banners import DRAWING_VERSION, GRIDS, BannerSpec, Picture, paint, undrawable_share
from cobranding.models import Rendition
from cobranding.words import words_for
from core.errors import NotFound, Refused
from core.i18n import gettext as _
from core.i18n import language_name
from core.storage import StoredObject, get_object, put_object

if TYPE_CHECKING:
    from cobranding.looks import Look
    from cobranding.queries import Shown
    from core.ctx import Ctx

FORMATS = {"png": "image/png", "jpg": "image/jpeg"}
SIZES = tuple(GRIDS)
_LIBRARIES = f"{DRAWING_VERSION}/{pillow_version}/{features.version('freetype2')}/{features.version('raqm')}"
_TOO_MUCH_MISSING = 0.2


def banner_spec(look: Look, vendor: Look, shown: Shown, *, title: str = "", cta: str = "") -> BannerSpec:
    """Everything a banner of this asset in these two brands is drawn from; pictures by their keys, not yet read."""
    words = words_for(shown.text.locale)
    return BannerSpec(
        title=title or shown.text.title,
        kicker=words.of_type("types", shown.asset.content_type),
        cta=cta or words.of_type("calls", shown.asset.content_type),
        locale=shown.text.locale,
        rtl=shown.text.direction == "rtl",
        primary=look.primary,
        accent=look.accent,
        partner_name=look.name,
        vendor_name=vendor.name,
        vendor_line=words("page.with"),
        partner_logo=Picture(look.logo.key, b"") if look.logo else None,
        vendor_logo=Picture(vendor.logo.key, b"") if vendor.logo else None,
        image=Picture(shown.image.key, b"") if shown.image else None,
        seed=str(shown.asset.id),
    )


def original_spec(vendor: Look, shown: Shown) -> BannerSpec:
    """The vendor's own banner, as it was before co-branding."""
    return replace(banner_spec(vendor, vendor, shown), vendor_name="", vendor_logo=None)


def plain_spec(look: Look, vendor: Look, title: str, locale: str, text_direction: str) -> BannerSpec:
    """A banner without content, for a partner that has none yet."""
    words = words_for(locale)
    return BannerSpec(
        title=title,
        kicker="",
        cta=words("calls.other"),
        locale=locale,
        rtl=text_direction == "rtl",
        primary=look.primary,
        accent=look.accent,
        partner_name=look.name,
        vendor_name=vendor.name,
        vendor_line=words("page.with"),
        partner_logo=Picture(look.logo.key, b"") if look.logo else None,
        vendor_logo=Picture(vendor.logo.key, b"") if vendor.logo else None,
        seed=look.slug,
    )


def input_hash(spec: BannerSpec, size: str, extension: str) -> str:
    """The name of a drawing before it is drawn: equal for equal inputs, libraries and drawing code."""
    inputs = {name: value["digest"] if isinstance(value, dict) else value for name, value in asdict(spec).items()}
    content = json.dumps([_LIBRARIES, size, extension, inputs], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def kept_banner(ctx: Ctx, spec: BannerSpec, size: str, extension: str) -> StoredObject | None:
    """The drawing, if it was made before."""
    query = select(StoredObject).join(Rendition, Rendition.object_key == StoredObject.key)
    return ctx.session.scalar(query.where(Rendition.input_hash == input_hash(spec, size, extension)))


def draw_banner(ctx: Ctx, spec: BannerSpec, size: str, extension: str) -> bytes:
    """The finished file; reads the pictures, writes nothing. NotFound for a size or format we do not offer."""
    if size not in GRIDS or extension not in FORMATS:
        raise NotFound("banner")
    if undrawable_share(spec.title, spec.locale) > _TOO_MUCH_MISSING:
        language = language_name(spec.locale)
        raise Refused("no_face_for_language", _("Banners cannot be drawn in %(language)s yet: no typeface is installed for it.", language=language))
    return encoded(paint(_with_pictures(ctx, spec), size), extension)


def keep_banner(ctx: Ctx, spec: BannerSpec, size: str, extension: str, data: bytes) -> StoredObject:
    """Stores a drawing under the hash of its inputs; a second worker that drew the same finds the first one's row."""
    width, height = GRIDS[size].width, GRIDS[size].height
    stored = put_object(ctx, data, FORMATS[extension], width=width, height=height)
    row = Rendition(input_hash=input_hash(spec, size, extension), object_key=stored.key, media_type=FORMATS[extension], size=size, created_at=ctx.now)
    if ctx.session.get(Rendition, row.input_hash) is None:
        try:
            with ctx.session.begin_nested():
                ctx.session.add(row)
        except IntegrityError:
            pass  # drawn twice at the same time: the bytes are the same, so either row will do
    return stored


def encoded(image: Image, extension: str) -> bytes:
    """PNG for editing, JPEG without colour subsampling (small coloured text stays sharp) for feeds of social networks."""
    out = io.BytesIO()
    if extension == "jpg":
        image.save(out, "JPEG", quality=88, subsampling=0, optimize=True, progressive=True)
    else:
        image.save(out, "PNG", compress_level=7)
    return out.getvalue()


def _with_pictures(ctx: Ctx, spec: BannerSpec) -> BannerSpec:
    def read(picture: Picture | None) -> Picture | None:
        return Picture(picture.digest, get_object(ctx, picture.digest)[1]) if picture else None

    return replace(spec, partner_logo=read(spec.partner_logo), vendor_logo=read(spec.vendor_logo), image=read(spec.image))
