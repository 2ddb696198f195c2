"""Separation of duties (measures section 6): applicant, request approver, claim reviewer and payer are different people."""

from __future__ import annotations

from collections.abc import Mapping

#: The duties in the order of the work.
APPLICANT, REQUEST_APPROVER, CLAIM_REVIEWER, PAYER = "applicant", "request_approver", "claim_reviewer", "payer"


def conflict_of_duties(actor_id: str, earlier: Mapping[str, str]) -> str | None:
    """The duty that the actor already had in this matter, or None. `earlier` maps duties to user ids; empty ids are nobody."""
    return next((duty for duty, user_id in earlier.items() if user_id and user_id == actor_id), None)
