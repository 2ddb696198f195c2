"""Decisions of this room in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.decisions import Decision, DecisionKind, DecisionWords, declare_decision
from core.i18n import format_percent, ngettext
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from enablement.models import Attempt, Certification
from enablement.rules_kept import QUIZ
from enablement.texts import words_for

if TYPE_CHECKING:
    from core.ctx import Ctx


def _course(ctx: Ctx, attempt_id: TypeID) -> str:
    query = select(Certification.titles).join(Attempt, Attempt.certification_id == Certification.id).where(Attempt.id == attempt_id)
    titles = ctx.session.scalar(query)
    return words_for(titles, ctx.locale).text if titles else str(attempt_id)


def words(ctx: Ctx, decision: Decision) -> DecisionWords:
    told: dict[str, Any] = dict(decision.values)
    asked = int(told["asked"])
    given = ngettext("%(right)s of %(n)s answer", "%(right)s of %(n)s answers", asked, right=told["right"])
    needed = _("at least %(percent)s", percent=format_percent(int(told["needed_percent"]) / 100, 0))
    if decision.result == "passed":
        return DecisionWords(_("Passed"), "", _("Right answers"), given, needed, tone="positive")
    way = _("Read the course again and try once more when the quiz opens.")
    return DecisionWords(_("Not passed"), _("Too few right answers"), _("Right answers"), given, needed, way, "negative")


declare_decision(
    DecisionKind(
        rule=QUIZ,
        label=_l("Judgement of a quiz"),
        words=words,
        subject=_course,
        prefix="atm",
        desk_path="/desk/learning/",
        portal_path="/portal/learning/attempts/{id}",
        results={"passed": _l("Passed"), "failed": _l("Not passed")},
    )
)
