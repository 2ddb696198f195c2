"""Where a lead comes from, when every trace may be lost on the way (measures.md, Cookieless).

In this order: the click id, the placement the page was reached through, the placement in `utm_content`, the partner of the page.
A trace counts only when it leads to the same partner: nobody may credit another partner's placement by a forged link.
"""

from dataclasses import dataclass
from enum import StrEnum


class SourceKind(StrEnum):
    CLICK = "click"
    PLACEMENT = "placement"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that may tell where a visitor came from; ids as text."""

    kind: SourceKind
    partner_id: str
    placement_id: str
    campaign: str


def source_of(partner_id: str, traces: list[Trace]) -> Trace:
    """The best trace that belongs to the partner; without one, the partner itself."""
    for trace in sorted(traces, key=lambda trace: list(SourceKind).index(trace.kind)):
        if trace.partner_id == partner_id:
            return trace
    return Trace(SourceKind.PARTNER, partner_id, "", "")
