"""The quiz: an attempt draws its questions, is answered once, and a passed one issues the certificate in the same transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.decisions import decide
from core.errors import Forbidden, Invalid, NotFound, Refused
from core.i18n import format_date, format_datetime
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from enablement.models import Attempt, Award, AwardStatus, Certification, Question
from enablement.permissions import Perm
from enablement.rules import AWARD_STATES, AwardAction, draw, next_try_at
from enablement.rules_kept import QUIZ
from enablement.services.awards import begin, hold_person, issue, issued, ongoing, status_of

if TYPE_CHECKING:
    from core.ctx import Ctx


def start_attempt(ctx: Ctx, certification_id: TypeID) -> Attempt:
    """The attempt that is open, or a new one with questions drawn from the pool. Refused while a certificate runs or the quiz rests."""
    user_id, partner_id = _person(ctx)
    certification = ctx.session.get(Certification, certification_id)
    if certification is None:
        raise NotFound("certification")
    hold_person(ctx, user_id)
    last = _last_attempt(ctx, certification_id, user_id)
    if last is not None and last.finished_at is None:
        return last
    _refuse_if_certified(ctx, certification, user_id)
    _refuse_if_resting(ctx, certification, last)
    pool = [(str(one.id), len(one.answers["en"])) for one in certification.questions if one.retired_at is None]
    if not pool:
        raise Refused("no_questions", _("This quiz has no questions yet. Ask your contact at the vendor when it opens."))
    award = ongoing(ctx, certification_id, user_id)
    if award is None:
        award = begin(ctx, certification, user_id, partner_id)
        ctx.audit("enablement.award.started", award, after={"status": award.status.value, "certification": certification.code})
    attempt = Attempt(
        id=new_id("atm", int(ctx.now.timestamp() * 1000)),
        partner_id=partner_id,
        award_id=award.id,
        certification_id=certification_id,
        user_id=user_id,
        asked=[{"question": one.question, "order": list(one.order)} for one in draw(pool, certification.questions_asked, secrets.randbits(64))],
        started_at=ctx.now,
    )
    ctx.session.add(attempt)
    ctx.session.flush()
    return attempt


def answer_attempt(ctx: Ctx, attempt_id: TypeID, given: Mapping[str, int]) -> Attempt:
    """Judges the attempt, once. `given`: by question id, the answer's position in stored order. Every question needs an answer."""
    user_id, partner_id = _person(ctx)
    query = select(Attempt).where(Attempt.id == attempt_id, Attempt.user_id == user_id).with_for_update()
    # The page has read it before the lock: of two sent at once, the second must see that the first was judged.
    attempt = ctx.session.scalar(query.execution_options(populate_existing=True))
    if attempt is None:
        raise NotFound("attempt")
    if attempt.finished_at is not None:
        raise Refused("already_answered", _("You have sent this quiz already. Its result stands on this page."))
    hold_person(ctx, user_id)
    questions = _questions(ctx, attempt)
    _refuse_gaps(questions, given)
    certification = ctx.session.get_one(Certification, attempt.certification_id)
    attempt.given = {name: given[name] for name in questions}
    correct = {name: question.correct for name, question in questions.items()}
    inputs = {"given": attempt.given, "correct": correct, "pass_mark": certification.pass_mark}
    decision = decide(ctx, QUIZ, attempt.id, partner_id, inputs)
    attempt.right, attempt.passed, attempt.finished_at = int(decision.values["right"]), decision.result == "passed", ctx.now
    award = ctx.session.get_one(Award, attempt.award_id)
    told = {"right": attempt.right, "asked": int(decision.values["asked"]), "passed": attempt.passed}
    ctx.audit("enablement.quiz.passed" if attempt.passed else "enablement.quiz.failed", award, after=told)
    # An award granted by hand while the quiz was open needs no second one.
    if attempt.passed and award.status is AwardStatus.IN_PROGRESS:
        _pass(ctx, award)
    ctx.session.flush()
    return attempt


def _pass(ctx: Ctx, award: Award) -> None:
    award.status = AWARD_STATES.need(award.status, AwardAction.SUCCEED).target
    award.passed_on = ctx.today
    if not award.certification.needs_confirmation:
        issue(ctx, award)


def _person(ctx: Ctx) -> tuple[TypeID, TypeID]:
    ctx.require(Perm.QUIZ_TAKE)
    if ctx.actor.user_id is None or ctx.actor.partner_id is None:
        raise Forbidden(Perm.QUIZ_TAKE)
    return ctx.actor.user_id, ctx.actor.partner_id


def _last_attempt(ctx: Ctx, certification_id: TypeID, user_id: TypeID) -> Attempt | None:
    query = select(Attempt).where(Attempt.certification_id == certification_id, Attempt.user_id == user_id)
    return ctx.session.scalar(query.order_by(Attempt.started_at.desc(), Attempt.id.desc()).limit(1))


def _refuse_if_certified(ctx: Ctx, certification: Certification, user_id: TypeID) -> None:
    best = next(iter(issued(ctx, certification.id, user_id)), None)
    if best is not None and status_of(ctx, best) is AwardStatus.ACTIVE:
        days = {"day": format_date(best.valid_until), "from_day": format_date(best.renewal_from)}  # type: ignore[arg-type]
        raise Refused("already_certified", _("You hold this certificate until %(day)s. You can renew it from %(from_day)s on.", **days))
    waiting = select(Award.id).where(Award.certification_id == certification.id, Award.user_id == user_id, Award.status == AwardStatus.PASSED)
    if ctx.session.scalar(waiting) is not None:
        raise Refused("waiting_for_confirmation", _("You have passed. The vendor confirms the certificate next."))


def _refuse_if_resting(ctx: Ctx, certification: Certification, last: Attempt | None) -> None:
    failed_at = last.finished_at if last is not None and last.passed is False else None
    opens = next_try_at(failed_at, certification.cool_down_hours)
    if opens is not None and ctx.now < opens:
        moment = format_datetime(opens, ctx.clock.zone, "short")
        raise Refused("cool_down", _("The next try is possible from %(moment)s on. Read the course again until then.", moment=moment))


def _questions(ctx: Ctx, attempt: Attempt) -> dict[str, Question]:
    """In the order they were asked, retired ones included."""
    wanted = [TypeID.parse(one["question"], "qst") for one in attempt.asked]
    found = {str(one.id): one for one in ctx.session.scalars(select(Question).where(Question.id.in_(wanted)))}
    return {str(name): found[str(name)] for name in wanted}


def _refuse_gaps(questions: Mapping[str, Question], given: Mapping[str, int]) -> None:
    missing = {
        name: _("Question %(number)s: choose an answer.", number=number)
        for number, (name, question) in enumerate(questions.items(), start=1)
        if not 0 <= given.get(name, -1) < len(question.answers["en"])
    }
    if missing:
        raise Invalid(missing)
