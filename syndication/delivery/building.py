"""Building views: each collection × locale × format once, and only what changed (architecture decision 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from core.i18n import catalogues_hash
from core.ids import TypeID
from core.kv import bump, read_value, write_value
from syndication.delivery.content import content_of, wanted_locales
from syndication.delivery.view_models import ViewMaker
from syndication.models import Collection, Placement, RenderedView
from syndication.rendering import CompiledView, ViewFormat, compile_view, pack, registered_formats

if TYPE_CHECKING:
    from core.ctx import Ctx

GENERATION = "views.generation"
#: Counts only what placements and their partners' words are made of: most changes are of content, and then the placements,
#: of which there may be ten thousand, need not be read again.
PLACEMENT_GENERATION = "placements.generation"
VENDOR_HOSTS = "syndication.vendor_hosts"
#: The public address that the rendered views name.
BUILT_FOR = "views.public_address"


@dataclass(frozen=True)
class Built:
    """What one rebuild did."""

    changed: int
    unchanged: int
    removed: int


def generation(ctx: Ctx) -> int:
    """Counts every change of what is public; readers swap their mapping when it differs."""
    return int(read_value(ctx, GENERATION) or 0)


def announce_public_change(ctx: Ctx, partner_id: TypeID | None = None) -> int:
    """Says, in this transaction, that placements, their audience or (with `partner_id`) a partner's own words changed."""
    if partner_id is not None:
        ctx.session.execute(update(Placement).where(Placement.partner_id == partner_id).values(updated_at=ctx.now))
    bump(ctx, PLACEMENT_GENERATION)
    return announce_new_views(ctx)


def announce_new_views(ctx: Ctx) -> int:
    """Says, in this transaction, that rendered views changed or were recalled, and nothing else."""
    return bump(ctx, GENERATION)


def placement_generation(ctx: Ctx) -> int:
    """Counts the changes after which the placements have to be read again."""
    return int(read_value(ctx, PLACEMENT_GENERATION) or 0)


def vendor_hosts(ctx: Ctx) -> tuple[str, ...]:
    """Hosts whose links get UTM parameters: the vendor's own sites."""
    return (*ctx.settings.vendor_hosts, *(read_value(ctx, VENDOR_HOSTS) or ()))


def touch_collections(ctx: Ctx, collection_ids: list[TypeID], *, recall: bool = False) -> None:
    """Something shown in these collections changed: count their revision and order the rebuild.

    With `recall` the rendered views are declared invalid in the same transaction, so that what was withdrawn is gone with the
    next look at the generation, whether or not a worker is alive.
    """
    from syndication.tasks import rebuild_views

    for collection_id in sorted(set(collection_ids)):
        ctx.session.execute(update(Collection).where(Collection.id == collection_id).values(revision=Collection.revision + 1))
        ordered: set[TypeID] = ctx.session.info.setdefault("syndication.ordered", set())
        if collection_id not in ordered:
            ordered.add(collection_id)
            ctx.enqueue(rebuild_views, collection_id)
    if recall and collection_ids:
        # The date moves with the recall: a reader that asks only by date must not be told that nothing changed.
        recalled = update(RenderedView).where(RenderedView.collection_id.in_(collection_ids))
        ctx.session.execute(recalled.values(is_valid=False, last_modified=ctx.now))
        announce_new_views(ctx)


def follow_public_address(ctx: Ctx) -> bool:
    """Rendered views hold the hub's public address and words of the catalogues: when either has changed, all are built anew.

    Views whose bytes come out equal keep their tag and date.

    Called at start and after migrating. Until the rebuild is through, the views are rendered at each request.
    """
    kept, wanted = read_value(ctx, BUILT_FOR) or {}, {"url": ctx.settings.url, "words": catalogues_hash()}
    if kept == wanted:
        return False
    write_value(ctx, BUILT_FOR, wanted)
    # Old words may stand for a moment, and an equal view keeps its date; links to an old address may not.
    touch_collections(ctx, list(ctx.session.scalars(select(Collection.id))), recall=kept.get("url") != wanted["url"])
    return True


def build_collection(ctx: Ctx, collection_id: TypeID) -> Built:
    """Brings the views of a collection up to its revision. A second run changes nothing, not even the generation."""
    collection = ctx.session.get(Collection, collection_id, with_for_update=True)
    if collection is None:
        return Built(0, 0, 0)
    ctx.session.refresh(collection, ["revision", "built_revision"])
    content = content_of(ctx, collection)
    maker = ViewMaker(content, ctx.settings.url, vendor_hosts(ctx))
    kept = {(row.format, row.locale): row for row in ctx.session.scalars(select(RenderedView).where(RenderedView.collection_id == collection_id))}
    wanted = wanted_locales(ctx, collection_id, content)
    formats = registered_formats()
    changed = sum(_build(ctx, maker, fmt, locale, kept.get((fmt.name, locale))) for locale in wanted for fmt in formats)
    obsolete = [row for (_, locale), row in kept.items() if locale not in wanted]
    for row in obsolete:
        ctx.session.delete(row)
    collection.built_revision = collection.revision
    ctx.session.flush()
    if changed or obsolete:
        announce_new_views(ctx)
    return Built(changed, len(wanted) * len(formats) - changed, len(obsolete))


def _build(ctx: Ctx, maker: ViewMaker, fmt: ViewFormat, locale: str, row: RenderedView | None) -> int:
    """Stores one view when its bytes differ from the kept ones; returns 1 when something public changed."""
    newest = maker.newest_change(locale)
    revision = maker.content.collection.revision
    if row is not None:
        # Said to have changed when it last did: equal bytes then mean that nothing changed. Not earlier than its items,
        # because a writer leaves out what would come after the view's own date.
        same_time = max(row.last_modified, newest or row.last_modified)
        view = _rendered(maker, fmt, locale, same_time)
        if view.fingerprint == row.etag:
            was_invalid, row.is_valid, row.built_revision = not row.is_valid, True, revision
            return int(was_invalid)
    changed_at = max(ctx.now, newest or ctx.now)
    view = _rendered(maker, fmt, locale, changed_at)
    if row is None:
        row = RenderedView(collection_id=maker.content.collection.id, format=fmt.name, locale=locale)
        ctx.session.add(row)
    row.segments, row.etag, row.last_modified = pack(view), view.fingerprint, changed_at
    row.guid_keys = maker.guid_keys(locale)
    row.item_count, row.built_revision, row.is_valid = len(row.guid_keys), revision, True
    return 1


def _rendered(maker: ViewMaker, fmt: ViewFormat, locale: str, updated_at: datetime) -> CompiledView:
    return compile_view(fmt.render(maker.model(locale, updated_at)), maker.slots)
