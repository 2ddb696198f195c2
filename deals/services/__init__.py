"""Verbs of the deals room."""

from deals.services import silence as _silence  # noqa: F401 - registers what silence does
from deals.services.checking import check_draft
from deals.services.closing import close_registration, update_stage
from deals.services.deciding import answer_question, decide_registration
from deals.services.drafting import RegistrationDraft, draft_from_lead, save_draft
from deals.services.lines import add_product_line, note_direct_engagement, set_product_line_active
from deals.services.submitting import NotAdmitted, as_draft, submit_registration

__all__ = [
    "NotAdmitted",
    "RegistrationDraft",
    "add_product_line",
    "answer_question",
    "as_draft",
    "check_draft",
    "close_registration",
    "decide_registration",
    "draft_from_lead",
    "note_direct_engagement",
    "save_draft",
    "set_product_line_active",
    "submit_registration",
    "update_stage",
]
