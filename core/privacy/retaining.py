"""Retention: what is kept how long, per rule, by one scheduled job; the programme file gives the days (A-79).

Rooms declare rules. A rule finds ids that are due and removes a batch of them; running it twice changes nothing more. A record under legal
hold is left alone. A dry run counts and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from core.database import Base
from core.ids import TypeID, new_id
from core.jobs import job, scheduled
from core.privacy.declaring import DataClass
from core.privacy.models import LegalHold, RetentionRun
from core.privacy.terms import RetentionTerms
from core.programme import programme_of

if TYPE_CHECKING:
    from core.ctx import Ctx

#: Ids of one transaction: short enough that nobody waits behind it.
BATCH = 500


@dataclass(frozen=True)
class Rule:
    """`term` is the field of `RetentionTerms` that says the days. `due` gives a SELECT of the ids whose time is over, `remove` takes some."""

    name: str
    label: Any
    data_class: DataClass
    term: str
    due: Callable[[Ctx, datetime], Any]
    remove: Callable[[Ctx, Sequence[Any]], None]


RULES: dict[str, Rule] = {}


def declare_retention(
    name: str,
    label: Any,
    data_class: DataClass,
    term: str,
    due: Callable[[Ctx, datetime], Any],
    remove: Callable[[Ctx, Sequence[Any]], None] | None = None,
) -> None:
    """Adds a rule; without `remove` the rows that `due` selects (by their primary key) are deleted from its table."""
    if term not in RetentionTerms.model_fields:
        raise ValueError(f"retention rule {name}: RetentionTerms has no {term}")
    RULES[name] = Rule(name, label, data_class, term, due, remove or _delete_from(name))


def _delete_from(name: str) -> Callable[[Ctx, Sequence[Any]], None]:
    def remove(ctx: Ctx, ids: Sequence[Any]) -> None:
        table = next(iter(RULES[name].due(ctx, ctx.now).get_final_froms()))
        key = next(iter(table.primary_key.columns))
        ctx.session.execute(delete(table).where(key.in_(list(ids))), execution_options={"synchronize_session": False})

    return remove


def older_than(table: str, column: str, *conditions: Callable[[Any], Any]) -> Callable[[Ctx, datetime], Any]:
    """Rows of a table whose `column` lies before the limit; each condition gets the table's columns."""

    def due(ctx: Ctx, before: datetime) -> Any:
        found = Base.metadata.tables[table]
        return select(next(iter(found.primary_key.columns))).where(found.c[column] < before, *(condition(found.c) for condition in conditions))

    return due


def limit_of(ctx: Ctx, rule: Rule) -> datetime:
    """What is older than this is due."""
    days: int = getattr(programme_of(ctx).section(RetentionTerms), rule.term)
    return ctx.now - timedelta(days=days)


def due_counts(ctx: Ctx) -> dict[str, int]:
    """How many records each rule would remove now, those under a hold left out."""
    held = held_objects(ctx)
    return {rule.name: len(_due_ids(ctx, rule, held, limit=None)) for rule in RULES.values()}


def held_objects(ctx: Ctx) -> frozenset[str]:
    """Ids under legal hold."""
    return frozenset(ctx.session.scalars(select(LegalHold.object_id).where(LegalHold.lifted_at.is_(None))))


def _due_ids(ctx: Ctx, rule: Rule, held: frozenset[str], limit: int | None = BATCH) -> list[Any]:
    query = rule.due(ctx, limit_of(ctx, rule))
    # Held ones stay due for ever; the batch must not be full of them.
    rows = ctx.session.scalars(query if limit is None else query.limit(limit + len(held)))
    return [one for one in rows if str(one) not in held][:limit]


def run_retention(ctx: Ctx, *, dry_run: bool = False) -> RetentionRun:
    """One batch of each rule; `is_unfinished` says whether something may be left. The run is a row, and an entry in the audit log when it did something."""
    held = held_objects(ctx)
    counts: dict[str, int] = {}
    for rule in sorted(RULES.values(), key=lambda one: one.name):
        found = _due_ids(ctx, rule, held, None if dry_run else BATCH)
        if found and not dry_run:
            rule.remove(ctx, found)
            ctx.session.flush()
        counts[rule.name] = len(found)
    run = RetentionRun(id=new_id("rtr"), dry_run=dry_run, started_at=ctx.now, counts=counts, held=len(held))
    ctx.session.add(run)
    ctx.session.flush()
    if any(counts.values()) and not dry_run:
        ctx.audit("core.privacy.retention", run, after={name: count for name, count in counts.items() if count})
    return run


def is_unfinished(run: RetentionRun) -> bool:
    """A rule had a full batch: there may be more."""
    return not run.dry_run and any(count >= BATCH for count in run.counts.values())


def last_runs(ctx: Ctx, limit: int = 20) -> list[RetentionRun]:
    """Newest first."""
    return list(ctx.session.scalars(select(RetentionRun).order_by(RetentionRun.started_at.desc(), RetentionRun.id.desc()).limit(limit)))


def hold(ctx: Ctx, object_id: str, reason: str) -> LegalHold:
    """Keeps a record until the hold is lifted."""
    row = LegalHold(id=new_id("lgh"), object_id=str(TypeID.parse(object_id)), reason=reason[:500], set_by=ctx.actor.user_id, set_at=ctx.now)
    ctx.session.add(row)
    ctx.session.flush()
    ctx.audit("core.privacy.hold_set", row.object_id, reason=reason)
    return row


def lift_hold(ctx: Ctx, hold_id: TypeID) -> None:
    """From the next run on the record is treated like any other."""
    row = ctx.session.get_one(LegalHold, hold_id)
    if row.lifted_at is None:
        row.lifted_at = ctx.now
        ctx.audit("core.privacy.hold_lifted", row.object_id)


def holds(ctx: Ctx) -> list[LegalHold]:
    return list(ctx.session.scalars(select(LegalHold).where(LegalHold.lifted_at.is_(None)).order_by(LegalHold.id)))


@scheduled("core.retention", every=24 * 3600)
def retain(ctx: Ctx) -> None:
    """Once a day; large arrears are worked off in jobs that follow each other."""
    _once(ctx)


@job("core.retention_on")
def retain_on(ctx: Ctx) -> None:
    """Follows a run that stopped at its limit."""
    _once(ctx)


def _once(ctx: Ctx) -> None:
    if is_unfinished(run_retention(ctx)):
        ctx.enqueue(retain_on)
