"""Certifications with their course and quiz, and the gates that ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from core.errors import Invalid, NotFound
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.programme import programme_of
from enablement.models import Certification, GatedAction, GateRule, LearningRole, Question
from enablement.permissions import Perm
from enablement.programme import LearningTerms
from enablement.services.checks import NUMBERS, check_certification, check_question

if TYPE_CHECKING:
    from core.ctx import Ctx

MOST_HOLDERS = 100


@dataclass(frozen=True)
class QuestionDraft:
    """`answers` are lists by locale, all in one order; `correct` is the position of the right one, from 0."""

    prompts: Mapping[str, str]
    answers: Mapping[str, Sequence[str]]
    correct: int
    explanations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CertificationDraft:
    """Texts by locale; English is needed, because every other language falls back to it. `pass_mark` in percent.

    A number that is left out is the programme's for a new certification, and stays as it is for an old one.
    """

    code: str
    titles: Mapping[str, str]
    summaries: Mapping[str, str] = field(default_factory=dict)
    lessons: Mapping[str, str] = field(default_factory=dict)
    role: LearningRole | str = LearningRole.SALES
    valid_months: int | None = None
    renewal_days: int | None = None
    pass_mark: int | None = None
    questions_asked: int | None = None
    cool_down_hours: int | None = None
    needs_confirmation: bool = False
    questions: Sequence[QuestionDraft] = ()


def create_certification(ctx: Ctx, draft: CertificationDraft) -> Certification:
    """A new certification with the questions of the draft. Invalid names the field."""
    ctx.require(Perm.CERTIFICATION_EDIT)
    values = check_certification(_complete(draft, programme_of(ctx).section(LearningTerms)))
    if ctx.session.scalar(select(Certification.id).where(Certification.code == values["code"])) is not None:
        raise Invalid({"code": _("Another certification has this code. Choose a different one.")})
    certification = Certification(id=new_id("crt"), created_at=ctx.now, **values)
    ctx.session.add(certification)
    ctx.session.flush()
    ctx.audit("enablement.certification.created", certification, after=_told(certification))
    for question in draft.questions:
        add_question(ctx, certification.id, question)
    return certification


def edit_certification(ctx: Ctx, certification_id: TypeID, draft: CertificationDraft) -> Certification:
    """Changes texts and terms; its code stays. Awards that were issued keep their dates."""
    ctx.require(Perm.CERTIFICATION_EDIT)
    certification = _locked(ctx, certification_id)
    before = _told(certification)
    for name, value in check_certification(_complete(draft, certification)).items():
        if name != "code":
            setattr(certification, name, value)
    after = _told(certification)
    if before != after:
        ctx.session.flush()
        ctx.audit("enablement.certification.edited", certification, before=before, after=after)
    return certification


def add_question(ctx: Ctx, certification_id: TypeID, draft: QuestionDraft) -> Question:
    """Puts a question into the pool. Attempts that run already do not see it."""
    ctx.require(Perm.CERTIFICATION_EDIT)
    certification = _locked(ctx, certification_id)
    values = check_question(draft)
    last = ctx.session.scalar(select(func.max(Question.position)).where(Question.certification_id == certification_id))
    question = Question(id=new_id("qst"), certification_id=certification_id, position=(last or 0) + 1, created_at=ctx.now, **values)
    ctx.session.add(question)
    ctx.session.flush()
    ctx.audit("enablement.question.added", certification, after={"question": str(question.id), "prompt": question.prompts["en"]})
    return question


def retire_question(ctx: Ctx, question_id: TypeID) -> Question:
    """Takes a question out of the pool; attempts that were asked it keep it. A second time changes nothing."""
    ctx.require(Perm.CERTIFICATION_EDIT)
    question = ctx.session.get(Question, question_id, with_for_update=True)
    if question is None:
        raise NotFound("question")
    if question.retired_at is None:
        question.retired_at = ctx.now
        ctx.audit("enablement.question.retired", question.certification_id, after={"question": str(question.id), "prompt": question.prompts["en"]})
    return question


def set_gate(ctx: Ctx, action: GatedAction, certification_id: TypeID, minimum_holders: int) -> GateRule | None:
    """From now on the action asks for that many people; 0 opens the gate. Returns the rule, None when there is none any more."""
    ctx.require(Perm.CERTIFICATION_EDIT)
    certification = _locked(ctx, certification_id)
    if not 0 <= minimum_holders <= MOST_HOLDERS:
        raise Invalid({"minimum_holders": _("Enter a whole number from 0 to %(most)s.", most=MOST_HOLDERS)})
    rule = ctx.session.scalar(select(GateRule).where(GateRule.action == action, GateRule.certification_id == certification_id).with_for_update())
    before = rule.minimum_holders if rule else 0
    if before == minimum_holders:
        return rule
    if minimum_holders == 0 and rule is not None:
        ctx.session.delete(rule)
        rule = None
    elif rule is not None:
        rule.minimum_holders = minimum_holders
    else:
        rule = GateRule(id=new_id("gat"), action=action, certification_id=certification_id, minimum_holders=minimum_holders)
        ctx.session.add(rule)
    ctx.session.flush()
    told = {"action": action.value}
    ctx.audit("enablement.gate.set", certification, before={**told, "people": before}, after={**told, "people": minimum_holders})
    return rule


def _complete(draft: CertificationDraft, usual: LearningTerms | Certification) -> CertificationDraft:
    left_out = {name: getattr(usual, name) for name in NUMBERS if getattr(draft, name) is None}
    return replace(draft, **left_out)


def _locked(ctx: Ctx, certification_id: TypeID) -> Certification:
    certification = ctx.session.get(Certification, certification_id, with_for_update=True)
    if certification is None:
        raise NotFound("certification")
    return certification


def _told(certification: Certification) -> dict[str, Any]:
    """What the audit log keeps: everything but the lesson, of which it keeps the languages."""
    names = ("code", "titles", "summaries", "valid_months", "renewal_days", "pass_mark", "questions_asked", "cool_down_hours", "needs_confirmation")
    lessons = {tag: len(text) for tag, text in certification.lessons.items()}
    return {**{name: getattr(certification, name) for name in names}, "role": certification.role.value, "lesson_lengths": lessons}
