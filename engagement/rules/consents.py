"""Who may be told whom to contact: the one rule that every path asks, be it a page, a file, a mail, a search or a deal (N-19)."""

from __future__ import annotations

from datetime import datetime

from engagement.rules.lead_states import LeadStatus, is_contact_known

#: What a consent must have been given for, so that the partner may have the contact.
ANSWER_REQUEST = "answer_request"
HAND_OVER = frozenset({ANSWER_REQUEST})


def may_hand_over(status: LeadStatus, purpose: str, ended_at: datetime | None) -> bool:
    """Accepted by the partner, agreed to for this purpose, and not withdrawn."""
    return is_contact_known(status) and consent_holds(purpose, ended_at)


def consent_holds(purpose: str, ended_at: datetime | None) -> bool:
    """Whether the person still wants it."""
    return purpose in HAND_OVER and ended_at is None
