"""How documents get into the index and out of it: by events, by a sweep that finds what no event told, and by command.

A room declares in `<room>/search.py` what of it can be found. Documents are written by the hub itself (SYSTEM); whoever closes
something takes its document out in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, delete, select, text

from core.ctx import SYSTEM
from core.events import subscribe
from core.ids import TypeID
from core.jobs import job, scheduled
from core.search.folding import terms_of
from core.search.models import SearchDocument
from core.search.schema import FTS

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

LONGEST_TITLE, LONGEST_BODY = 500, 60_000
_AT_ONCE, _BATCHES = 25, 40


@dataclass(frozen=True)
class Door:
    """Where a side of the house shows the object, and the permission that opens it."""

    href: str
    permission: str


@dataclass(frozen=True)
class Document:
    """What is found and shown of one object in one language. `words` are found but never shown (numbers, other spellings)."""

    title: str
    recent_at: datetime
    body: str = ""
    locale: str = ""
    partner_id: TypeID | None = None
    desk: Door | None = None
    portal: Door | None = None
    words: str = ""


Documents = Document | Sequence[Document] | None
#: Every object that can be found: its id first, then columns that change when its documents do.
Listing = Select[Any]


@dataclass(frozen=True)
class IndexKind:
    """One kind of thing that can be found. `label` is its plural, translatable.

    `entitled` gives the ids that a partner may find among documents that are nobody's in particular; None: all of them.
    """

    kind: str
    label: Any
    icon: str
    listing: Listing
    document: Callable[[Ctx, TypeID], Documents]
    order: int
    entitled: Callable[[Ctx], Iterable[TypeID]] | None = None


KINDS: dict[str, IndexKind] = {}


def declare_index(
    kind: str,
    *,
    label: Any,
    icon: str,
    order: int,
    events: Mapping[type, str],
    listing: Listing,
    document: Callable[[Ctx, TypeID], Documents],
    entitled: Callable[[Ctx], Iterable[TypeID]] | None = None,
) -> None:
    """Makes a kind of thing findable. `events` maps each event that may change it to the field that names the object."""
    KINDS[kind] = IndexKind(kind, label, icon, listing, document, order, entitled)
    for event, field in events.items():
        _listen(kind, event, field)


def _listen(kind: str, event: type, field: str) -> None:
    @subscribe(event, name=f"core.search.{kind}")
    def changed(ctx: Ctx, fact: Any) -> None:
        refresh(ctx, kind, [TypeID.parse(getattr(fact, field))])


def stamps_of(ctx: Ctx, kind: str, only: Sequence[TypeID] | None = None) -> dict[str, str]:
    """Id → stamp of the objects that exist, of all or of some."""
    listing = KINDS[kind].listing
    if only is not None:
        listing = listing.where(listing.selected_columns[0].in_(only))
    rows: Sequence[Sequence[Any]] = ctx.session.execute(listing).all()
    # A hash, for what changes a document is often a person's name or address.
    return {str(row[0]): sha256("|".join(map(str, row[1:])).encode("utf-8", "replace")).hexdigest()[:40] for row in rows}


def refresh(ctx: Ctx, kind: str, object_ids: Sequence[TypeID]) -> None:
    """Writes what is true now; an object that is gone, or is nothing to be found, leaves no trace."""
    stamps = stamps_of(ctx, kind, object_ids)
    for object_id in object_ids:
        stamp = stamps.get(str(object_id))
        made = KINDS[kind].document(ctx, object_id) if stamp is not None else None
        documents = [] if made is None else [made] if isinstance(made, Document) else list(made)
        _replace(ctx, kind, str(object_id), {one.locale: one for one in documents}, stamp or "")
    ctx.session.flush()


def _replace(ctx: Ctx, kind: str, object_id: str, documents: Mapping[str, Document], stamp: str) -> None:
    rows = ctx.session.scalars(select(SearchDocument).where(SearchDocument.kind == kind, SearchDocument.object_id == object_id)).all()
    by_locale = {row.locale: row for row in rows}
    for locale in by_locale.keys() - documents.keys():
        ctx.session.delete(by_locale[locale])
    for locale, document in documents.items():
        row = by_locale.get(locale)
        if row is None:
            row = SearchDocument(kind=kind, object_id=object_id, locale=locale)
            ctx.session.add(row)
        _fill(row, document, stamp)


def _fill(row: SearchDocument, document: Document, stamp: str) -> None:
    title, body = _plain(document.title)[:LONGEST_TITLE], _plain(document.body)[:LONGEST_BODY]
    desk, portal = document.desk or Door("", ""), document.portal or Door("", "")
    row.partner_id, row.stamp, row.recent_at = document.partner_id, stamp, document.recent_at
    row.desk_href, row.desk_permission, row.portal_href, row.portal_permission = desk.href, desk.permission, portal.href, portal.permission
    row.title, row.body = title, body
    row.title_terms = " ".join(terms_of(title, row.locale))
    row.body_terms = " ".join(terms_of(f"{body}\n{document.words}\n{row.object_id}", row.locale))


def _plain(words: str) -> str:
    """One line, without the signs that no database keeps."""
    return " ".join(words.replace("\0", " ").encode("utf-8", "ignore").decode().split())


@job("core.search_refresh", queue="default")
def refresh_many(ctx: Ctx, kind: str, object_ids: list[str]) -> None:
    """Some objects of one kind; a kind that a newer version no longer has is nothing to do."""
    if kind in KINDS:
        refresh(ctx, kind, [TypeID.parse(object_id) for object_id in object_ids])


@scheduled("core.search_sweep", every=120)
def sweep(ctx: Ctx) -> None:
    """Finds documents that no longer say what the rooms say, and puts their refreshing off to jobs, some at a time."""
    batches = 0
    for kind in KINDS:
        drifted = drift(ctx, kind)
        for at in range(0, len(drifted), _AT_ONCE):
            if batches == _BATCHES:
                return
            ctx.enqueue(refresh_many, kind, drifted[at : at + _AT_ONCE])
            batches += 1
    ctx.session.execute(delete(SearchDocument).where(SearchDocument.kind.not_in(KINDS)))


def drift(ctx: Ctx, kind: str) -> list[str]:
    """Ids whose documents are missing, out of date, or of something that is gone."""
    kept: dict[str, str] = {}
    for object_id, stamp in ctx.session.execute(select(SearchDocument.object_id, SearchDocument.stamp).where(SearchDocument.kind == kind)):
        kept[object_id] = stamp
    current = stamps_of(ctx, kind)
    return [object_id for object_id, stamp in current.items() if kept.get(object_id) != stamp] + sorted(kept.keys() - current.keys())


def rebuild(database: Database) -> dict[str, int]:
    """Everything anew, in short transactions; returns the number of documents of each kind."""
    for kind in KINDS:
        with database.reading(SYSTEM) as read:
            ids = [TypeID(object_id) for object_id in stamps_of(read, kind)]
        for at in range(0, len(ids), _AT_ONCE):
            with database.unit_of_work(SYSTEM) as ctx:
                refresh(ctx, kind, ids[at : at + _AT_ONCE])
        with database.unit_of_work(SYSTEM) as ctx:
            refresh(ctx, kind, [TypeID(object_id) for object_id in drift(ctx, kind)])
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.session.execute(delete(SearchDocument).where(SearchDocument.kind.not_in(KINDS)))
        tidy(ctx)
        kinds = list(ctx.session.scalars(select(SearchDocument.kind)))
    return {kind: kinds.count(kind) for kind in KINDS}


def hide_document(ctx: Ctx, object_id: TypeID | str) -> None:
    """Nobody finds it from the commit on; the next refresh brings back what may still be found of it."""
    ctx.session.execute(delete(SearchDocument).where(SearchDocument.object_id == str(object_id)).execution_options(synchronize_session=False))


def forget_document(ctx: Ctx, object_id: TypeID | str) -> None:
    """Takes an object out of the index, its words included, for erasure: nothing of it is left in the shadow tables either."""
    if ctx.session.get_bind().dialect.name == "sqlite":
        ctx.session.execute(text("PRAGMA secure_delete = ON"))  # bytes of deleted rows are overwritten
    hide_document(ctx, object_id)
    tidy(ctx)


def tidy(ctx: Ctx) -> None:
    """SQLite's index forgets deleted words only when its segments are merged; PostgreSQL's vacuum does the same there."""
    if ctx.session.get_bind().dialect.name == "sqlite":
        ctx.session.execute(text(f"INSERT INTO {FTS}({FTS}) VALUES ('optimize')"))  # noqa: S608 - our own name
