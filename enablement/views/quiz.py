"""Portal: the quiz of a course, put one attempt at a time. Which answer is right never stands in the page before it is answered."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from core.decisions.showing import shown_decisions
from core.errors import Invalid, Refused
from core.i18n import format_date
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from enablement import queries, services
from enablement.models import Attempt, Question
from enablement.permissions import Perm
from enablement.rules import Mark
from enablement.rules_kept import QUIZ
from enablement.texts import value_for, words_for
from enablement.views.page_parts import title_of, trail

bp = PrivateBlueprint("quiz", __name__, face="portal", url_prefix="/portal/learning")


@bp.post('/<typeid("crt"):certification_id>/quiz')
@needs(Perm.QUIZ_TAKE)
def start(certification_id: TypeID) -> Any:
    try:
        attempt = services.start_attempt(ctx(), certification_id)
    except Refused as refusal:
        flash(refusal.message, "attention")
        return redirect(url_for("learning.show", certification_id=certification_id), 303)
    return redirect(url_for("quiz.show", attempt_id=attempt.id), 303)


@bp.get('/attempts/<typeid("atm"):attempt_id>')
@needs(Perm.QUIZ_TAKE)
def show(attempt_id: TypeID) -> str:
    return _page(queries.attempt_for(ctx(), attempt_id), {})


@bp.post('/attempts/<typeid("atm"):attempt_id>')
@needs(Perm.QUIZ_TAKE)
def answer(attempt_id: TypeID) -> Any:
    work = ctx()
    attempt = queries.attempt_for(work, attempt_id)
    try:
        services.answer_attempt(work, attempt_id, _given(attempt))
    except Invalid as refusal:
        return _page(attempt, refusal.errors), refusal.status
    except Refused as refusal:
        flash(refusal.message, "attention")
    return redirect(url_for("quiz.show", attempt_id=attempt_id), 303)


def _given(attempt: Attempt) -> dict[str, int]:
    """Answers arrive as places in the order shown; they are kept as places in the stored order."""
    found = {}
    for one in attempt.asked:
        shown = request.form.get(one["question"], "")
        if shown in [str(place) for place in range(len(one["order"]))]:
            found[one["question"]] = one["order"][int(shown)]
    return found


def _page(attempt: Attempt, errors: dict[str, str]) -> str:
    work = ctx()
    certification = queries.certification_for(work, attempt.certification_id)
    questions = queries.questions_of(work, attempt)
    title = title_of(work, certification)
    here = url_for("learning.show", certification_id=certification.id)
    trail("learning", (title.text, here), (_("Quiz"), ""))
    told = {"certification": certification, "title": title, "attempt": attempt, "course_href": here}
    if attempt.finished_at is None:
        asked = [_asked(one, questions[one["question"]], work.locale) for one in attempt.asked]
        return render("enablement/quiz.html", questions=asked, errors=errors, **told)
    mark = Mark(attempt.right or 0, len(attempt.asked), bool(attempt.passed))
    award = queries.award_for(work, attempt.award_id)
    return render(
        "enablement/quiz_result.html",
        mark=mark,
        results=[_result(attempt, questions[one["question"]], work.locale) for one in attempt.asked],
        valid_until=format_date(award.valid_until) if award.valid_until else "",
        decisions=shown_decisions(work, attempt.id, (QUIZ,)),
        **told,
    )


def _asked(one: dict[str, Any], question: Question, locale: str) -> dict[str, Any]:
    answers, tag = value_for(question.answers, locale)
    return {
        "name": str(question.id),
        "prompt": words_for(question.prompts, tag),
        "options": [(place, answers[stored]) for place, stored in enumerate(one["order"])],
        "value": request.form.get(str(question.id), ""),
    }


def _result(attempt: Attempt, question: Question, locale: str) -> dict[str, Any]:
    """The right answer and why are told to those who have passed; the others read the course again."""
    answers, tag = value_for(question.answers, locale)
    given = (attempt.given or {})[str(question.id)]
    return {
        "prompt": words_for(question.prompts, tag),
        "answer": answers[given],
        "right": given == question.correct,
        "correct": answers[question.correct] if attempt.passed else None,
        "why": words_for(question.explanations, locale) if attempt.passed else None,
    }
