"""Portal, "Learning": what the company may do thanks to whom, the courses, and one course."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import g, url_for

from core.ctx import Ctx
from core.i18n import format_datetime
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, render
from enablement import labels, queries
from enablement.models import Award, Certification
from enablement.permissions import Perm
from enablement.rules import AwardStatus
from enablement.services.awards import status_of
from enablement.texts import parts_of, words_for
from enablement.views.page_parts import award_row, chip_of, title_of, trail

bp = PrivateBlueprint("learning", __name__, face="portal", url_prefix="/portal/learning")


@bp.get("/")
@needs(Perm.LEARNING_READ)
def index() -> str:
    work = ctx()
    g.breadcrumbs = [(_("Learning"), "")]
    awards = queries.people_awards(work, g.actor.partner_id)
    shown = sorted(queries.telling(work, awards), key=lambda one: (one.holder.name.casefold(), one.certification.code))
    return render(
        "enablement/learning.html",
        gates=_gates(work),
        courses=[_course(work, one, awards) for one in queries.certifications(work)],
        people=[award_row(work, award) for award in shown],
    )


def _gates(work: Ctx) -> list[dict[str, Any]]:
    """What stands behind a gate, and how far the company is."""
    return [
        {
            "label": labels.action_label(action),
            "open": all(one.is_met for one in rules),
            "rules": [
                {"title": title_of(work, one.certification), "href": _href(one.certification), "met": one.is_met, "words": _rule_words(one)}
                for one in rules
            ],
        }
        for action, rules in queries.requirements(work, g.actor.partner_id).items()
        if rules
    ]


def _rule_words(rule: queries.Requirement) -> list[str]:
    """Who makes it possible; without enough people also who held it once."""
    holding = [line for line in rule.holders if line.status in (AwardStatus.ACTIVE, AwardStatus.RENEWAL_OPEN)]
    if rule.is_met:
        return [line.sentence for line in holding]
    return [labels.missing_sentence(rule.need - rule.have), *(line.sentence for line in rule.holders)]


def _course(work: Ctx, certification: Certification, awards: list[Award]) -> dict[str, Any]:
    own = [one for one in awards if one.certification_id == certification.id and one.user_id == g.actor.user_id]
    best = next(iter(queries.telling(work, own)), None)
    return {
        "title": title_of(work, certification),
        "summary": words_for(certification.summaries, work.locale),
        "role": labels.role_label(certification.role),
        "href": _href(certification),
        "chip": chip_of(status_of(work, best)) if best else None,
        "valid_until": best.valid_until if best else None,
    }


def _href(certification: Certification) -> str:
    return url_for("learning.show", certification_id=certification.id)


@bp.get('/<typeid("crt"):certification_id>')
@needs(Perm.LEARNING_READ)
def show(certification_id: TypeID) -> str:
    work = ctx()
    certification = queries.certification_for(work, certification_id)
    title, lesson = title_of(work, certification), words_for(certification.lessons, work.locale)
    trail("learning", (title.text, ""))
    standing = queries.standing_of(work, certification_id, g.actor.user_id)
    colleagues = [one for one in queries.people_awards(work, g.actor.partner_id) if one.certification_id == certification_id]
    return render(
        "enablement/course.html",
        certification=certification,
        title=title,
        summary=words_for(certification.summaries, work.locale),
        kind=_("Course for %(role)s", role=labels.role_label(certification.role)),
        lesson=lesson,
        parts=parts_of(lesson.text),
        chip_values=chip_of(status_of(work, standing.best)) if standing.best else None,
        best=standing.best,
        attempts=standing.attempts,
        way=_way(work, certification, standing),
        terms=labels.terms(certification),
        people=[award_row(work, award) for award in queries.telling(work, colleagues)],
        opens=[labels.action_label(rule.action) for rule in queries.gate_rules(work) if rule.certification_id == certification_id],
    )


def _way(work: Ctx, certification: Certification, standing: queries.Standing) -> dict[str, Any]:
    """The one thing to do next: `start`, `resume` (with `href`), or what to wait for, in words."""
    last = standing.attempts[0] if standing.attempts else None
    if last is not None and last.finished_at is None:
        return {"resume": url_for("quiz.show", attempt_id=last.id)}
    status = status_of(work, standing.best) if standing.best else None
    if status is AwardStatus.PASSED:
        return {"wait": _("You have passed. The vendor confirms the certificate next.")}
    if status is AwardStatus.ACTIVE:
        return {}
    if not queries.open_questions(work, certification.id):
        return {"wait": _("The quiz is not open yet. Your contact at the vendor can issue the certificate for an examination elsewhere.")}
    if last is not None and last.passed is False and last.finished_at is not None:
        opens = last.finished_at + timedelta(hours=certification.cool_down_hours)
        if work.now < opens:
            moment = format_datetime(opens, work.clock.zone, "short")
            return {"wait": _("The next try is possible from %(moment)s on. Read the course again until then.", moment=moment)}
    return {"start": url_for("quiz.start", certification_id=certification.id), "again": status is not None and status is not AwardStatus.IN_PROGRESS}
