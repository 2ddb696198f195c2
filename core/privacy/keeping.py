"""The kernel's retention rules, and how long what has a job of its own is kept (for the page)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.privacy.declaring import DataClass
from core.privacy.models import PrivacyRequest, RequestStatus
from core.privacy.retaining import declare_retention, older_than
from core.privacy.wiping import drop_object

if TYPE_CHECKING:
    from datetime import datetime

    from core.ctx import Ctx

#: What is forgotten by a job of its own, with fixed times: (class of data, words).
FIXED = (
    (DataClass.SIGN_IN, _l("Failed sign-ins: an hour. Sessions: until they end.")),
    (DataClass.MACHINE, _l("Finished jobs: 2 days. Sent forms: 7 days. Delivered events: 30 days.")),
    (DataClass.VISITOR, _l("Numbers of clicks: 90 days. The key that could recognise a visitor: 1 day.")),
)

declare_retention(
    "core.mails",
    _l("Records of mails"),
    DataClass.MAIL,
    "mail_days",
    older_than("core_mail", "finished_at", lambda mail: mail.finished_at.is_not(None)),
)
declare_retention("core.notices", _l("Notices"), DataClass.NOTICE, "notice_days", older_than("core_notice", "created_at"))
declare_retention("core.links", _l("Signed links that are over"), DataClass.MAIL, "link_days", older_than("core_signed_action", "expires_at"))
declare_retention(
    "core.dead_jobs",
    _l("Work that was given up"),
    DataClass.MACHINE,
    "outbox_days",
    older_than("core_job", "finished_at", lambda row: row.status.in_(["dead", "given_up", "cancelled"])),
)


def _due_requests(ctx: Ctx, before: datetime) -> Any:
    closed = (RequestStatus.DONE, RequestStatus.REFUSED, RequestStatus.EXPIRED)
    return select(PrivacyRequest.id).where(PrivacyRequest.done_at < before, PrivacyRequest.email != "", PrivacyRequest.status.in_(closed))


def _forget_who_asked(ctx: Ctx, ids: Sequence[TypeID]) -> None:
    for row in ctx.session.scalars(select(PrivacyRequest).where(PrivacyRequest.id.in_(list(ids)))):
        row.email, row.names, row.checked_how, row.reason = "", [], "", ""


def _due_copies(ctx: Ctx, before: datetime) -> Any:
    return select(PrivacyRequest.id).where(PrivacyRequest.expires_at < ctx.now, PrivacyRequest.object_key != "")


def _drop_copies(ctx: Ctx, ids: Sequence[TypeID]) -> None:
    for row in ctx.session.scalars(select(PrivacyRequest).where(PrivacyRequest.id.in_(list(ids)))):
        key, row.object_key, row.status = row.object_key, "", RequestStatus.EXPIRED
        drop_object(ctx, key)


declare_retention("core.requests", _l("Who asked for a copy or for erasure"), DataClass.REQUEST, "request_days", _due_requests, _forget_who_asked)
declare_retention("core.copies", _l("Copies that were not downloaded in 14 days"), DataClass.REQUEST, "request_days", _due_copies, _drop_copies)
