"""A certification with a quiz, and who may do what with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from core.ctx import Ctx
from core.ids import TypeID
from enablement import CertificationDraft, QuestionDraft, create_certification

Work = Callable[[str], AbstractContextManager[Ctx]]


def a_question(number: int, correct: int = 0) -> QuestionDraft:
    return QuestionDraft(
        prompts={"en": f"Question {number}?", "de": f"Frage {number}?"},
        answers={"en": ["Right", "Wrong", "Worse"], "de": ["Richtig", "Falsch", "Falscher"]},
        correct=correct,
        explanations={"en": f"Because of {number}."},
    )


def a_draft(code: str = "sales-basics", **changes: Any) -> CertificationDraft:
    values: dict[str, Any] = {
        "titles": {"en": "Selling Velorin", "de": "Velorin verkaufen"},
        "summaries": {"en": "What every seller knows."},
        "lessons": {"en": "# Heat pumps\n\nThey move heat.\n\n- Air\n- Ground"},
        "questions": tuple(a_question(number) for number in range(1, 6)),
    }
    return CertificationDraft(code, **{**values, **changes})


@pytest.fixture
def selling(work: Work) -> TypeID:
    """Five questions, all of them asked, four needed."""
    with work("ebba") as ctx:
        return create_certification(ctx, a_draft()).id
