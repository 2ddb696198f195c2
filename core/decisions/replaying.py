"""Taking decisions again: each under its own programme version, with its own version of the rule (N-06)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.decisions.deciding import canonical
from core.decisions.models import Decision
from core.decisions.register import rule_of
from core.errors import NotFound
from core.ids import TypeID
from core.programme import programme_version

if TYPE_CHECKING:
    from core.ctx import Ctx

_AT_ONCE = 500


@dataclass(frozen=True)
class Difference:
    """What is stored beside what comes out now; `field` is `rule` or `programme` when nothing can come out."""

    decision_id: str
    rule: str
    field: str
    stored: str
    now: str

    @property
    def line(self) -> str:
        return f"{self.decision_id} {self.rule} {self.field}: stored {self.stored!r}, now {self.now!r}"


@dataclass
class Replayed:
    """How many were looked at, and what differs."""

    count: int
    differences: list[Difference]


def replay(ctx: Ctx, ids: Iterable[TypeID] | None = None, since: datetime | None = None) -> Replayed:
    """Without ids: all of them, in portions, so that a million costs no memory. An unknown id is NotFound."""
    found = Replayed(0, [])
    for row in _rows(ctx, None if ids is None else list(ids), since):
        found.count += 1
        found.differences += again(ctx, row)
    return found


def again(ctx: Ctx, row: Decision) -> list[Difference]:
    """One decision, taken again."""
    rule = rule_of(row.rule, row.rule_version)
    if rule is None:
        return [_different(row, "rule", row.rule_version, "not registered")]
    try:
        programme = programme_version(ctx, row.programme_version)
    except NotFound:
        return [_different(row, "programme", row.programme_version, "not found")]
    try:
        verdict = rule(row.inputs, programme)
    except Exception as error:  # noqa: BLE001 - a rule that cannot read its old inputs is a difference, not an end of the replay
        return [_different(row, "rule", row.result, f"{type(error).__name__}: {error}")]
    pairs = {
        "result": (row.result, verdict.result),
        "reason_code": (row.reason_code, verdict.reason_code),
        "values": (row.values, canonical(verdict.values)),
        "way_out": (row.way_out, verdict.way_out),
    }
    return [_different(row, name, stored, now) for name, (stored, now) in pairs.items() if stored != now]


def _different(row: Decision, field: str, stored: object, now: object) -> Difference:
    return Difference(str(row.id), row.rule, field, str(stored), str(now))


def _rows(ctx: Ctx, ids: list[TypeID] | None, since: datetime | None) -> Iterator[Decision]:
    if ids is not None:
        for decision_id in ids:
            row = ctx.session.get(Decision, decision_id)
            if row is None:
                raise NotFound("decision", f"There is no decision {decision_id}.")
            yield row
        return
    last: TypeID | None = None
    while True:
        query = select(Decision).order_by(Decision.id).limit(_AT_ONCE)
        query = query if last is None else query.where(Decision.id > last)
        query = query if since is None else query.where(Decision.decided_at >= since)
        rows = ctx.session.scalars(query).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].id
        ctx.session.expunge_all()
