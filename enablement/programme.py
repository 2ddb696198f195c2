"""What the programme file says about learning: what a new certification starts with (A-22, A-24). Each certification keeps its own numbers."""

from __future__ import annotations

from core.i18n import lazy_gettext as _l
from core.programme import ProgrammeSection, declare_section, term


class LearningTerms(ProgrammeSection):
    """Section `learning`. The names are those of a certification's own columns."""

    valid_months: int = term(
        12, _l("Validity of a certificate"), _l("Months from the day it was passed; the last day is still valid."), unit="months", ge=1, le=120
    )
    renewal_days: int = term(
        90,
        _l("Renewal before the end"),
        _l("So many days before its end a certificate can be renewed without losing a day."),
        unit="days",
        ge=0,
        le=365,
    )
    pass_mark: int = term(
        80, _l("Pass mark of a quiz"), _l("Share of right answers that is needed; the limit itself is enough."), unit="percent", ge=1, le=100
    )
    questions_asked: int = term(5, _l("Questions of an attempt"), _l("How many questions are drawn from the pool."), unit="count", ge=1, le=50)
    cool_down_hours: int = term(24, _l("Rest after a failed attempt"), _l("Hours until the next attempt; 0 is at once."), unit="hours", ge=0, le=720)


declare_section("learning", LearningTerms)
