"""What clocks tell other rooms; ids only."""

from dataclasses import dataclass

from core.events import event


@event("core.sla_escalated.v1")
@dataclass(frozen=True)
class SlaEscalated:
    """A level was reached, or (`by_partner`) the partner asked for it. `level` counts from 1; `percent` is its share of the agreed time."""

    clock_id: str
    kind: str
    object_id: str
    partner_id: str
    level: int
    percent: int
    by_partner: bool


@event("core.sla_consequence.v1")
@dataclass(frozen=True)
class SlaConsequence:
    """The agreed time was over: what the programme file says has happened, or could not (`refused` is the code)."""

    clock_id: str
    kind: str
    object_id: str
    partner_id: str
    consequence: str
    refused: str
