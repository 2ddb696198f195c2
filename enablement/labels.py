"""Words of the room's states, roles and gates, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.i18n import format_date, ngettext, pgettext
from core.i18n import gettext as _
from enablement.models import Certification, GatedAction, LearningRole
from enablement.rules import AwardStatus


def status_label(status: AwardStatus) -> str:
    return {
        AwardStatus.IN_PROGRESS: pgettext("certificate", "In progress"),
        AwardStatus.PASSED: pgettext("certificate", "Passed, to be confirmed"),
        AwardStatus.ACTIVE: pgettext("certificate", "Valid"),
        AwardStatus.RENEWAL_OPEN: pgettext("certificate", "Renewal open"),
        AwardStatus.EXPIRED: pgettext("certificate", "Expired"),
        AwardStatus.REVOKED: pgettext("certificate", "Revoked"),
    }[status]


_TONES = {
    AwardStatus.IN_PROGRESS: ("neutral", "edit"),
    AwardStatus.PASSED: ("attention", "waiting"),
    AwardStatus.ACTIVE: ("positive", "verified"),
    AwardStatus.RENEWAL_OPEN: ("attention", "refresh"),
    AwardStatus.EXPIRED: ("neutral", "clock"),
    AwardStatus.REVOKED: ("negative", "stop"),
}


def status_tone(status: AwardStatus) -> tuple[str, str]:
    """Tone and icon of the chip."""
    return _TONES[status]


def role_label(role: LearningRole) -> str:
    return {
        LearningRole.SALES: pgettext("learning path", "Sales"),
        LearningRole.PRESALES: pgettext("learning path", "Presales"),
        LearningRole.MARKETING: pgettext("learning path", "Marketing"),
        LearningRole.DELIVERY: pgettext("learning path", "Delivery"),
    }[role]


def action_label(action: GatedAction) -> str:
    return {
        GatedAction.DEAL_REGISTRATION: _("Register deals"),
        GatedAction.MDF_REQUEST: _("Request funds"),
    }[action]


def gate_title(action: GatedAction) -> str:
    """Heading of the notice that stands where the form would be."""
    return {
        GatedAction.DEAL_REGISTRATION: _("Before you can register a deal, a certificate is needed"),
        GatedAction.MDF_REQUEST: _("Before you can request funds, a certificate is needed"),
    }[action]


def need_sentence(action: GatedAction, partner: str, title: str, need: int, have: int) -> str:
    """What is asked for, and how far the partner is."""
    if action is GatedAction.DEAL_REGISTRATION:
        asked = ngettext(
            "To register a deal, %(partner)s needs %(n)s person with a valid certificate “%(title)s”.",
            "To register a deal, %(partner)s needs %(n)s people with a valid certificate “%(title)s”.",
            need,
            partner=partner,
            title=title,
        )
    else:
        asked = ngettext(
            "To request funds, %(partner)s needs %(n)s person with a valid certificate “%(title)s”.",
            "To request funds, %(partner)s needs %(n)s people with a valid certificate “%(title)s”.",
            need,
            partner=partner,
            title=title,
        )
    if have:
        return asked + " " + ngettext("%(n)s person has it.", "%(n)s people have it.", have)
    return asked


def holder_sentence(name: str, status: AwardStatus, valid_until: object) -> str:
    """Who holds or held it, and until when."""
    day = format_date(valid_until) if valid_until else ""  # type: ignore[arg-type]
    return {
        AwardStatus.IN_PROGRESS: _("%(name)s has begun the course.", name=name),
        AwardStatus.PASSED: _("%(name)s has passed the quiz; the certificate waits to be confirmed.", name=name),
        AwardStatus.ACTIVE: _("%(name)s holds it until %(day)s.", name=name, day=day),
        AwardStatus.RENEWAL_OPEN: _("%(name)s holds it until %(day)s and can renew it now.", name=name, day=day),
        AwardStatus.EXPIRED: _("%(name)s held it until %(day)s; it has expired.", name=name, day=day),
        AwardStatus.REVOKED: _("The certificate of %(name)s was revoked.", name=name),
    }[status]


def nobody_sentence(partner: str) -> str:
    return _("Nobody at %(partner)s has held it so far.", partner=partner)


def way_sentence(path: str) -> str:
    """The way to it, as the refusal of a service tells it."""
    return _("The course and its quiz are open to everybody at your company: %(path)s", path=path)


def missing_sentence(people: int) -> str:
    return ngettext("%(n)s certified person is missing.", "%(n)s certified people are missing.", people)


def terms(certification: Certification) -> list[tuple[str, str]]:
    """What the quiz asks and what passing it is worth, as terms and descriptions."""
    rest = certification.cool_down_hours
    return [
        (_("Questions"), str(certification.questions_asked)),
        (_("To pass"), _("%(percent)s %% right answers", percent=certification.pass_mark)),
        (_("After a failed try"), ngettext("%(n)s hour of waiting", "%(n)s hours of waiting", rest) if rest else _("again at once")),
        (_("Valid for"), ngettext("%(n)s month", "%(n)s months", certification.valid_months)),
        (_("Renewal"), ngettext("in the last %(n)s day", "in the last %(n)s days", certification.renewal_days)),
    ]


def rule_sentence(action: GatedAction, people: int) -> str:
    """What a gate asks for, on the desk."""
    if action is GatedAction.DEAL_REGISTRATION:
        return ngettext("To register deals: %(n)s person", "To register deals: %(n)s people", people)
    return ngettext("To request funds: %(n)s person", "To request funds: %(n)s people", people)


def event_sentence(action: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """One entry of the audit log in words."""
    told = after or {}
    if action == "enablement.gate.set":
        return (
            rule_sentence(GatedAction(told["action"]), told["people"])
            if told["people"]
            else _("Gate opened: this certificate is no longer asked for")
        )
    if action.startswith("enablement.quiz."):
        slots = {"right": told.get("right"), "asked": told.get("asked")}
        passed = action.endswith("passed")
        return (
            _("Quiz passed with %(right)s of %(asked)s right answers", **slots)
            if passed
            else _("Quiz failed with %(right)s of %(asked)s right answers", **slots)
        )
    return {
        "enablement.certification.created": _("Certification created"),
        "enablement.certification.edited": _("Certification changed"),
        "enablement.question.added": _("Question added: %(prompt)s", prompt=told.get("prompt", "")),
        "enablement.question.retired": _("Question retired: %(prompt)s", prompt=told.get("prompt", "")),
        "enablement.award.started": _("Course begun"),
        "enablement.award.granted": _("Certificate issued"),
        "enablement.award.renewal_opened": _("Renewal open"),
        "enablement.award.expired": _("Certificate expired"),
        "enablement.award.revoked": _("Certificate revoked"),
    }.get(action, action)
