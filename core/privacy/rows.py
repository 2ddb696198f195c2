"""Which rows are a person's: one clause per declaration, and for texts a coarse question to the database before the exact one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, false, func, or_, select

from core.database import Base
from core.ids import IdColumn, TypeID
from core.privacy.declaring import PERSONAL, By, DataClass, Personal, Way
from core.privacy.person import Mentions, Person

if TYPE_CHECKING:
    from core.ctx import Ctx

ALL_KINDS = ("email", "user", "actor", "named", "through", "values")


def clause_of(ctx: Ctx, person: Person, one: Personal, kinds: Collection[str] = ALL_KINDS) -> Any | None:
    """The rows in which the person plays this part; None when nothing known of the person leads there."""
    found = [clause for by in one.subject_by if by.kind in kinds and (clause := _clause(ctx, person, one.table, by)) is not None]
    return or_(*found) if found else None


def _clause(ctx: Ctx, person: Person, table: str, by: By) -> Any | None:
    column = Base.metadata.tables[table].columns[by.column]
    if by.kind == "email":
        wanted = person.emails | {mail.lower() for mail in person.emails}
        return or_(column.in_(wanted), func.lower(column).in_(wanted)) if wanted else None
    if by.kind == "user":
        ids = [TypeID.parse(one, "usr") for one in person.user_ids] if isinstance(column.type, IdColumn) else list(person.user_ids)
        return column.in_(ids) if ids else None
    if by.kind in ("actor", "named"):
        names = person.actor_names if by.kind == "actor" else person.names
        return or_(column.in_(names), func.lower(column).in_({name.lower() for name in names})) if names else None
    if by.kind == "through":
        return column.in_(_parents(ctx, person, by.parent))
    found = list(by.find(ctx, person)) if by.find is not None else []
    return column.in_(found) if found else None


def _parents(ctx: Ctx, person: Person, parent: str) -> Any:
    """Ids of the person's own rows in the parent table; not those in which it only acted."""
    table = Base.metadata.tables[parent]
    own = [one for one in PERSONAL if one.table == parent and one.data_class is not DataClass.ACTION_NAME]
    clauses = [clause for one in own if (clause := clause_of(ctx, person, one)) is not None]
    return select(table.c.id).where(or_(*clauses) if clauses else false())


def rows_of(ctx: Ctx, person: Person, one: Personal, mentions: Mentions) -> list[Any]:
    """The rows, as mappings of their columns: those in which the person plays this part, or those that mention it."""
    table = Base.metadata.tables[one.table]
    if one.subject_by and one.subject_by[0].kind != "mention":
        clause = clause_of(ctx, person, one)
        return [] if clause is None else list(ctx.session.execute(select(table).where(clause)).mappings())
    return list(_mentioning(ctx, one, mentions)) if mentions else []


def _mentioning(ctx: Ctx, one: Personal, mentions: Mentions) -> Iterator[Any]:
    table = Base.metadata.tables[one.table]
    scrubbed = [name for name, way in one.columns.items() if way in (Way.SCRUB, Way.STEP)]
    columns = [table.columns[name] for name in scrubbed]
    likes = [
        func.lower(cast(column, Text)).contains(fragment, autoescape=True) for column in columns for fragment in mentions.fragments() if fragment
    ]
    query = select(*table.primary_key.columns, *columns)
    if "" not in mentions.fragments():
        query = query.where(or_(*likes))
    for row in ctx.session.execute(query.execution_options(yield_per=500)).mappings():
        if any(mentions.inside(row[name]) for name in scrubbed):
            yield row


def key_of(table: Any, row: Any) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)
