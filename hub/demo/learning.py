"""Courses, gates and certificates of the demo: who may ask for what, and who may not yet."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from core.ctx import Ctx
from core.ids import TypeID
from enablement import CertificationDraft, GatedAction, QuestionDraft, create_certification, grant_award, set_gate

#: Who passed which course how many days before loading. Layla's have run out; nobody at Brightwater ever passed one.
PASSED = {
    "pia": {"certified-seller": 250, "campaign-practice": 200},
    "jonas": {"certified-seller": 410},
    "haruto": {"certified-seller": 180, "campaign-practice": 150},
    "layla": {"certified-seller": 745, "campaign-practice": 380},
}


def open_courses(ctx: Ctx, people: dict[str, str], last_day: date) -> dict[str, str]:
    """In the name of the enablement person; returns the ids of the certifications by code."""
    made = {}
    for told in _courses():
        questions = tuple(QuestionDraft(**question) for question in told.pop("question"))
        gate = GatedAction(told.pop("gate"))
        certification = create_certification(ctx, CertificationDraft(**told, questions=questions))
        set_gate(ctx, gate, certification.id, 1)
        made[certification.code] = str(certification.id)
    for name, courses in PASSED.items():
        for code, days in courses.items():
            passed_on = min(last_day - timedelta(days=days), ctx.today)
            grant_award(ctx, TypeID.parse(made[code], "crt"), TypeID.parse(people[name], "usr"), passed_on=passed_on)
    return made


def _courses() -> list[dict[str, Any]]:
    told = tomllib.loads(files(__package__).joinpath("courses.toml").read_text(encoding="utf-8"))
    courses: list[dict[str, Any]] = told["course"]
    return courses
