"""The decisions of this room as rules that can be taken again: may a partner act, has somebody passed (N-06). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.decisions import Verdict, decides
from core.programme import Programme
from enablement.rules import Held, judge, people_certified

GATE, QUIZ = "enablement.gate", "enablement.quiz"
Inputs = Mapping[str, Any]


@decides(GATE, version="1")
def may_act(inputs: Inputs, programme: Programme) -> Verdict:
    """Whether enough people hold each certificate that the gate asks for; people are counted, not certificates (A-25, TIER-03)."""
    today = date.fromisoformat(inputs["today"])
    missing = []
    for gate in inputs["gates"]:
        have = len(people_certified([_held(*one) for one in gate["held"]], today))
        if have < gate["need"]:
            missing.append({"certification": gate["certification"], "have": have, "need": gate["need"]})
    if missing:
        return Verdict("closed", "certification_missing", {"missing": missing}, way_out="take_course")
    return Verdict("open")


def _held(person: str, valid_from: str, valid_until: str, revoked_on: str | None) -> Held:
    return Held(person, date.fromisoformat(valid_from), date.fromisoformat(valid_until), date.fromisoformat(revoked_on) if revoked_on else None)


@decides(QUIZ, version="1")
def passed(inputs: Inputs, programme: Programme) -> Verdict:
    """How an attempt went; the limit is inclusive (A-24)."""
    mark = judge(inputs["given"], inputs["correct"], inputs["pass_mark"])
    values = {"right": mark.right, "asked": mark.asked, "percent": mark.percent, "needed_percent": inputs["pass_mark"]}
    return Verdict("passed", values=values) if mark.passed else Verdict("failed", "below_pass_mark", values, way_out="try_again")
