"""Which clocks there are: rooms declare what they promise, and register what silence does to their object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from core.ids import TypeID

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.sla.models import SlaClock


class Consequence(StrEnum):
    """What happens when the agreed time is over and nobody has decided (N-05)."""

    APPROVE = "approve"
    EXTEND_PROTECTION = "extend_protection"
    ESCALATE = "escalate"


Silence = Callable[["Ctx", "SlaClock"], None]


@dataclass(frozen=True)
class ClockKind:
    """A promise of the vendor. `permission` decides; `raise_permission` is held by those of the partner who may escalate.

    `subject(ctx, object_id)` names the object for lists; the paths are those of its pages, with `{id}`.
    """

    name: str
    label: Any
    permission: str
    raise_permission: str
    prefix: str
    desk_path: str
    portal_path: str
    subject: Callable[[Ctx, TypeID], str]
    #: Takes the rows that a decision takes first, so that the job and a person never wait for each other.
    lock: Callable[[Ctx, TypeID], object] | None = None
    hours: int = 0
    days: int = 0
    consequence: Consequence = Consequence.ESCALATE
    silences: dict[Consequence, Silence] = field(default_factory=dict)

    def path(self, object_id: str, *, partner: bool) -> str:
        return (self.portal_path if partner else self.desk_path).format(id=object_id)

    @property
    def consequences(self) -> frozenset[Consequence]:
        """Those that a programme file may name."""
        return frozenset({*self.silences, Consequence.ESCALATE})


_KINDS: dict[str, ClockKind] = {}


def declare_clock(kind: ClockKind) -> None:
    """Adds a kind; declaring it again replaces it, its registered consequences stay."""
    known = _KINDS.get(kind.name)
    if known is not None:
        kind.silences.update(known.silences)
    _KINDS[kind.name] = kind


def on_silence(name: str, consequence: Consequence) -> Callable[[Silence], Silence]:
    """Registers what the hub does when the time of a clock is over and the programme file names this consequence.

    It runs as the hub, in the transaction that marks the clock; what it refuses (a HubError) leaves the object as it is and is told.
    """

    def wrap(act: Silence) -> Silence:
        _KINDS[name].silences[consequence] = act
        return act

    return wrap


def clock_kinds() -> list[ClockKind]:
    return [_KINDS[name] for name in sorted(_KINDS)]


def clock_kind(name: str) -> ClockKind:
    return _KINDS[name]
