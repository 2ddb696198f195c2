"""Everything public at one moment: what `core.public_reads` answers from, and the same answers one by one for Flask.

A placement that ended, a partner that is suspended or outside the audience, and a view that was recalled are not in it: the
address then falls through to the Flask view, which says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Gone, NotFound
from core.i18n import gettext as _
from core.ids import TypeID
from core.public_reads import Answer
from syndication.delivery.addresses import PublicAddress, read_address
from syndication.delivery.building import placement_generation, vendor_hosts
from syndication.delivery.content import content_of
from syndication.delivery.placements import ShownPlacement, shown_placements
from syndication.delivery.view_models import ViewMaker
from syndication.models import Collection, Placement, RenderedView
from syndication.rendering import CompiledView, compile_view, fill_token, format_named, unpack
from syndication.rules import choose_locale

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True, slots=True)
class PublicView:
    """One rendered view as it is served."""

    collection_id: str
    format: str
    locale: str
    compiled: CompiledView
    guid_keys: list[list[str]]
    last_modified: datetime


class ViewSnapshot:
    """Immutable: built whole from one read of the database, swapped whole."""

    def __init__(
        self,
        hub_url: str,
        placements: Mapping[str, ShownPlacement],
        views: Mapping[tuple[str, str, str], PublicView],
        read: Callable[[str], PublicAddress | None] = read_address,
    ) -> None:
        self._hub_url = hub_url
        self._placements = placements
        self._views = views
        self._read = read

    def find(self, path: str) -> Answer | None:
        """The answer at a public address, or None when Flask has to say something else."""
        asked = self._read(path)
        if asked is None:
            return None
        placement = self._placements.get(asked.placement_id)
        if placement is None:
            return None
        view = self._views.get((placement.collection_id, asked.format, asked.locale or placement.locale))
        return None if view is None else answer_of(view, placement, self._hub_url + path, cors=asked.cors)


def answer_of(view: PublicView, placement: ShownPlacement, self_url: str, *, cors: bool) -> Answer:
    """The view filled for one placement; the bytes are joined only when somebody needs them."""
    fmt = format_named(view.format)
    token = fill_token({**placement.words.token_values, "url": self_url.encode("utf-8")})
    words = placement.words

    def body() -> bytes:
        return view.compiled.fill(words.values(fmt, self_url, view.guid_keys))

    return Answer(
        tag=view.compiled.etag(token),
        media_type=fmt.media_type,
        last_modified=max(view.last_modified, placement.changed_at),
        body=body,
        keys=(words.placement_id, view.collection_id, words.partner_id),
        cors=cors,
    )


class SnapshotReader:
    """Reads everything public again and again, each time only what changed since. One per process; one thread reads at a time.

    With 10,000 placements a change of content then costs what the changed views cost, not what the placements do.
    """

    def __init__(self) -> None:
        """Holds what was read last; nothing is read yet."""
        self._number: int | None = None
        self._placements: Mapping[str, ShownPlacement] = {}
        self._views: dict[tuple[str, str, str], PublicView] = {}

    def read(self, ctx: Ctx) -> ViewSnapshot:
        """The public state of this moment."""
        # The number before the placements: a change in between is then read again, never missed.
        number = placement_generation(ctx)
        if number != self._number:
            self._placements, self._number = shown_placements(ctx), number
        self._views = self._fresh_views(ctx)
        return ViewSnapshot(ctx.settings.url, self._placements, self._views)

    def _fresh_views(self, ctx: Ctx) -> dict[tuple[str, str, str], PublicView]:
        key = (RenderedView.collection_id, RenderedView.format, RenderedView.locale)
        heads = ctx.session.execute(select(*key, RenderedView.etag, RenderedView.last_modified).where(RenderedView.is_valid))
        views: dict[tuple[str, str, str], PublicView] = {}
        for collection_id, format_name, locale, etag, last_modified in heads:
            name = (str(collection_id), format_name, locale)
            known = self._views.get(name)
            if known is None or (known.compiled.fingerprint, known.last_modified) != (etag, last_modified):
                known = _public(ctx.session.get_one(RenderedView, (collection_id, format_name, locale)))
            views[name] = known
        return views


def snapshot_of(ctx: Ctx) -> ViewSnapshot:
    """Everything public, read whole: a statement for the heads of the views, one for each view, three for the placements."""
    return SnapshotReader().read(ctx)


def _public(row: RenderedView) -> PublicView:
    return PublicView(str(row.collection_id), row.format, row.locale, unpack(row.segments), row.guid_keys, row.last_modified)


def public_view(ctx: Ctx, asked: PublicAddress, path: str) -> Answer:
    """The same answer without the snapshot, rendering what is not stored yet. NotFound or Gone when there is none."""
    placement = public_placement(ctx, asked.placement_id)
    locale = asked.locale or placement.locale
    key = (TypeID(placement.collection_id), asked.format, locale)
    row = ctx.session.get(RenderedView, key)
    view = _public(row) if row is not None and row.is_valid else _rendered_now(ctx, *key, row.last_modified if row else None)
    return answer_of(view, placement, ctx.settings.url + path, cors=asked.cors)


def public_placement(ctx: Ctx, placement_id: str) -> ShownPlacement:
    """The placement, when it is answered at all: NotFound when there never was one, Gone when it is not shown any more."""
    try:
        known = TypeID.parse(placement_id, "plc")
    except ValueError:
        raise NotFound("placement") from None
    found = shown_placements(ctx, only=known).get(known)
    if found is not None:
        return found
    if ctx.session.scalar(select(Placement.id).where(Placement.id == known)) is None:
        raise NotFound("placement")
    raise Gone(_("This placement is not shown any more."))


def _rendered_now(ctx: Ctx, collection_id: TypeID, format_name: str, locale: str, recalled_at: datetime | None) -> PublicView:
    try:
        fmt = format_named(format_name)
    except KeyError:
        raise NotFound("format") from None
    collection = ctx.session.get_one(Collection, collection_id)
    content = content_of(ctx, collection)
    asked_for = partial(_is_placement_locale, ctx, collection_id)
    if locale not in content.locales() and not asked_for(locale):
        raise NotFound("locale")
    maker = ViewMaker(content, ctx.settings.url, vendor_hosts(ctx))
    changed_at = max(maker.newest_change(locale) or collection.created_at, recalled_at or collection.created_at)
    compiled = compile_view(fmt.render(maker.model(locale, changed_at)), maker.slots)
    return PublicView(str(collection_id), format_name, locale, compiled, maker.guid_keys(locale), changed_at)


def _is_placement_locale(ctx: Ctx, collection_id: TypeID, locale: str) -> bool:
    asked = ctx.session.scalars(select(Placement.locale).where(Placement.collection_id == collection_id).distinct())
    return choose_locale(locale, asked) == locale
