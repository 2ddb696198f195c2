"""The room's verbs."""

from enablement.services.awards import confirm_award, grant_award, issue, revoke_award
from enablement.services.certifications import (
    CertificationDraft,
    QuestionDraft,
    add_question,
    create_certification,
    edit_certification,
    retire_question,
    set_gate,
)
from enablement.services.quiz import answer_attempt, start_attempt

__all__ = [
    "CertificationDraft",
    "QuestionDraft",
    "add_question",
    "answer_attempt",
    "confirm_award",
    "create_certification",
    "edit_certification",
    "grant_award",
    "issue",
    "retire_question",
    "revoke_award",
    "set_gate",
    "start_attempt",
]
