"""What may stand in a certification and a question: each refusal names the field and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.errors import Invalid
from core.gates import clean_text
from core.i18n import DEFAULT_LOCALE, normalise_locale
from core.i18n import gettext as _
from enablement.models import LearningRole
from enablement.texts import clean_lines

if TYPE_CHECKING:
    from enablement.services.certifications import CertificationDraft, QuestionDraft

CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?\Z")
LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_LESSON = 120, 400, 20_000
LONGEST_PROMPT, LONGEST_ANSWER, LONGEST_EXPLANATION = 500, 300, 1000
FEWEST_ANSWERS, MOST_ANSWERS = 2, 8
#: Smallest and greatest value of each number, by field.
NUMBERS = {"valid_months": (1, 120), "renewal_days": (0, 365), "pass_mark": (1, 100), "questions_asked": (1, 50), "cool_down_hours": (0, 720)}


def check_certification(draft: CertificationDraft) -> dict[str, Any]:
    """The cleaned values of the record's columns; raises Invalid."""
    errors: dict[str, str] = {}
    if not CODE.match(draft.code):
        errors["code"] = _("Use 1 to 60 lower-case letters, digits and hyphens, such as sales-basics.")
    titles = _texts(draft.titles, "title", LONGEST_TITLE, errors)
    if DEFAULT_LOCALE not in titles:
        errors.setdefault("title_en", _("Enter the English title: every other language falls back to it."))
    values: dict[str, Any] = {
        "code": draft.code,
        "titles": titles,
        "summaries": _texts(draft.summaries, "summary", LONGEST_SUMMARY, errors),
        "lessons": _texts(draft.lessons, "lesson", LONGEST_LESSON, errors, lines=True),
        "needs_confirmation": draft.needs_confirmation,
    }
    if draft.role in list(LearningRole):
        values["role"] = LearningRole(draft.role)
    else:
        errors["role"] = _("Choose whom the course is for.")
    for name, (least, most) in NUMBERS.items():
        values[name] = getattr(draft, name)
        if not least <= values[name] <= most:
            errors[name] = _("Enter a whole number from %(least)s to %(most)s.", least=least, most=most)
    if errors:
        raise Invalid(errors)
    return values


def check_question(draft: QuestionDraft) -> dict[str, Any]:
    """The cleaned values of the record's columns; raises Invalid."""
    errors: dict[str, str] = {}
    prompts = _texts(draft.prompts, "prompt", LONGEST_PROMPT, errors)
    if DEFAULT_LOCALE not in prompts:
        errors.setdefault("prompt_en", _("Enter the question in English: every other language falls back to it."))
    answers = _answers(draft, prompts, errors)
    if "answers_en" not in errors and not 0 <= draft.correct < len(answers[DEFAULT_LOCALE]):
        errors["correct"] = _("Enter the number of the right answer, from 1 to %(most)s.", most=len(answers[DEFAULT_LOCALE]))
    explanations = _texts(draft.explanations, "explanation", LONGEST_EXPLANATION, errors)
    if errors:
        raise Invalid(errors)
    return {"prompts": prompts, "answers": answers, "correct": draft.correct, "explanations": explanations}


def _answers(draft: QuestionDraft, prompts: Mapping[str, str], errors: dict[str, str]) -> dict[str, list[str]]:
    found = {_tag(tag, "answers", errors): [line for line in map(clean_text, given) if line] for tag, given in draft.answers.items()}
    found = {tag: lines for tag, lines in found.items() if lines}
    english = found.get(DEFAULT_LOCALE, [])
    if not FEWEST_ANSWERS <= len(english) <= MOST_ANSWERS:
        errors["answers_en"] = _("Enter %(fewest)s to %(most)s answers in English, one per line.", fewest=FEWEST_ANSWERS, most=MOST_ANSWERS)
    for tag, lines in found.items():
        if len(set(lines)) != len(lines):
            errors.setdefault(f"answers_{tag}", _("Two answers are the same. Make each of them different."))
        if any(len(answer) > LONGEST_ANSWER for answer in lines):
            errors[f"answers_{tag}"] = _("Use at most %(limit)s characters for an answer.", limit=LONGEST_ANSWER)
        if len(lines) != len(english):
            errors.setdefault(f"answers_{tag}", _("Enter as many answers as in English, in the same order."))
    # A question is shown in one language or the other, never half in each.
    for tag in found.keys() - prompts.keys() - {DEFAULT_LOCALE}:
        errors.setdefault(f"prompt_{tag}", _("Enter the question in this language, too, or remove its answers."))
    for tag in prompts.keys() - found.keys() - {DEFAULT_LOCALE}:
        errors.setdefault(f"answers_{tag}", _("Enter the answers in this language, too, or remove its question."))
    return found


def _texts(texts: Mapping[str, str], field: str, limit: int, errors: dict[str, str], *, lines: bool = False) -> dict[str, str]:
    """Cleaned, without the empty ones; errors are told per field and language (`title_de`)."""
    tidy = {_tag(tag, field, errors): clean_lines(text) if lines else clean_text(text) for tag, text in texts.items()}
    for tag, text in tidy.items():
        if len(text) > limit:
            errors[f"{field}_{tag}"] = _("Use at most %(limit)s characters.", limit=limit)
    return {tag: text for tag, text in tidy.items() if text}


def _tag(tag: str, field: str, errors: dict[str, str]) -> str:
    try:
        return normalise_locale(tag)
    except ValueError:
        errors[f"{field}_en"] = _("%(tag)s is not a known language tag.", tag=clean_text(tag)[:20])
        return tag
