"""Clocks of the vendor's promises: business time by region, pauses, escalation, and what silence costs (A-31, A-32, N-05).

Owns the clocks and their arithmetic (`rules.py`). Refuses to know what is decided: rooms declare a kind of clock, start and stop it, and
register what happens when the time is over.
"""

from core.programme import declare_section
from core.sla.events import SlaConsequence, SlaEscalated
from core.sla.kinds import ClockKind, Consequence, clock_kind, clock_kinds, declare_clock, on_silence
from core.sla.models import SlaClock
from core.sla.queries import ClockView, clock_of, clock_view, due_dates
from core.sla.services import escalate, pause_clock, resume_clock, start_clock, stop_clock
from core.sla.terms import Escalation, Office, ServiceLevel, ServiceLevels, Who

declare_section("service_levels", ServiceLevels)

__all__ = [
    "ClockKind",
    "ClockView",
    "Consequence",
    "Escalation",
    "Office",
    "ServiceLevel",
    "ServiceLevels",
    "SlaClock",
    "SlaConsequence",
    "SlaEscalated",
    "Who",
    "clock_kind",
    "clock_kinds",
    "clock_of",
    "clock_view",
    "declare_clock",
    "due_dates",
    "escalate",
    "on_silence",
    "pause_clock",
    "resume_clock",
    "start_clock",
    "stop_clock",
]
