"""The clocks of requests and claims follow their steps: whoever waits for the vendor sees until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.ids import TypeID
from core.sla import pause_clock, resume_clock, start_clock, stop_clock
from mdf.rules.states import ClaimAction, RequestAction
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx

_STARTS, _PAUSES, _RESUMES, _WITHDRAWN = {"submit", "reopen"}, {"ask"}, {"answer"}, {"cancel"}
_DECIDED = {"approve", "approve_partly", "decline", "return", "reject"}


def follow(ctx: Ctx, kind: str, object_id: TypeID, partner_id: TypeID, action: RequestAction | ClaimAction) -> None:
    """What a step means for the clock of its object; most mean nothing."""
    name = action.value
    if name in _STARTS:
        start_clock(ctx, kind, object_id, partner_id, partner_for(ctx, partner_id).region)
    elif name in _PAUSES:
        pause_clock(ctx, kind, object_id)
    elif name in _RESUMES:
        resume_clock(ctx, kind, object_id)
    elif name in _DECIDED:
        stop_clock(ctx, kind, object_id)
    elif name in _WITHDRAWN:
        stop_clock(ctx, kind, object_id, result="withdrawn")
