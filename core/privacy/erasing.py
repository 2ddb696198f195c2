"""Erasing a person: facts keep a pseudonym, money and counts stay, and everything that was about the person goes (Art. 17 GDPR).

First the plan: every row of every declared table is found before anything changes, because a lead whose address is gone no longer leads to
its consent. Then the changes, in one transaction. Copies that databases and files keep of what was deleted are wiped afterwards
(`core.privacy.wiping`), because that cannot be done inside a transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, or_, select, update

from core.append_only import ERASED
from core.database import Base
from core.privacy.declaring import PERSONAL, DataClass, Personal, Way
from core.privacy.models import LegalHold
from core.privacy.person import Mentions, Person
from core.privacy.rows import key_of, rows_of

if TYPE_CHECKING:
    from core.ctx import Ctx

_AT_ONCE = 200


@dataclass(frozen=True)
class Found:
    """Rows in which the person plays one part."""

    part: Personal
    keys: list[tuple[Any, ...]]


@dataclass
class Plan:
    """What erasing would do. `steps` are the rooms' own, with how many things each would touch."""

    person: Person
    pseudonym: str
    found: list[Found] = field(default_factory=list)
    steps: dict[str, list[Any]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Rows by table, each row once however many parts the person plays in it; further things by the name of their step."""
        by_table: dict[str, set[Any]] = {}
        for one in self.found:
            by_table.setdefault(one.part.table, set()).update(one.keys)
        return {name: len(keys) for name, keys in by_table.items() if keys} | {name: len(things) for name, things in self.steps.items() if things}

    def spare(self, table: str, key: Any) -> None:
        """Leaves one row alone this time."""
        for one in self.found:
            if one.part.table == table:
                one.keys[:] = [known for known in one.keys if known != (key,)]

    def keys(self, table: str) -> list[tuple[Any, ...]]:
        """The rows of one table."""
        return sorted({key for one in self.found if one.part.table == table for key in one.keys}, key=repr)


@dataclass(frozen=True)
class Step:
    """What a room has to do beyond columns: files, derived things. `find` runs before, `do` after the rows were changed."""

    name: str
    find: Callable[[Ctx, Plan], list[Any]]
    do: Callable[[Ctx, Plan, list[Any]], None]


STEPS: dict[str, Step] = {}


def declare_erasing(name: str, find: Callable[[Ctx, Plan], list[Any]], do: Callable[[Ctx, Plan, list[Any]], None]) -> None:
    """Adds a step; `name` is a key of `core.privacy.labels`."""
    STEPS[name] = Step(name, find, do)


#: What rooms do before anybody is looked for: bring in what lies outside the database.
PREPARING: list[Callable[[Ctx], None]] = []


def new_pseudonym() -> str:
    """Random, not computed from the person: nobody can find out whose it was by trying addresses."""
    return ERASED + secrets.token_hex(8)


def plan_erasure(ctx: Ctx, person: Person, pseudonym: str = "") -> Plan:
    """Finds every row and thing; changes nothing."""
    plan = Plan(person, pseudonym or new_pseudonym())
    if person.is_nobody:
        return plan
    mentions = Mentions(person, plan.pseudonym)
    # What is evidence stays as it is (Art. 17 (3) (e) GDPR); the person is told so by whoever answers.
    held = frozenset(ctx.session.scalars(select(LegalHold.object_id).where(LegalHold.lifted_at.is_(None))))
    for one in PERSONAL:
        table = Base.metadata.tables[one.table]
        keys = (key_of(table, row) for row in rows_of(ctx, person, one, mentions))
        plan.found.append(Found(one, [key for key in keys if not any(str(part) in held for part in key)]))
    for step in STEPS.values():
        plan.steps[step.name] = step.find(ctx, plan)
    return plan


def erase(ctx: Ctx, plan: Plan) -> dict[str, int]:
    """Carries the plan out; returns what was touched, by table. A second time there is nothing left to find."""
    mentions = Mentions(plan.person, plan.pseudonym)
    ctx.session.flush()
    order = {table.name: number for number, table in enumerate(Base.metadata.sorted_tables)}
    changing = [one for one in plan.found if not one.part.deletes]
    deleting = sorted((one for one in plan.found if one.part.deletes), key=lambda one: -order[one.part.table])
    for found in changing:
        for at in range(0, len(found.keys), _AT_ONCE):
            _change(ctx, found.part, found.keys[at : at + _AT_ONCE], mentions)
    for found in deleting:
        table = Base.metadata.tables[found.part.table]
        for at in range(0, len(found.keys), _AT_ONCE):
            ctx.session.execute(delete(table).where(_these(table, found.keys[at : at + _AT_ONCE])))
    ctx.session.expire_all()
    for name, things in plan.steps.items():
        if things:
            STEPS[name].do(ctx, plan, things)
    ctx.session.expire_all()
    return plan.counts()


def anonymise_rows(ctx: Ctx, table: str, ids: Sequence[Any]) -> None:
    """Each of these rows, with the rows that hang on it, as if its person had been erased: for retention, which knows no person."""
    for one_id in ids:
        nameless = Mentions(Person(), new_pseudonym())
        for part in PERSONAL:
            if part.table == table and part.data_class is not DataClass.ACTION_NAME and part.subject_by[0].kind != "mention":
                _change(ctx, part, [(one_id,)], nameless)
            for by in part.subject_by:
                if by.kind == "through" and by.parent == table:
                    child = Base.metadata.tables[part.table]
                    keys = ctx.session.execute(select(*child.primary_key.columns).where(child.c[by.column] == one_id)).all()
                    _change(ctx, part, [tuple(key) for key in keys], nameless)
    ctx.session.expire_all()


def _these(table: Any, keys: list[tuple[Any, ...]]) -> Any:
    columns = list(table.primary_key.columns)
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return or_(*(and_(*(column == part for column, part in zip(columns, key, strict=True))) for key in keys))


def _change(ctx: Ctx, part: Personal, keys: list[tuple[Any, ...]], mentions: Mentions) -> None:
    table = Base.metadata.tables[part.table]
    touched = [name for name, way in part.columns.items() if way not in (Way.KEEP, Way.STEP)]
    if not keys or (not touched and not part.sets):
        return
    columns = [*table.primary_key.columns, *(table.columns[name] for name in touched if not table.columns[name].primary_key)]
    for row in ctx.session.execute(select(*columns).where(_these(table, keys))).mappings().all():
        values = {name: _after(table.columns[name], part.columns[name], row[name], mentions) for name in touched}
        changed = {name: value for name, value in values.items() if value != row[name]} | dict(part.sets)
        if changed:
            ctx.session.execute(update(table).where(_these(table, [key_of(table, row)])).values(changed))


def _after(column: Any, way: Way, before: Any, mentions: Mentions) -> Any:
    """What stands in the column afterwards. What was empty stays empty."""
    if before is None or before in ("", {}, []):
        return before
    if way is Way.PSEUDONYM:
        return mentions.pseudonym
    if way is Way.ADDRESS:
        return f"{mentions.pseudonym}@erased.invalid"
    if way is Way.SCRUB:
        replaced = mentions.replaced(before)
        length = getattr(column.type, "length", None)
        return replaced[:length] if length and isinstance(replaced, str) else replaced
    return None if column.nullable else type(before)()
