"""Whose turn it is: what a room declares for each kind of object that somebody may wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.ids import TypeID

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.turns.models import Task


@dataclass(frozen=True)
class Turn:
    """Somebody has to do something. `side` is the partner whose turn it is, None the vendor; `about` the partner it is about.

    `params` hold ids and values. `barred` are people whom separation of duties keeps from it. `user_id`: only this one.
    """

    side: TypeID | None
    permission: str
    code: str
    href: str
    since: datetime
    due_at: datetime | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    about: TypeID | None = None
    barred: frozenset[str] = frozenset()
    user_id: TypeID | None = None


@dataclass(frozen=True)
class TaskWords:
    """How a task reads, for its reader: what waits, why it matters, what the button says."""

    title: str
    why: str
    action: str
    glyph: str = "waiting"
    tone: str | None = None


Compute = Callable[["Ctx", TypeID], Turn | None]
Words = Callable[["Ctx", "Task"], TaskWords]


@dataclass(frozen=True)
class TurnKind:
    """`open_ids` names every object that may have a turn; `events` which fact names which object in which field."""

    name: str
    prefix: str
    compute: Compute
    words: Words
    open_ids: Callable[[Ctx], Iterable[TypeID]]
    events: tuple[tuple[Any, str], ...]


TURNS: dict[str, TurnKind] = {}


def turns(
    name: str, *, prefix: str, events: Iterable[tuple[Any, str]], open_ids: Callable[[Ctx], Iterable[TypeID]], words: Words
) -> Callable[[Compute], Compute]:
    """Declares whose turn it is for objects of one kind; asked as the hub after each of the events, and by the sweep."""
    from core.events import subscribe
    from core.turns.refreshing import refresh

    def wrap(compute: Compute) -> Compute:
        kind = TurnKind(name, prefix, compute, words, open_ids, tuple(events))
        TURNS[name] = kind
        for fact, attribute in kind.events:

            def follow(ctx: Ctx, told: Any, attribute: str = attribute) -> None:
                refresh(ctx, name, getattr(told, attribute))

            subscribe(fact, name=f"turns.{name}")(follow)
        return compute

    return wrap
