"""One event with one subscriber whose effect is a row: the smallest thing that goes all the way."""

from __future__ import annotations

from dataclasses import dataclass

from core.ctx import Ctx
from core.events import event, subscribe
from core.kv import write_value

EFFECT = "bench.effect."


@event("bench.noted.v1")
@dataclass(frozen=True)
class Noted:
    number: int


@subscribe(Noted, name="bench.hear")
def hear(ctx: Ctx, fact: Noted) -> None:
    write_value(ctx, f"{EFFECT}{fact.number}", True)
