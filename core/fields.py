"""Need to know, field by field (S-169): what a person may not see is never loaded into their session.

`restrict` names the fields of a model and who sees them. Whatever reads the model as objects, be it a page, an export, a mail or an
answer to a program, gets the mask instead; the masked value is not a change, so writing the row leaves the stored one alone. The hub
itself (jobs) sees everything and asks `is_open` before it tells somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, attributes

if TYPE_CHECKING:
    from core.ctx import Actor

_ACTOR = "actor"
Mask = Callable[[Any], Any]
SeenBy = Callable[["Actor", Any], bool]


@dataclass(frozen=True)
class Restriction:
    """`fields` with the mask of each; `seen_by` is asked with the reader and the row."""

    fields: Mapping[str, Mask]
    seen_by: SeenBy
    reason: str


#: Every restricted model by its table's name: docs/permissions.md lists them, a test looks for what leaks.
RESTRICTIONS: dict[str, Restriction] = {}


def nothing(value: Any) -> str:
    """The mask that tells nothing, not even that there is something."""
    return ""


def restrict(model: type[Any], fields: Mapping[str, Mask], seen_by: SeenBy, reason: str) -> None:
    """From now on these fields reach only whom `seen_by` lets see them."""
    rule = RESTRICTIONS[str(model.__tablename__)] = Restriction(dict(fields), seen_by, reason)

    def on_load(target: Any, context: Any) -> None:
        _mask(target, context.session, rule)

    def on_refresh(target: Any, context: Any, names: Any) -> None:
        _mask(target, context.session, rule)

    event.listen(model, "load", on_load)
    event.listen(model, "refresh", on_refresh)


def bind(session: Session, actor: Actor) -> None:
    """Who reads in this session."""
    session.info[_ACTOR] = actor


def is_open(actor: Actor, row: Any) -> bool:
    """Whether this reader sees the row's restricted fields."""
    rule = RESTRICTIONS[str(row.__tablename__)]
    return rule.seen_by(actor, row)


def _mask(target: Any, session: Session, rule: Restriction) -> None:
    actor: Actor | None = session.info.get(_ACTOR)
    if actor is None or actor.kind == "system" or rule.seen_by(actor, target):
        return
    loaded = inspect(target).dict
    for name, mask in rule.fields.items():
        if name in loaded and loaded[name] is not None:
            attributes.set_committed_value(target, name, mask(loaded[name]))
