"""Whom a level tells, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.notices import Channel, declare_notice, holders, notify
from core.permissions import Perm
from core.sla.kinds import ClockKind, clock_kind
from core.sla.models import SlaClock

if TYPE_CHECKING:
    from core.ctx import Ctx

SAMPLE_DUE = "2026-04-08T14:00:00+00:00"


def permission_of(kind: ClockKind, who: str) -> str:
    """The holders of this permission are the level's people."""
    return {"second": str(Perm.ESCALATION_SECOND), "last": str(Perm.ESCALATION_LAST)}.get(who, kind.permission)


def tell_level(ctx: Ctx, clock: SlaClock, level: int, who: str, *, by_partner: bool = False) -> None:
    """One notice for each of the level's people; said again, it is heard once."""
    kind = clock_kind(clock.kind)
    percent = next((int(one[0]) for number, one in enumerate(clock.levels, start=1) if number == level), 100)
    told = {"kind": clock.kind, "object_id": clock.object_id, "percent": percent, "due_at": clock.due_at.isoformat(), "by_partner": by_partner}
    notify(
        ctx,
        holders(permission_of(kind, who)),
        "core.clock_level",
        told,
        kind.path(clock.object_id, partner=False),
        object_id=clock.object_id,
        key=f"{clock.id}:{'partner' if by_partner else level}",
    )


def _words(ctx: Ctx, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
    kind = clock_kind(str(params["kind"]))
    subject = kind.subject(ctx, TypeID.parse(str(params["object_id"]), kind.prefix))
    return {**params, "label": str(kind.label), "subject": subject}


CLOCK_LEVEL = declare_notice(
    "core.clock_level",
    title=_l("An agreed time runs out or is over"),
    mail=Channel.AT_ONCE,
    may_be_switched_off=False,
    why=_l("A partner waits, and what the programme promises happens by itself."),
    side="vendor",
    values=_words,
    sample=lambda: {"label": "Deal registration", "subject": "Acme GmbH", "percent": 80, "due_at": SAMPLE_DUE, "by_partner": False},
)
