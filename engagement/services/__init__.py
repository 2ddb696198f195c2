"""The verbs of this room."""

from engagement.services.forms import Returned, read_form
from engagement.services.leads import Submission, capture_lead, change_lead_status

__all__ = ["Returned", "Submission", "capture_lead", "change_lead_status", "read_form"]
