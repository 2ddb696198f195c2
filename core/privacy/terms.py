"""How long each class of personal data is kept: a section of the programme file."""

from __future__ import annotations

from core.i18n import lazy_gettext as _l
from core.programme import ProgrammeSection, declare_section, term


class RetentionTerms(ProgrammeSection):
    """Days after which the retention job takes a record."""

    open_lead_days: int = term(
        365, _l("Leads nobody answered"), _l("An enquiry without contact for so long is made anonymous."), unit="days", ge=30, le=3650
    )
    closed_lead_days: int = term(
        1095, _l("Closed leads"), _l("A converted or lost lead is made anonymous so long after it was closed."), unit="days", ge=30, le=3650
    )
    spam_lead_days: int = term(30, _l("Spam"), _l("A form that was marked as spam is made anonymous."), unit="days", ge=1, le=365)
    withdrawn_lead_days: int = term(
        30,
        _l("Leads with withdrawn consent"),
        _l("After that the lead is made anonymous, if nobody has a reason to keep it."),
        unit="days",
        ge=1,
        le=365,
    )
    mail_days: int = term(365, _l("Mails"), _l("The record that a mail was sent."), unit="days", ge=7, le=3650)
    notice_days: int = term(180, _l("Notices"), _l("Lines in a person's list of notices."), unit="days", ge=7, le=3650)
    link_days: int = term(30, _l("Signed links"), _l("Counted from the end of their validity."), unit="days", ge=1, le=365)
    outbox_days: int = term(30, _l("Failed work"), _l("Jobs that were given up, with what they were to do."), unit="days", ge=2, le=365)
    request_days: int = term(
        1095, _l("Privacy requests"), _l("Who asked is emptied so long after the answer; that it was answered is kept."), unit="days", ge=365, le=3650
    )


declare_section("retention", RetentionTerms)
