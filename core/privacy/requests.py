"""A person's request as a verb each: taken in, answered with a copy, carried out, refused."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.accounts.services import normalise_email
from core.errors import Invalid, NotFound, Refused
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.jobs import job
from core.permissions import Perm
from core.privacy.erasing import PREPARING, Plan, declare_erasing, erase, plan_erasure
from core.privacy.models import PrivacyRequest, RequestKind, RequestStatus
from core.privacy.person import Person, find_person
from core.privacy.wiping import drop_object, drop_unnamed, wipe_later
from core.storage import declare_reference, get_object, put_object

if TYPE_CHECKING:
    from core.ctx import Ctx

#: How long a finished copy lies ready, downloaded or not.
COPY_DAYS = 14
#: After that nothing of before the first pass is on its way any more: a segment of the spool is finished, a job has had its lease.
SECOND_PASS = timedelta(minutes=2)

declare_reference(PrivacyRequest.object_key)


@dataclass(frozen=True)
class RequestDraft:
    """What compliance typed."""

    kind: RequestKind
    email: str
    names: Sequence[str] = ()
    locale: str = "en"
    checked_how: str = ""
    received_on: date | None = None
    needs_second: bool = False


def one_month_after(day: date) -> date:
    """The same day of the next month, or its last one."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def take_request(ctx: Ctx, draft: RequestDraft) -> PrivacyRequest:
    """Raises Invalid without an address, or without a word about how the identity was checked."""
    ctx.require(Perm.PRIVACY_MANAGE)
    errors = {}
    try:
        address = normalise_email(draft.email)
    except Invalid as refusal:
        errors, address = dict(refusal.errors), ""
    if not clean_text(draft.checked_how):
        errors["checked_how"] = _("Say how you know that the request comes from this person: nobody else may get or delete the data.")
    names = [name for name in map(clean_text, draft.names) if name]
    short = next((name for name in names if len(name) < 3 and name.isascii()), None)
    if short is not None:  # an erasure takes it out of every text, "Li" out of "Lion" as well as out of a sentence
        errors["names"] = _("“%(name)s” stands in countless words: write the whole name.", name=short)
    received = draft.received_on or ctx.today
    if received > ctx.today:
        errors["received_on"] = _("A request cannot have arrived in the future.")
    if errors:
        raise Invalid(errors)
    row = PrivacyRequest(
        id=new_id("prq"),
        kind=draft.kind,
        status=RequestStatus.OPEN,
        email=address,
        names=names,
        locale=draft.locale,
        checked_how=clean_text(draft.checked_how)[:500],
        needs_second=draft.needs_second,
        received_on=received,
        due_on=one_month_after(received),
        created_by=ctx.actor.user_id,
        created_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    ctx.audit("core.privacy.requested", row, after={"kind": row.kind.value, "due_on": row.due_on.isoformat()})
    return row


def request_for(ctx: Ctx, request_id: TypeID, *, lock: bool = False) -> PrivacyRequest:
    ctx.require(Perm.PRIVACY_MANAGE)
    query = select(PrivacyRequest).where(PrivacyRequest.id == request_id)
    row = ctx.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("request")
    return row


def person_of(ctx: Ctx, row: PrivacyRequest) -> Person:
    """Whoever the request is about, as far as they are known here."""
    return find_person(ctx, emails=[row.email], names=[str(name) for name in row.names])


def preview(ctx: Ctx, row: PrivacyRequest) -> Plan:
    """What an erasure would touch now."""
    return plan_erasure(ctx, person_of(ctx, row))


def make_copy(ctx: Ctx, request_id: TypeID) -> PrivacyRequest:
    """Collects everything about the person into one ZIP that may be downloaded once."""
    from core.privacy.exporting import packed_copy

    row = _open(ctx, request_id, RequestKind.ACCESS)
    stored = put_object(ctx, packed_copy(ctx, person_of(ctx, row), row.locale), "application/zip", public=False)
    row.object_key, row.status, row.expires_at = stored.key, RequestStatus.READY, ctx.now + timedelta(days=COPY_DAYS)
    row.done_by, row.done_at = ctx.actor.user_id, ctx.now
    ctx.audit("core.privacy.copy_made", row, after={"expires_at": row.expires_at.isoformat()})
    return row


def fetch_copy(ctx: Ctx, request_id: TypeID) -> bytes:
    """The ZIP, once: with the download it is deleted here."""
    row = request_for(ctx, request_id, lock=True)
    if row.status is not RequestStatus.READY or not row.object_key or (row.expires_at is not None and row.expires_at < ctx.now):
        raise Refused("copy_gone", _("The copy was downloaded or has expired. Make a new one if the person asks again."))
    content = get_object(ctx, row.object_key)[1]
    key, row.object_key, row.downloaded_at, row.status = row.object_key, "", ctx.now, RequestStatus.DONE
    drop_object(ctx, key)
    ctx.audit("core.privacy.copy_downloaded", row)
    return content


def carry_out(ctx: Ctx, request_id: TypeID) -> Plan:
    """Erases the person. Where a second person is asked for, it is not the one who took the request in."""
    row = _open(ctx, request_id, RequestKind.ERASURE)
    if row.needs_second and row.created_by == ctx.actor.user_id:
        raise Refused("needs_second_person", _("Somebody else has to carry this out: it was taken in with the wish for a second person."))
    plan = _pass(ctx, row, last=False)
    row = request_for(ctx, request_id)
    row.done_by, row.pseudonym, row.counts = ctx.actor.user_id, plan.pseudonym, plan.counts()
    row.status, row.review = RequestStatus.FINISHING, list(plan.steps.get("files_to_review", []))
    ctx.enqueue(finish_erasure, str(row.id), not_before=ctx.now + SECOND_PASS)
    return plan


def _pass(ctx: Ctx, row: PrivacyRequest, *, last: bool) -> Plan:
    """Both passes write the same pseudonym. Only the last one takes the request's own words about who it was."""
    for prepare in PREPARING:
        prepare(ctx)
    request_id = row.id
    plan = plan_erasure(ctx, person_of(ctx, row), row.pseudonym)
    if not last:
        plan.spare("core_privacy_request", request_id)
    counts = erase(ctx, plan)
    ctx.audit("core.privacy.erased", request_id, after={"rows": sum(counts.values()), "tables": len(counts), "pseudonym": plan.pseudonym})
    ctx.enqueue(wipe_later, sorted(counts))
    return plan


@job("core.finish_erasure")
def finish_erasure(ctx: Ctx, request_id: str) -> None:
    """Takes what was on its way when the first pass ran: visits on the disk, mails being made, forms being sent."""
    row = ctx.session.get(PrivacyRequest, TypeID.parse(request_id, "prq"), with_for_update=True)
    if row is None or row.status is not RequestStatus.FINISHING:
        return
    _pass(ctx, row, last=True)
    drop_unnamed(ctx)
    ctx.session.refresh(row)
    row.email, row.names, row.checked_how = "", [], ""
    row.status, row.done_at = RequestStatus.DONE, ctx.now


def _find_copies(ctx: Ctx, plan: Plan) -> list[str]:
    keys = [key[0] for key in plan.keys("core_privacy_request")]
    return list(ctx.session.scalars(select(PrivacyRequest.object_key).where(PrivacyRequest.id.in_(keys), PrivacyRequest.object_key != "")))


def _drop_copies(ctx: Ctx, plan: Plan, keys: list[str]) -> None:
    """A copy that was made for the person holds everything that is being erased."""
    for row in ctx.session.scalars(select(PrivacyRequest).where(PrivacyRequest.object_key.in_(keys))):
        row.object_key, row.status = "", RequestStatus.EXPIRED
    for key in keys:
        drop_object(ctx, key)


declare_erasing("copies", _find_copies, _drop_copies)

#: By prefix of an id: how a file that shows a person is taken away, as somebody decided who looked at it.
REMOVALS: dict[str, Callable[[Ctx, TypeID], None]] = {}


def remove_file(ctx: Ctx, request_id: TypeID, object_id: TypeID) -> None:
    """Of the files that an erasure left to be looked at."""
    row = request_for(ctx, request_id, lock=True)
    if str(object_id) not in row.review or object_id.prefix not in REMOVALS:
        raise NotFound("file")
    REMOVALS[object_id.prefix](ctx, object_id)
    row.review = [one for one in row.review if one != str(object_id)]
    ctx.audit("core.privacy.file_removed", row, after={"file": str(object_id)})


def refuse_request(ctx: Ctx, request_id: TypeID, reason: str) -> PrivacyRequest:
    """The reason is told to the person, by whoever answers (Art. 12 (4) GDPR)."""
    row = request_for(ctx, request_id, lock=True)
    if row.status is not RequestStatus.OPEN:
        raise Refused("not_possible_now", _("This request has been answered already."))
    if not clean_text(reason):
        raise Invalid({"reason": _("Give the reason: the person has a right to know it, and may complain to the authority.")})
    row.status, row.reason, row.done_by, row.done_at = RequestStatus.REFUSED, clean_text(reason), ctx.actor.user_id, ctx.now
    ctx.audit("core.privacy.refused", row, reason=row.reason)
    return row


def _open(ctx: Ctx, request_id: TypeID, kind: RequestKind) -> PrivacyRequest:
    row = request_for(ctx, request_id, lock=True)
    if row.kind is not kind:
        raise NotFound("request")
    if row.status is not RequestStatus.OPEN:
        raise Refused("not_possible_now", _("This request has been answered already."))
    return row
