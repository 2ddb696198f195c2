"""Content and brands for the tests of this room: one guide in four languages, one product, kits for both partners."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

from PIL import Image, ImageDraw

from core.ctx import Ctx
from core.i18n import direction
from core.ids import TypeID, new_id
from core.storage import put_object
from syndication import Asset, AssetStatus, Collection, CollectionItem, Localization

TITLES = {
    "en": "Where does the night go? Finding the energy your building wastes",
    "de": "Wo bleibt die Nacht? Was Ihr Gebäude verbraucht, wenn niemand da ist",
    "ar": "أين تذهب طاقة الليل؟ كيف تكتشف ما يهدره المبنى حين يكون فارغًا",
    "ja": "夜間の電力はどこへ消えるのか――無人のビルで起きている無駄の見つけ方",
}
SUMMARIES = {
    "en": "A practical guide for facility teams: measure the base load, name its causes, and switch off what nobody needs.",
    "de": "Ein praktischer Leitfaden für Betriebsteams: Grundlast messen, Ursachen benennen und abschalten, was niemand braucht.",
    "ar": "دليل عملي لفرق التشغيل: قِس الحمل الأساسي، وحدّد أسبابه، وأوقف ما لا يحتاج إليه أحد.",
    "ja": "設備担当者のための実践ガイド。ベースロードを測り、原因を突き止め、不要な機器を止めるまでの手順をまとめました。",
}
HEADINGS = {
    "en": ("Measure the base load", "Name the five usual causes", "Switch off, and prove it"),
    "de": ("Die Grundlast messen", "Die fünf üblichen Ursachen", "Abschalten und belegen"),
    "ar": ("قياس الحمل الأساسي", "الأسباب الخمسة المعتادة", "الإيقاف وإثبات النتيجة"),
    "ja": ("ベースロードを測る", "よくある五つの原因", "止めて、効果を示す"),
}


@dataclass(frozen=True)
class Staged:
    """Ids of what was staged."""

    guide: TypeID
    product: TypeID
    collection: TypeID


def stage_content(ctx: Ctx, partners: list[TypeID]) -> Staged:
    """Publishes two assets to a collection for these partners."""
    collection = Collection(
        id=new_id("col"), slug="efficiency", name="Efficiency", audience={"partners": [str(one) for one in partners]}, created_at=ctx.now
    )
    ctx.session.add(collection)
    picture = put_object(ctx, drawn_picture(), "image/png", width=1200, height=800)
    guide = an_asset(ctx, "white_paper", "night-load", TITLES, picture.key)
    product = an_asset(ctx, "product_page", "velorin-lens", {"en": "Velorin Lens", "de": "Velorin Lens: sehen, wie sich ein Gebäude verhält"}, None)
    for asset in (guide, product):
        ctx.session.add(CollectionItem(collection_id=collection.id, asset_id=asset.id, added_at=ctx.now))
    ctx.session.flush()
    return Staged(guide.id, product.id, collection.id)


def an_asset(ctx: Ctx, kind: str, slug: str, titles: dict[str, str], image_key: str | None) -> Asset:
    """A published asset with one text per title."""
    now: datetime = ctx.now
    asset = Asset(
        id=new_id("ast"),
        slug=slug,
        content_type=kind,
        status=AssetStatus.PUBLISHED,
        status_since=now,
        source_locale="en",
        image_key=image_key,
        image_alt="Load curve of a building by night",
        published_at=now,
        created_at=now,
        updated_at=now,
        tags=["energy"],
    )
    for locale, title in titles.items():
        asset.localizations.append(
            Localization(
                id=new_id("loc"),
                locale=locale,
                direction=direction(locale),
                slug=slug if locale == "en" else f"{slug}-{locale}",
                title=title,
                summary=SUMMARIES[locale],
                body_html=body_of(locale),
                updated_at=now,
            )
        )
    ctx.session.add(asset)
    ctx.session.flush()
    return asset


def body_of(locale: str) -> str:
    """A text with headings, paragraphs, a list and a quotation."""
    parts = [f"<p>{SUMMARIES[locale]}</p>"]
    for heading in HEADINGS[locale]:
        parts.append(f"<h2>{heading}</h2><p>{SUMMARIES[locale]} {SUMMARIES[locale]}</p><ul><li>{heading}</li><li>{SUMMARIES[locale]}</li></ul>")
    parts.append(f"<blockquote><p>{HEADINGS[locale][2]}</p></blockquote>")
    return "".join(parts)


def drawn_picture() -> bytes:
    """A night scene of our own: windows in a dark facade."""
    image = Image.new("RGB", (1200, 800), "#12233f")
    pen = ImageDraw.Draw(image)
    for row in range(9):
        for column in range(14):
            lit = (row * 7 + column * 5) % 11 < 3
            left, top = 60 + column * 80, 60 + row * 80
            pen.rectangle((left, top, left + 50, top + 52), fill="#f3c65b" if lit else "#1d355c")
    return png(image)


def a_logo(color: str = "#0b6e4f", size: tuple[int, int] = (640, 200), ground: tuple[int, int, int, int] = (0, 0, 0, 0)) -> bytes:
    """A symbol with a word bar, transparent around it unless a ground is given."""
    image = Image.new("RGBA", size, ground)
    pen = ImageDraw.Draw(image)
    height = size[1]
    pen.polygon([(height * 0.1, height * 0.85), (height * 0.5, height * 0.1), (height * 0.9, height * 0.85)], fill=color)
    pen.rounded_rectangle((height * 1.1, height * 0.35, size[0] - height * 0.1, height * 0.65), height * 0.1, fill=color)
    return png(image)


def png(image: Image.Image) -> bytes:
    """The picture as PNG bytes."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


KIT = {
    "primary_color": "#0b6e4f",
    "accent_color": "#f4b942",
    "contact_name": "Pia Wendt",
    "contact_role": "Energieberatung",
    "contact_email": "pia@kestrel.example",
    "contact_phone": "+49 40 5550 120",
    "address": "Am Sandtorkai 50\n20457 Hamburg",
    "website": "https://www.kestrel.example",
    "intro": "Kestrel begleitet Gebäudebetreiber in Norddeutschland seit 1998.",
}
