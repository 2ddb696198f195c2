"""Words for claims: states, verdicts, reasons, notes, and the sentences of their history."""

from __future__ import annotations

from typing import Any

from core.i18n import gettext as _
from core.i18n import ngettext, pgettext
from core.money import Money
from mdf.labels import evidence_label
from mdf.rules.claims import ClaimReason
from mdf.rules.states import ClaimStatus, EvidenceStatus


def status_label(status: ClaimStatus) -> str:
    return {
        ClaimStatus.DRAFT: pgettext("claim", "Draft"),
        ClaimStatus.SUBMITTED: pgettext("claim", "Sent"),
        ClaimStatus.IN_REVIEW: pgettext("claim", "In review"),
        ClaimStatus.INFO_REQUESTED: pgettext("claim", "Question asked"),
        ClaimStatus.APPROVED: pgettext("claim", "Approved"),
        ClaimStatus.PARTIALLY_APPROVED: pgettext("claim", "Approved in part"),
        ClaimStatus.REJECTED: pgettext("claim", "Rejected"),
        ClaimStatus.AWAITING_FUNDS: pgettext("claim", "Payment ordered"),
        ClaimStatus.PAID: pgettext("claim", "Paid"),
        ClaimStatus.CANCELLED: pgettext("claim", "Cancelled"),
    }[status]


_TONES = {
    ClaimStatus.DRAFT: ("neutral", "draft"),
    ClaimStatus.SUBMITTED: ("attention", "waiting"),
    ClaimStatus.IN_REVIEW: ("attention", "waiting"),
    ClaimStatus.INFO_REQUESTED: ("attention", "info"),
    ClaimStatus.APPROVED: ("positive", "check"),
    ClaimStatus.PARTIALLY_APPROVED: ("positive", "check"),
    ClaimStatus.REJECTED: ("negative", "stop"),
    ClaimStatus.AWAITING_FUNDS: ("positive", "clock"),
    ClaimStatus.PAID: ("positive", "positive"),
    ClaimStatus.CANCELLED: ("neutral", "stop"),
}


def status_tone(status: ClaimStatus) -> tuple[str, str]:
    """Tone and icon of the chip."""
    return _TONES[status]


def proof_label(status: EvidenceStatus) -> str:
    return {
        EvidenceStatus.MISSING: pgettext("proof", "Missing"),
        EvidenceStatus.ATTACHED: pgettext("proof", "Attached"),
        EvidenceStatus.AUTO_ATTACHED: pgettext("proof", "Measured by the hub"),
        EvidenceStatus.ACCEPTED: pgettext("proof", "Accepted"),
        EvidenceStatus.REJECTED: pgettext("proof", "Rejected"),
        EvidenceStatus.WAIVED: pgettext("proof", "Waived"),
    }[status]


_PROOF_TONES = {
    EvidenceStatus.MISSING: ("attention", "attention"),
    EvidenceStatus.ATTACHED: ("neutral", "file"),
    EvidenceStatus.AUTO_ATTACHED: ("accent", "verified"),
    EvidenceStatus.ACCEPTED: ("positive", "check"),
    EvidenceStatus.REJECTED: ("negative", "close"),
    EvidenceStatus.WAIVED: ("neutral", "minus"),
}


def proof_tone(status: EvidenceStatus) -> tuple[str, str]:
    return _PROOF_TONES[status]


def list_label(status: EvidenceStatus, *, owed: bool) -> str:
    """The word for a line of the list; nothing alarming where nobody owes anything."""
    return pgettext("proof", "None") if status is EvidenceStatus.MISSING and not owed else proof_label(status)


def list_tone(status: EvidenceStatus, *, owed: bool) -> tuple[str, str]:
    return ("neutral", "minus") if status is EvidenceStatus.MISSING and not owed else proof_tone(status)


def reason_label(code: str) -> str:
    """The reasons for which a claim may be cut or rejected; the code itself stands in exports."""
    words = {
        ClaimReason.DATE_OUT_OF_WINDOW: _("The dates lie outside the approved time"),
        ClaimReason.INVOICE_MISMATCH: _("The invoice does not match the activity"),
        ClaimReason.NOT_APPROVED_ACTIVITY: _("The cost was not part of what was approved"),
        ClaimReason.BRAND_RULE: _("A rule of the brand was broken"),
        ClaimReason.AUDIENCE_MISMATCH: _("It reached other people than was approved"),
        ClaimReason.DUPLICATE_EVIDENCE: _("The proof was used before"),
        ClaimReason.LATE: _("The claim came after its last day"),
        ClaimReason.MISSING_EVIDENCE: _("A proof of the agreed list is missing"),
    }
    return words[ClaimReason(code)] if code in set(ClaimReason) else code


def note_label(note: str) -> str:
    """Why something the hub should have taken is not there, or not as agreed."""
    return {
        "erased": _("The file was removed because it showed a person who asked to be forgotten. Its fingerprint is kept."),
        "browser_missing": _("The hub had no browser to take the picture with. That counts against nobody."),
        "capture_failed": _("The hub could not take the picture. That counts against nobody."),
        "not_taken": _("The hub did not get to it on that day. That counts against nobody."),
        "not_measured": _("The hub has no figures for these days. That counts against nobody."),
        "page_unreachable": _("The page could not be reached."),
        "address_refused": _("The page's address is not one that the hub may open."),
        "timed_out": _("The page did not answer in time."),
        "not_found": _("The page was there, the placement was not."),
        "never_seen": _("The placement was never seen on the page."),
        "taken_late": _("Taken later than agreed."),
        "not_sealed_yet": _("The last days are not sealed yet: that takes 48 hours."),
    }.get(note, note)


def count_label(kind: str) -> str:
    """What the sealed counts count."""
    return {
        "loaded": _("Loaded"),
        "rendered": _("Rendered"),
        "viewable": _("Views"),
        "click": _("Clicks"),
        "lead": _("Leads"),
        "page_view": _("Page visits"),
    }.get(kind, kind)


def event_sentence(action: str, before: dict[str, Any] | None, after: dict[str, Any] | None, currency: str) -> str:
    """One line of the history of a claim."""
    told = after or {}
    if action == "mdf.claim.proof_judged":
        return _proof_sentence(told)
    if action == "mdf.claim.file_attached":
        return _("File attached: %(name)s", name=told.get("file", ""))
    if action == "mdf.claim.file_removed":
        return _("File taken off: %(name)s", name=(before or {}).get("file", ""))
    if action == "mdf.claim.proofs_accepted":
        return ngettext("%(n)s proof accepted", "%(n)s proofs accepted", int(told.get("accepted", 0)))
    if action in ("mdf.claim.approved", "mdf.claim.partly_approved") and "approved_minor" in told:
        return _("%(amount)s approved", amount=Money(int(told["approved_minor"]), currency).format())
    if action == "mdf.claim.paid" and "paid_minor" in told:
        return _("%(amount)s paid", amount=Money(int(told["paid_minor"]), currency).format())
    if action == "mdf.claim.submitted" and told.get("late"):
        return _("Sent, after its last day")
    return _sentences().get(action, action)


def _proof_sentence(told: dict[str, Any]) -> str:
    name = evidence_label(str(told.get("item", "")))
    status = str(told.get("proof", ""))
    if status == EvidenceStatus.ACCEPTED:
        return _("Proof accepted: %(name)s", name=name)
    if status == EvidenceStatus.REJECTED:
        return _("Proof rejected: %(name)s", name=name)
    return _("Proof waived: %(name)s", name=name)


def _sentences() -> dict[str, str]:
    return {
        "mdf.claim.opened": _("Claim opened, with everything the hub had measured"),
        "mdf.claim.saved": _("Invoice entered"),
        "mdf.claim.submitted": _("Sent"),
        "mdf.claim.taken": _("Taken into review"),
        "mdf.claim.asked": _("Question to the partner"),
        "mdf.claim.answered": _("Answer of the partner"),
        "mdf.claim.rejected": _("Rejected"),
        "mdf.claim.released": _("Payment ordered"),
        "mdf.claim.reopened": _("Open again after an appeal"),
        "mdf.claim.cancelled": _("Cancelled"),
        "mdf.claim.bundle_made": _("Signed bundle made"),
    }


def tone_of_event(action: str) -> str | None:
    if action in ("mdf.claim.rejected", "mdf.claim.cancelled"):
        return "negative"
    if action in ("mdf.claim.approved", "mdf.claim.partly_approved", "mdf.claim.paid"):
        return "positive"
    return "attention" if action == "mdf.claim.asked" else None
