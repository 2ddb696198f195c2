"""Words for classes of data, steps of an erasure, states of a request."""

from __future__ import annotations

from typing import Any

from core.i18n import lazy_gettext as _l
from core.privacy.declaring import DataClass
from core.privacy.models import RequestKind, RequestStatus

DATA_CLASSES: dict[str, Any] = {
    DataClass.ACCOUNT: _l("Accounts of users"),
    DataClass.SIGN_IN: _l("Sign-ins and sessions"),
    DataClass.LEAD_CONTACT: _l("Contacts of leads"),
    DataClass.DEAL_CONTACT: _l("Contacts in deals"),
    DataClass.PARTNER_CONTACT: _l("Contacts of partners"),
    DataClass.ACTION_NAME: _l("Who did what"),
    DataClass.FREE_TEXT: _l("Free texts that may mention somebody"),
    DataClass.LEARNING: _l("Learning and certificates"),
    DataClass.EVIDENCE_FILE: _l("Uploaded proofs"),
    DataClass.VISITOR: _l("Visits of websites"),
    DataClass.MAIL: _l("Mails and signed links"),
    DataClass.NOTICE: _l("Notices and tasks"),
    DataClass.SEARCH: _l("Search index and recent pages"),
    DataClass.MACHINE: _l("Records of the machine"),
    DataClass.REQUEST: _l("Privacy requests"),
}
STEPS: dict[str, Any] = {
    "audit_words": _l("Words beside the audit log, erased; the chain still verifies"),
    "views": _l("Rendered feeds and widgets, built anew"),
    "brand_kits": _l("Partners whose contact block is taken off all pages"),
    "bundles": _l("Signed bundles of claims, made anew"),
    "copies": _l("Copies that were made for the person"),
    "files_to_review": _l("Uploaded proofs that somebody has to look at"),
    "search": _l("Documents of the search index, built anew"),
}
KINDS: dict[str, Any] = {RequestKind.ACCESS: _l("Copy of the data"), RequestKind.ERASURE: _l("Erasure")}
STATES: dict[str, tuple[Any, str, str]] = {
    RequestStatus.OPEN: (_l("Waits for an answer"), "attention", "waiting"),
    RequestStatus.READY: (_l("Ready to be downloaded"), "positive", "check"),
    RequestStatus.FINISHING: (_l("Erased; a second pass takes what was on its way"), "attention", "waiting"),
    RequestStatus.DONE: (_l("Done"), "positive", "check"),
    RequestStatus.REFUSED: (_l("Refused"), "negative", "close"),
    RequestStatus.EXPIRED: (_l("Expired"), "neutral", "clock"),
}


def class_label(name: str) -> str:
    return str(DATA_CLASSES.get(name, name))


def count_label(name: str) -> str:
    """A step in words, a table by its name: operators know tables, and nobody invents a word for each."""
    return str(STEPS.get(name, name))
