"""Awards: issued after the quiz or by hand, confirmed, revoked. Every verb holds the person's row, so that two cannot both be first."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.accounts import Organization, User
from core.errors import Invalid, NotFound, Refused
from core.gates import clean_text
from core.i18n import format_date
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from enablement.events import AwardGranted, AwardRevoked
from enablement.models import Award, AwardStatus, Certification
from enablement.permissions import Perm
from enablement.rules import AWARD_STATES, AwardAction, Term, rank, status_on, term_of

if TYPE_CHECKING:
    from core.ctx import Ctx

LONGEST_REASON = 500
EARLIEST = date(2000, 1, 1)


def grant_award(ctx: Ctx, certification_id: TypeID, user_id: TypeID, *, passed_on: date | None = None) -> Award:
    """Issues the certificate by hand, for an examination elsewhere. One that has run out by today is kept as history, without an event."""
    ctx.require(Perm.AWARD_MANAGE)
    certification = ctx.session.get(Certification, certification_id)
    if certification is None:
        raise NotFound("certification")
    partner_id = _partner_of(ctx, user_id)
    day = _checked_day(ctx, passed_on)
    hold_person(ctx, user_id)
    _refuse_second(ctx, certification, user_id, day)
    award = ongoing(ctx, certification_id, user_id) or begin(ctx, certification, user_id, partner_id)
    award.status = AWARD_STATES.need(award.status, AwardAction.SUCCEED).target
    award.passed_on = day
    return issue(ctx, award)


def confirm_award(ctx: Ctx, award_id: TypeID) -> Award:
    """The vendor's yes after a passed quiz: the certificate holds from the day of the quiz."""
    ctx.require(Perm.AWARD_MANAGE)
    return issue(ctx, _locked(ctx, award_id))


def revoke_award(ctx: Ctx, award_id: TypeID, reason: str) -> Award:
    """Counts no more from today on. The reason is kept with it and shown to its holder."""
    ctx.require(Perm.AWARD_MANAGE)
    award = _locked(ctx, award_id)
    step = AWARD_STATES.need(status_of(ctx, award), AwardAction.REVOKE)
    words = clean_text(reason)
    if not words:
        raise Invalid({"reason": _("Say why: the holder reads it, and it is kept with the certificate.")})
    if len(words) > LONGEST_REASON:
        raise Invalid({"reason": _("Use at most %(limit)s characters.", limit=LONGEST_REASON)})
    before, award.status = award.status, step.target
    award.revoked_on, award.revoked_reason = ctx.today, words
    ctx.session.flush()
    ctx.audit("enablement.award.revoked", award, before={"status": before.value}, after={"status": award.status.value}, reason=words)
    ctx.emit(AwardRevoked(str(award.id), str(award.certification_id), str(award.partner_id), str(award.user_id)))
    return award


def issue(ctx: Ctx, award: Award) -> Award:
    """passed → active, with its dates; the one place that announces a certificate, so once per award."""
    step = AWARD_STATES.need(award.status, AwardAction.ISSUE)
    assert award.passed_on is not None
    earlier = [one for one in issued(ctx, award.certification_id, award.user_id) if one.id != award.id]
    term = _term(award.certification, award.passed_on, earlier)
    award.status, award.valid_from = step.target, term.valid_from
    award.valid_until, award.renewal_from = term.valid_until, term.renewal_from
    award.status = status_of(ctx, award)
    ctx.session.flush()
    ctx.audit("enablement.award.granted", award, after={"status": award.status.value, **_told(award)})
    if award.status is not AwardStatus.EXPIRED:
        ctx.emit(_granted(award, renewal=bool(earlier)))
    return award


def begin(ctx: Ctx, certification: Certification, user_id: TypeID, partner_id: TypeID) -> Award:
    """The person has started; at most one such award at a time, also in the database."""
    award = Award(
        id=new_id("awd", int(ctx.now.timestamp() * 1000)),
        partner_id=partner_id,
        certification_id=certification.id,
        certification=certification,
        user_id=user_id,
        status=AwardStatus.IN_PROGRESS,
        started_at=ctx.now,
    )
    ctx.session.add(award)
    ctx.session.flush()
    return award


def ongoing(ctx: Ctx, certification_id: TypeID, user_id: TypeID) -> Award | None:
    """The award that is still in progress."""
    return next((one for one in _awards(ctx, certification_id, user_id) if one.status is AwardStatus.IN_PROGRESS), None)


def issued(ctx: Ctx, certification_id: TypeID, user_id: TypeID) -> list[Award]:
    """Those with dates that were not revoked, the one that lasts longest first."""
    found = [one for one in _awards(ctx, certification_id, user_id) if one.valid_until is not None and one.revoked_on is None]
    return sorted(found, key=lambda one: rank(status_of(ctx, one), one.valid_until))


def status_of(ctx: Ctx, award: Award) -> AwardStatus:
    """As of today."""
    return status_on(award.status, award.renewal_from, award.valid_until, ctx.today)


def hold_person(ctx: Ctx, user_id: TypeID) -> None:
    """Nobody else decides on this person's awards until the commit."""
    ctx.session.execute(select(User.id).where(User.id == user_id).with_for_update())


def _awards(ctx: Ctx, certification_id: TypeID, user_id: TypeID) -> list[Award]:
    query = select(Award).where(Award.certification_id == certification_id, Award.user_id == user_id).order_by(Award.id)
    return list(ctx.session.scalars(query).unique())


def _partner_of(ctx: Ctx, user_id: TypeID) -> TypeID:
    user = ctx.session.get(User, user_id)
    if user is None:
        raise NotFound("user")
    partner_id = ctx.session.get_one(Organization, user.organization_id).partner_id
    if partner_id is None:
        raise Invalid({"person": _("%(name)s belongs to the vendor. Certificates are for people of partners.", name=user.name)})
    ctx.require(Perm.AWARD_MANAGE, partner_id)
    return partner_id


def _checked_day(ctx: Ctx, passed_on: date | None) -> date:
    day = passed_on or ctx.today
    if day > ctx.today:
        raise Invalid({"passed_on": _("This day lies in the future. Enter the day on which the examination was passed.")})
    if day < EARLIEST:
        raise Invalid({"passed_on": _("Enter a day from %(day)s on.", day=format_date(EARLIEST))})
    return day


def _refuse_second(ctx: Ctx, certification: Certification, user_id: TypeID, day: date) -> None:
    """A certificate that would end no later than one the person has is none."""
    earlier = issued(ctx, certification.id, user_id)
    running = next((one for one in earlier if one.valid_until is not None and one.valid_until >= day), None)
    if running is not None and running.renewal_from is not None and day < running.renewal_from:
        until = format_date(running.valid_until)  # type: ignore[arg-type]
        message = _("%(name)s holds this certificate until %(day)s already. It can be renewed from %(from_day)s on.")
        raise Refused("already_certified", message % {"name": running.holder.name, "day": until, "from_day": format_date(running.renewal_from)})


def _term(certification: Certification, passed_on: date, earlier: list[Award]) -> Term:
    ends = [one.valid_until for one in earlier if one.valid_until is not None and one.valid_from is not None and one.valid_from <= passed_on]
    return term_of(passed_on, certification.valid_months, certification.renewal_days, max(ends, default=None))


def _locked(ctx: Ctx, award_id: TypeID) -> Award:
    award = ctx.session.scalar(select(Award).where(Award.id == award_id).with_for_update(of=Award))
    if award is None:
        raise NotFound("award")
    ctx.require(Perm.AWARD_MANAGE, award.partner_id)
    return award


def _told(award: Award) -> dict[str, Any]:
    days = {"valid_from": award.valid_from, "valid_until": award.valid_until}
    return {"certification": award.certification.code, "user": str(award.user_id), **{name: str(day) for name, day in days.items()}}


def _granted(award: Award, *, renewal: bool) -> AwardGranted:
    return AwardGranted(
        award_id=str(award.id),
        certification_id=str(award.certification_id),
        code=award.certification.code,
        partner_id=str(award.partner_id),
        user_id=str(award.user_id),
        valid_from=str(award.valid_from),
        valid_until=str(award.valid_until),
        renewal=renewal,
    )
