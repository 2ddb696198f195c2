"""Desk: the pool of a quiz. Questions are added and retired, never changed: attempts refer to what was asked."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from core.errors import Invalid
from core.i18n import gettext as _
from core.i18n import language_name
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from enablement import queries, services
from enablement.permissions import Perm
from enablement.views.page_parts import title_of, trail, whole_number

bp = PrivateBlueprint("questions", __name__, face="desk", url_prefix="/desk/learning")


@bp.get('/<typeid("crt"):certification_id>/questions/new')
@needs(Perm.CERTIFICATION_EDIT)
def new(certification_id: TypeID) -> str:
    return _form(certification_id, {"correct": "1"}, {})


@bp.post('/<typeid("crt"):certification_id>/questions/new')
@needs(Perm.CERTIFICATION_EDIT)
def create(certification_id: TypeID) -> Any:
    try:
        services.add_question(ctx(), certification_id, _draft())
    except Invalid as refusal:
        return _form(certification_id, request.form.to_dict(), refusal.errors), refusal.status
    flash(_("The question is in the pool."))
    return redirect(url_for("desk_learning.show", certification_id=certification_id) + "#questions", 303)


@bp.post('/questions/<typeid("qst"):question_id>/retire')
@needs(Perm.CERTIFICATION_EDIT)
def retire(question_id: TypeID) -> Any:
    question = services.retire_question(ctx(), question_id)
    flash(_("The question is asked no more. Quizzes that are under way keep it."))
    return redirect(url_for("desk_learning.show", certification_id=question.certification_id) + "#questions", 303)


def _locales() -> list[str]:
    return list(dict.fromkeys(["en", *ctx().settings.locales]))


def _draft() -> services.QuestionDraft:
    form = request.form
    return services.QuestionDraft(
        prompts={tag: form.get(f"prompt_{tag}", "") for tag in _locales()},
        answers={tag: form.get(f"answers_{tag}", "").splitlines() for tag in _locales()},
        correct=whole_number(form, "correct") - 1,
        explanations={tag: form.get(f"explanation_{tag}", "") for tag in _locales()},
    )


def _form(certification_id: TypeID, values: dict[str, str], errors: dict[str, str]) -> str:
    work = ctx()
    certification = queries.certification_for(work, certification_id)
    title, here = title_of(work, certification), url_for("desk_learning.show", certification_id=certification_id)
    trail("desk_learning", (title.text, here), (_("New question"), ""))
    return render(
        "enablement/question_form.html",
        certification=certification,
        title=title,
        values=values,
        errors=errors,
        languages=[(tag, language_name(tag, work.locale)) for tag in _locales()],
    )
