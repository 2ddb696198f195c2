"""`decide`: a rule is asked, and what it was asked and what it answered is kept. `explain`: the same without keeping it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from core.decisions.models import Decision
from core.decisions.register import Verdict, rule_in_force
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.programme import programme_of

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class Explained:
    """What a rule says now, with what it takes to read it: for a refusal, whose transaction leaves nothing behind."""

    rule: str
    rule_version: str
    programme_version: str
    inputs: dict[str, Any]
    verdict: Verdict

    @property
    def rule_words(self) -> str:
        return rule_words(self.rule, self.rule_version, self.programme_version)


def rule_words(rule: str, version: str, programme: str) -> str:
    """For the page: who wants to look it up finds exactly this."""
    return _("%(rule)s, version %(version)s; programme version %(programme)s", rule=rule, version=version, programme=programme)


def explain(ctx: Ctx, rule: str, inputs: Mapping[str, Any]) -> Explained:
    """Asks the rule in force under the programme in force; changes nothing."""
    version, decides = rule_in_force(rule)
    programme, told = programme_of(ctx), canonical(inputs)
    verdict = decides(told, programme)
    verdict = replace(verdict, values=canonical(verdict.values))
    return Explained(rule, version, programme.version, told, verdict)


def decide(ctx: Ctx, rule: str, object_id: TypeID | str, partner_id: TypeID, inputs: Mapping[str, Any]) -> Decision:
    """Asks the rule and keeps the answer in the caller's transaction."""
    return keep(ctx, explain(ctx, rule, inputs), object_id, partner_id)


def keep(ctx: Ctx, found: Explained, object_id: TypeID | str, partner_id: TypeID) -> Decision:
    """Writes down what was explained."""
    row = Decision(
        id=new_id("dcs", int(ctx.now.timestamp() * 1000)),
        partner_id=partner_id,
        object_id=str(object_id),
        rule=found.rule,
        rule_version=found.rule_version,
        programme_version=found.programme_version,
        inputs=found.inputs,
        result=found.verdict.result,
        reason_code=found.verdict.reason_code,
        values=dict(found.verdict.values),
        way_out=found.verdict.way_out,
        actor_kind=ctx.actor.kind,
        actor_id=str(ctx.actor.user_id or ""),
        decided_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row


def canonical(values: Mapping[str, Any]) -> dict[str, Any]:
    """One spelling on every database: keys in order, dates and enumerations as text, no fractions that a database might round."""
    found: dict[str, Any] = _plain(values)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if value is None or isinstance(value, bool | int | TypeID):
        return str(value) if isinstance(value, TypeID) else value
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(one) for one in value), key=str)
    raise TypeError(f"{type(value).__name__} is no input of a decision: it would not read the same on every database")
