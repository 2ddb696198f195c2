"""Content for the stage: assets, a collection everyone receives, placements of both partners."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from core.ctx import Ctx
from core.ids import TypeID, new_id
from core.jobs import run_until_idle
from syndication import (
    Asset,
    AssetStatus,
    CollectionDraft,
    Localization,
    PlacementDraft,
    TranslationStatus,
    ViewFormat,
    ViewModel,
    create_collection,
    create_placement,
    publish_asset,
)
from syndication.rendering import formats as shelf


def plain_text(view: ViewModel) -> bytes:
    """A format of the tests' own: every slot and every field a reader could see."""
    lines = [f"{view.title} | {view.locale} {view.direction} | {view.updated_at.isoformat()} | {view.self_url} | {view.slots.contact}"]
    lines += [f"{item.title} [{item.locale}] {item.link} {item.guid} {item.body_html}" for item in view.items]
    return "\n".join(lines).encode()


@pytest.fixture
def plain_format() -> Iterator[ViewFormat]:
    """Only this format on the shelf, so that counts of views are known."""
    kept = dict(shelf._shelf)
    shelf._shelf.clear()
    fmt = ViewFormat("plain", "text/plain; charset=utf-8", plain_text, lambda text: text.upper())
    shelf.register_format(fmt)
    yield fmt
    shelf._shelf.clear()
    shelf._shelf.update(kept)


def an_asset(ctx: Ctx, title: str = "Meter X", *, locales: tuple[str, ...] = ("en", "de"), body: str = "<p>Text</p>") -> Asset:
    """A draft with a text per locale; the first is the source."""
    asset = Asset(
        id=new_id("ast"),
        slug=title.lower().replace(" ", "-"),
        content_type="article",
        status=AssetStatus.DRAFT,
        status_since=ctx.now,
        source_locale=locales[0],
        revision=1,
        created_at=ctx.now,
        updated_at=ctx.now,
        tags=["energy"],
        image_alt="",
    )
    asset.localizations = [
        Localization(
            id=new_id("loc"),
            locale=locale,
            direction="rtl" if locale == "ar" else "ltr",
            slug=asset.slug,
            title=f"{title} {locale}",
            summary=f"About {title}",
            body_html=body,
            status=TranslationStatus.CURRENT,
            source_revision=1,
            revision=1,
            updated_at=ctx.now,
        )
        for locale in locales
    ]
    ctx.session.add(asset)
    ctx.session.flush()
    return asset


@dataclass(frozen=True)
class Stage:
    """Ids of what stands on it."""

    asset: TypeID
    other: TypeID
    collection: TypeID
    kestrel: TypeID
    brightwater: TypeID


@pytest.fixture
def stage(work: Callable, cast: object, plain_format: ViewFormat, database: object) -> Stage:
    """Two published assets in one collection, placed by Kestrel (de) and Brightwater (en), views built."""
    with work("cleo") as ctx:
        collection = create_collection(ctx, CollectionDraft("News", titles={"en": "News", "de": "Aktuelles"}))
        asset, other = an_asset(ctx), an_asset(ctx, "Gateway", locales=("en",))
        for one in (asset, other):
            publish_asset(ctx, one.id, [collection.id])
    placed = {}
    for name, locale in (("pia", "de"), ("zed", "en")):
        with work(name) as ctx:
            draft = PlacementDraft("Front page", f"https://www.{name}.example/news", collection.id, locale)
            placed[name] = create_placement(ctx, ctx.actor.partner_id, draft).id
    run_until_idle(database)
    return Stage(asset.id, other.id, collection.id, placed["pia"], placed["zed"])
