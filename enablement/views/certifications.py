"""Desk, "Learning": the certifications with their reach and gates; one certification, its form and its gates."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for

from core.errors import Invalid
from core.i18n import gettext as _
from core.i18n import language_name
from core.ids import TypeID
from core.permissions import needs
from core.programme import programme_of
from core.web import PrivateBlueprint, ctx, flash, render
from enablement import labels, queries, services
from enablement.models import Certification, GatedAction, LearningRole
from enablement.permissions import Perm
from enablement.programme import LearningTerms
from enablement.services.checks import NUMBERS
from enablement.texts import parts_of, value_for, words_for
from enablement.views.page_parts import timeline_of, title_of, trail, whole_number

bp = PrivateBlueprint("desk_learning", __name__, face="desk", url_prefix="/desk/learning")
_TEXTS = {"title": "titles", "summary": "summaries", "lesson": "lessons"}


@bp.get("/")
@needs(Perm.LEARNING_READ)
def index() -> str:
    work = ctx()
    g.breadcrumbs = [(_("Learning"), "")]
    reach, rules = queries.reach_by_certification(work), queries.gate_rules(work)
    rows = [
        {
            "certification": one,
            "title": title_of(work, one),
            "role": labels.role_label(one.role),
            "questions": len(queries.open_questions(work, one.id)),
            "reach": reach.get(one.id, queries.Reach()),
            "gates": [labels.rule_sentence(rule.action, rule.minimum_holders) for rule in rules if rule.certification_id == one.id],
        }
        for one in queries.certifications(work)
    ]
    return render("enablement/certifications.html", rows=rows, tabs=tabs("certifications"), may_edit=work.may(Perm.CERTIFICATION_EDIT))


def tabs(active: str) -> list[dict[str, Any]]:
    """Courses on one side, people on the other."""
    return [
        {"label": _("Certifications"), "href": url_for("desk_learning.index"), "active": active == "certifications"},
        {"label": _("Certificates"), "href": url_for("desk_awards.index"), "active": active == "awards"},
    ]


@bp.get('/<typeid("crt"):certification_id>')
@needs(Perm.LEARNING_READ)
def show(certification_id: TypeID) -> str:
    return _show(certification_id, {})


def _show(certification_id: TypeID, errors: dict[str, str]) -> str:
    work = ctx()
    certification = queries.certification_for(work, certification_id)
    title, lesson = title_of(work, certification), words_for(certification.lessons, work.locale)
    trail("desk_learning", (title.text, ""))
    people = {rule.action: rule.minimum_holders for rule in queries.gate_rules(work) if rule.certification_id == certification_id}
    typed = {action: request.form.get(f"people_{action.value}", str(people.get(action, 0))) for action in GatedAction}
    return render(
        "enablement/certification.html",
        certification=certification,
        title=title,
        kind=_("Course for %(role)s", role=labels.role_label(certification.role)),
        summary=words_for(certification.summaries, work.locale),
        lesson=lesson,
        parts=parts_of(lesson.text),
        terms=labels.terms(certification),
        reach=queries.reach_by_certification(work).get(certification_id, queries.Reach()),
        languages=[language_name(tag, work.locale) for tag in certification.titles],
        questions=[_question(one, work.locale) for one in queries.open_questions(work, certification_id)],
        gates=[
            {"name": f"people_{action.value}", "label": labels.action_label(action), "value": typed[action], "people": people.get(action, 0)}
            for action in GatedAction
        ],
        errors=errors,
        events=timeline_of(work, certification.id),
        may_edit=work.may(Perm.CERTIFICATION_EDIT),
        may_grant=work.may(Perm.AWARD_MANAGE),
    )


def _question(question: Any, locale: str) -> dict[str, Any]:
    answers, tag = value_for(question.answers, locale)
    return {
        "question": question,
        "prompt": words_for(question.prompts, tag),
        "answers": answers,
        "languages": [language_name(tag, locale) for tag in question.prompts],
    }


@bp.post('/<typeid("crt"):certification_id>/gates')
@needs(Perm.CERTIFICATION_EDIT)
def set_gates(certification_id: TypeID) -> Any:
    errors: dict[str, str] = {}
    for action in GatedAction:
        name = f"people_{action.value}"
        try:
            services.set_gate(ctx(), action, certification_id, whole_number(request.form, name))
        except Invalid as refusal:
            errors[name] = refusal.errors["minimum_holders"]
    if errors:
        return _show(certification_id, errors), Invalid.status
    flash(_("Saved. The gates ask for it from now on."))
    return redirect(url_for("desk_learning.show", certification_id=certification_id), 303)


@bp.get("/new")
@needs(Perm.CERTIFICATION_EDIT)
def new() -> str:
    usual = programme_of(ctx()).section(LearningTerms)
    return _form(None, {name: str(getattr(usual, name)) for name in NUMBERS}, {})


@bp.post("/new")
@needs(Perm.CERTIFICATION_EDIT)
def create() -> Any:
    try:
        made = services.create_certification(ctx(), _draft())
    except Invalid as refusal:
        return _form(None, request.form.to_dict(), refusal.errors), refusal.status
    flash(_("The certification is there. Add the questions of its quiz next."))
    return redirect(url_for("desk_learning.show", certification_id=made.id), 303)


@bp.get('/<typeid("crt"):certification_id>/edit')
@needs(Perm.CERTIFICATION_EDIT)
def edit(certification_id: TypeID) -> str:
    certification = queries.certification_for(ctx(), certification_id)
    return _form(certification, _values(certification), {})


@bp.post('/<typeid("crt"):certification_id>/edit')
@needs(Perm.CERTIFICATION_EDIT)
def save(certification_id: TypeID) -> Any:
    certification = queries.certification_for(ctx(), certification_id)
    try:
        services.edit_certification(ctx(), certification_id, _draft(certification.code))
    except Invalid as refusal:
        return _form(certification, request.form.to_dict(), refusal.errors), refusal.status
    flash(_("Saved. Certificates that were issued keep their dates."))
    return redirect(url_for("desk_learning.show", certification_id=certification_id), 303)


def _draft(code: str = "") -> services.CertificationDraft:
    form = request.form
    texts = {field: {tag: form.get(f"{field}_{tag}", "") for tag in _languages(form)} for field in _TEXTS}
    numbers: dict[str, Any] = {name: whole_number(form, name) for name in NUMBERS}
    return services.CertificationDraft(
        code=code or form.get("code", "").strip(),
        titles=texts["title"],
        summaries=texts["summary"],
        lessons=texts["lesson"],
        role=form.get("role", ""),
        needs_confirmation="needs_confirmation" in form,
        **numbers,
    )


def _languages(values: Any) -> list[str]:
    """The languages of the installation, English first, and those the certification has beside them."""
    told = [name.removeprefix("title_") for name in values if name.startswith("title_")]
    return list(dict.fromkeys(["en", *ctx().settings.locales, *told]))


def _values(certification: Certification) -> dict[str, str]:
    values = {name: str(getattr(certification, name)) for name in NUMBERS}
    for field, column in _TEXTS.items():
        values.update({f"{field}_{tag}": text for tag, text in getattr(certification, column).items()})
    values |= {"needs_confirmation": "1"} if certification.needs_confirmation else {}
    return {**values, "code": certification.code, "role": certification.role.value}


def _form(certification: Certification | None, values: dict[str, str], errors: dict[str, str]) -> str:
    work = ctx()
    if certification is None:
        trail("desk_learning", (_("New certification"), ""))
    else:
        here = url_for("desk_learning.show", certification_id=certification.id)
        trail("desk_learning", (title_of(work, certification).text, here), (_("Edit"), ""))
    known = set(work.settings.locales) | {"en"} | {name.removeprefix("title_") for name in (_values(certification) if certification else {})}
    return render(
        "enablement/certification_form.html",
        certification=certification,
        values=values,
        errors=errors,
        languages=[(tag, language_name(tag, work.locale)) for tag in _languages(values) if tag in known],
        roles=[(role.value, labels.role_label(role)) for role in LearningRole],
    )
