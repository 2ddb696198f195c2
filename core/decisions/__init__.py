"""Decisions that explain themselves and can be taken again: inputs, rule and version, programme version, result, reason, way out (N-06).

Owns the record, the register of rules, replay, and the partner's one appeal. Refuses to know what is decided: rooms register pure rules
and the words for their results.
"""

from core.decisions import clock as _clock  # noqa: F401 - declares the clock of appeals
from core.decisions.appealing import AppealDecided, AppealRaised, decide_appeal, raise_appeal
from core.decisions.deciding import Explained, decide, explain
from core.decisions.models import Appeal, AppealState, Decision
from core.decisions.queries import appeal_of, decision_of, decisions_of
from core.decisions.register import DecisionKind, DecisionWords, Verdict, decides, decision_kind, declare_decision, on_overturned
from core.decisions.replaying import Difference, replay

__all__ = [
    "Appeal",
    "AppealDecided",
    "AppealRaised",
    "AppealState",
    "Decision",
    "DecisionKind",
    "DecisionWords",
    "Difference",
    "Explained",
    "Verdict",
    "appeal_of",
    "decide",
    "decide_appeal",
    "decides",
    "decision_kind",
    "decision_of",
    "decisions_of",
    "declare_decision",
    "explain",
    "on_overturned",
    "raise_appeal",
    "replay",
]
