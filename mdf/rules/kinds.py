"""Words of this room that decisions and tables share. The values stand in the database and in exports."""

from enum import StrEnum


class EntryKind(StrEnum):
    """Ledger entries in use (measures section 6); the others come with planning by quarter and with currencies."""

    ALLOCATE = "allocate"
    COMMIT = "commit"
    APPROVE_CLAIM = "approve_claim"
    PAY = "pay"
    RELEASE = "release"


class ActivityType(StrEnum):
    """Requirements section 8; the evidence catalogue has an entry for each."""

    SYNDICATION_PLACEMENT = "syndication_placement"
    LANDING_PAGE = "landing_page"
    EMAIL_ELSEWHERE = "email_elsewhere"
    DIGITAL_ADVERTISING = "digital_advertising"
    PRINT = "print"
    SIGNAGE = "signage"
    EVENT = "event"
    TELEMARKETING = "telemarketing"
    TRAINING = "training"


class EvidenceKind(StrEnum):
    """Requirements section 6."""

    INVOICE = "invoice"
    PAYMENT = "payment"
    SCREENSHOT = "screenshot"
    REPORT = "report"
    TEAR_SHEET = "tear_sheet"
    AFFIDAVIT = "affidavit"
    PHOTO = "photo"
    ATTENDEE_LIST = "attendee_list"
    CREATIVE = "creative"
    DELIVERY_LOG = "delivery_log"
    PAGE_CHECK = "page_check"


class Provider(StrEnum):
    """Who brings a piece of evidence."""

    HUB = "hub"
    UPLOAD = "upload"


class DeclineReason(StrEnum):
    """Why a request is declined or sent back; the requester reads the sentence and the reviewer's own words."""

    NOT_ELIGIBLE = "not_eligible_activity"
    AUDIENCE_MISMATCH = "audience_mismatch"
    BRAND_RULE = "brand_rule"
    DUPLICATE = "duplicate_activity"
    FIGURES = "figures_not_plausible"
    INCOMPLETE = "incomplete"
    PRIORITIES = "other_priorities"
    OTHER = "other"
