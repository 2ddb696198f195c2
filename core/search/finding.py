"""Asking: what the reader may see of what fits. Permission, partner and entitlement are part of the one query, so nothing else leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true

from core.ids import TypeID
from core.permissions import SIGNED_IN
from core.search.engines import Question, matches
from core.search.excerpts import Part, excerpt, marked
from core.search.folding import question_of
from core.search.indexing import KINDS
from core.search.models import SearchDocument

if TYPE_CHECKING:
    from core.ctx import Ctx

PAGE = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Hit:
    """`title` and `excerpt` come in parts, so that the page marks and escapes them itself."""

    kind: str
    object_id: str
    href: str
    title: Sequence[Part]
    excerpt: Sequence[Part]
    locale: str
    partner_id: TypeID | None
    recent_at: datetime

    @property
    def name(self) -> str:
        return "".join(part.text for part in self.title)


@dataclass(frozen=True)
class Found:
    """One page of hits, the counts of all kinds, and the cursor of the page after this one."""

    hits: Sequence[Hit] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    older: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def search(ctx: Ctx, text: str, kinds: Sequence[str] = (), limit: int = PAGE, *, before: str = "") -> Found:
    """Best first: words in the title, then what changed last. An object with texts in several languages is one hit."""
    question = question_of(text)
    if not question:
        return Found()
    best = _best(ctx, question)
    counts = {row[0]: int(row[1]) for row in ctx.session.execute(select(best.c.kind, func.count()).group_by(best.c.kind))}
    query = select(SearchDocument, best.c.in_title).join(best, best.c.number == SearchDocument.number)
    if kinds:
        query = query.where(SearchDocument.kind.in_(kinds))
    query = query.where(_after(best.c.in_title, before))
    order = (best.c.in_title.desc(), SearchDocument.recent_at.desc(), SearchDocument.number.desc())
    rows = ctx.session.execute(query.order_by(*order).limit(limit + 1)).all()
    more, rows = len(rows) > limit, rows[:limit]
    hits = [_hit(ctx, row, question) for row, _in_title in rows]
    return Found(hits, counts, _cursor(*rows[-1]) if more else "")


def titles_of(ctx: Ctx, hrefs: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Address → kind and title, of those that the reader may see."""
    column = SearchDocument.desk_href if ctx.actor.partner_id is None else SearchDocument.portal_href
    wanted = list(hrefs)
    rows = ctx.session.execute(
        select(column, SearchDocument.kind, SearchDocument.title, SearchDocument.locale).where(column.in_(wanted), visible(ctx))
    ).all()
    # The reader's own language wins where an object has several.
    rows = sorted(rows, key=lambda row: row.locale == ctx.locale)
    return {href: (kind, title) for href, kind, title, _locale in rows}


def visible(ctx: Ctx) -> ColumnElement[bool]:
    """The condition on every question: the reader's side, permission, partner and entitlement."""
    actor = ctx.actor
    if actor.kind == "system":
        return true()
    if actor.kind != "user":
        return false()
    held = [*actor.permissions, SIGNED_IN]
    if actor.partner_id is None:
        return and_(SearchDocument.desk_href != "", SearchDocument.desk_permission.in_(held))
    own = SearchDocument.partner_id == actor.partner_id
    everybodys = and_(SearchDocument.partner_id.is_(None), _entitled(ctx))
    return and_(SearchDocument.portal_href != "", SearchDocument.portal_permission.in_(held), or_(own, everybodys))


def _entitled(ctx: Ctx) -> ColumnElement[bool]:
    asked = {name: kind.entitled for name, kind in KINDS.items() if kind.entitled is not None}
    free: ColumnElement[bool] = SearchDocument.kind.not_in(list(asked))
    granted = [
        and_(SearchDocument.kind == name, SearchDocument.object_id.in_([str(object_id) for object_id in entitled(ctx)]))
        for name, entitled in asked.items()
    ]
    return or_(free, *granted)


def _best(ctx: Ctx, question: Question) -> Any:
    """One document per object: the one that says it in the title, else the reader's language."""
    dialect = ctx.session.get_bind().dialect.name
    in_title = case((matches(dialect, question, in_title=True), 1), else_=0)
    place = (
        func.row_number()
        .over(
            partition_by=(SearchDocument.kind, SearchDocument.object_id),
            order_by=(in_title.desc(), case((SearchDocument.locale == ctx.locale, 1), else_=0).desc(), SearchDocument.number),
        )
        .label("place")
    )
    fits = (
        select(SearchDocument.number, SearchDocument.kind, in_title.label("in_title"), place)
        .where(matches(dialect, question), visible(ctx), SearchDocument.kind.in_(KINDS))
        .subquery()
    )
    return select(fits).where(fits.c.place == 1).subquery()


def _cursor(row: SearchDocument, in_title: int) -> str:
    return f"{in_title}.{(row.recent_at - _EPOCH) // timedelta(microseconds=1)}.{row.number}"


def _after(in_title: Any, cursor: str) -> ColumnElement[bool]:
    """Everything behind the last hit of the page before; a cursor that is none of ours begins at the front."""
    try:
        titled, stamp, number = (int(part) for part in cursor[:60].split("."))
        at = _EPOCH + timedelta(microseconds=stamp)
    except (ValueError, OverflowError):
        return true()
    if not -(2**62) < number < 2**31 or titled not in (0, 1):
        return true()
    recent, own = SearchDocument.recent_at, SearchDocument.number
    return or_(in_title < titled, and_(in_title == titled, or_(recent < at, and_(recent == at, own < number))))


def _hit(ctx: Ctx, row: SearchDocument, question: Question) -> Hit:
    href = row.portal_href if ctx.actor.partner_id is not None else row.desk_href or row.portal_href
    return Hit(row.kind, row.object_id, href, marked(row.title, question), excerpt(row.body, question), row.locale, row.partner_id, row.recent_at)
