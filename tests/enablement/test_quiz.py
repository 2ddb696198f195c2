"""The quiz: drawn, answered once, judged; a failed one rests, a passed one issues the certificate and tells it once."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core.clock import FixedClock
from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.errors import Forbidden, HubError, Invalid, NotFound, Refused
from core.events import OutboxEvent
from core.ids import TypeID
from enablement import AwardStatus, answer_attempt, create_certification, grant_award, start_attempt
from enablement.models import Attempt, Award
from enablement.queries import attempt_for, questions_of
from enablement.services import confirm_award, retire_question
from tests.conftest import Cast
from tests.enablement.conftest import Work, a_draft


def sit(ctx: Ctx, certification_id: TypeID, wrong: int = 0) -> Attempt:
    """One whole attempt with so many wrong answers."""
    attempt = start_attempt(ctx, certification_id)
    return answer_attempt(ctx, attempt.id, answers(ctx, attempt, wrong))


def answers(ctx: Ctx, attempt: Attempt, wrong: int = 0) -> dict[str, int]:
    questions = questions_of(ctx, attempt)
    return {name: (one.correct + 1) % 3 if number < wrong else one.correct for number, (name, one) in enumerate(questions.items())}


def announced(database: Database) -> list[dict[str, Any]]:
    with database.reading(SYSTEM) as ctx:
        return [row.payload for row in ctx.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "enablement.award_granted.v1"))]


def test_passing_issues_the_certificate_and_tells_it_once(work: Work, cast: Cast, database: Database, selling: TypeID) -> None:
    with work("pia") as ctx:
        attempt = sit(ctx, selling, wrong=1)
        assert (attempt.passed, attempt.right) == (True, 4)
        award = ctx.session.get_one(Award, attempt.award_id)
        assert (award.status, award.valid_from, award.valid_until) == (AwardStatus.ACTIVE, date(2026, 3, 2), date(2027, 3, 2))
        assert award.renewal_from == date(2026, 12, 2)
        assert award.partner_id == cast["pia"].partner_id
    (told,) = announced(database)
    assert told["award_id"] == str(award.id)
    assert (told["code"], told["renewal"], told["valid_until"]) == ("sales-basics", False, "2027-03-02")


def test_an_attempt_is_answered_once(work: Work, database: Database, selling: TypeID) -> None:
    with work("pia") as ctx:
        attempt = sit(ctx, selling)
        given = answers(ctx, attempt)
    with work("pia") as ctx, pytest.raises(Refused) as refusal:
        answer_attempt(ctx, attempt.id, given)
    assert refusal.value.code == "already_answered"
    assert len(announced(database)) == 1


def test_the_same_answers_sent_twice_at_once_make_one_certificate(database: Database, cast: Cast, work: Work, selling: TypeID) -> None:
    with work("pia") as ctx:
        attempt = start_attempt(ctx, selling)
        given = answers(ctx, attempt)
    codes: list[str] = []
    ready = threading.Barrier(4)

    def send() -> None:
        ready.wait()
        try:
            with database.unit_of_work(cast["pia"]) as ctx:
                answer_attempt(ctx, attempt.id, given)
            codes.append("passed")
        except HubError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["already_answered"] * 3 + ["passed"]
    assert len(announced(database)) == 1


def test_of_two_different_answers_at_once_the_first_counts(database: Database, cast: Cast, work: Work, selling: TypeID) -> None:
    """The page reads the attempt before the service locks it; a second try in the same moment is none."""
    with work("pia") as ctx:
        attempt = start_attempt(ctx, selling)
        right, wrong = answers(ctx, attempt), answers(ctx, attempt, wrong=5)
    both_have_read = threading.Barrier(2)
    outcomes: list[str] = []

    def send(given: dict[str, int]) -> None:
        try:
            with database.unit_of_work(cast["pia"]) as ctx:
                attempt_for(ctx, attempt.id)
                with suppress(threading.BrokenBarrierError):  # SQLite lets one in after the other
                    both_have_read.wait(0.5)
                answer_attempt(ctx, attempt.id, given)
                outcomes.append("judged")
        except Refused as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=send, args=(given,)) for given in (wrong, right)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already_answered", "judged"]


def test_four_clicks_on_start_make_one_attempt(database: Database, cast: Cast, selling: TypeID) -> None:
    ready = threading.Barrier(4)
    started: list[str] = []

    def click() -> None:
        ready.wait()
        with database.unit_of_work(cast["pia"]) as ctx:
            started.append(str(start_attempt(ctx, selling).id))

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 4 and len(set(started)) == 1
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Award)) == 1


def test_a_failed_quiz_rests_for_its_cool_down_and_keeps_the_award_open(work: Work, clock: FixedClock, database: Database, selling: TypeID) -> None:
    with work("pia") as ctx:
        failed = sit(ctx, selling, wrong=2)
        assert (failed.passed, failed.right) == (False, 3)
        assert ctx.session.get_one(Award, failed.award_id).status is AwardStatus.IN_PROGRESS
    clock.move(timedelta(hours=24, seconds=-1))
    with work("pia") as ctx, pytest.raises(Refused) as refusal:
        start_attempt(ctx, selling)
    assert refusal.value.code == "cool_down"
    clock.move(timedelta(seconds=1))
    with work("pia") as ctx:
        passed = sit(ctx, selling)
        assert passed.passed
        assert passed.award_id == failed.award_id
    assert len(announced(database)) == 1


def test_every_question_needs_an_answer_that_was_offered(work: Work, selling: TypeID) -> None:
    with work("pia") as ctx:
        attempt = start_attempt(ctx, selling)
        names = [one["question"] for one in attempt.asked]
        for odd in ({}, {names[0]: 0}, dict.fromkeys(names, 9), dict.fromkeys(names, -1)):
            with pytest.raises(Invalid) as refusal:
                answer_attempt(ctx, attempt.id, odd)
            assert set(refusal.value.errors) <= set(names)
        assert attempt.finished_at is None


def test_nobody_answers_for_somebody_else(work: Work, selling: TypeID) -> None:
    with work("pia") as ctx:
        attempt = start_attempt(ctx, selling)
        given = answers(ctx, attempt)
    for name in ("wim", "zed"):
        with work(name) as ctx, pytest.raises(NotFound):
            answer_attempt(ctx, attempt.id, given)
    for name in ("ebba", "system"):
        with work(name) as ctx, pytest.raises(Forbidden):
            answer_attempt(ctx, attempt.id, given)
        with work(name) as ctx, pytest.raises(Forbidden):
            start_attempt(ctx, selling)


def test_whoever_holds_the_certificate_waits_for_the_renewal_window(work: Work, clock: FixedClock, database: Database, selling: TypeID) -> None:
    with work("pia") as ctx:
        sit(ctx, selling)
    clock.move(timedelta(days=274))
    with work("pia") as ctx, pytest.raises(Refused) as refusal:
        start_attempt(ctx, selling)
    assert refusal.value.code == "already_certified"
    clock.move(timedelta(days=1))
    with work("pia") as ctx:
        renewed = ctx.session.get_one(Award, sit(ctx, selling).award_id)
    assert (renewed.valid_from, renewed.valid_until) == (date(2026, 12, 2), date(2028, 3, 2))
    assert [told["renewal"] for told in announced(database)] == [False, True]


def test_a_certificate_that_needs_a_yes_waits_for_it(work: Work, clock: FixedClock, database: Database) -> None:
    with work("ebba") as ctx:
        course = create_certification(ctx, a_draft("checked", needs_confirmation=True))
    with work("pia") as ctx:
        award = ctx.session.get_one(Award, sit(ctx, course.id).award_id)
        assert (award.status, award.valid_until) == (AwardStatus.PASSED, None)
    assert announced(database) == []
    with work("pia") as ctx, pytest.raises(Refused) as refusal:
        start_attempt(ctx, course.id)
    assert refusal.value.code == "waiting_for_confirmation"
    with work("pia") as ctx, pytest.raises(Forbidden):
        confirm_award(ctx, award.id)
    clock.move(timedelta(days=3))
    with work("ebba") as ctx:
        assert confirm_award(ctx, award.id).valid_from == date(2026, 3, 2)
    with work("ebba") as ctx, pytest.raises(Refused):
        confirm_award(ctx, award.id)
    assert len(announced(database)) == 1


def test_a_grant_while_the_quiz_is_open_is_the_one_certificate(work: Work, cast: Cast, database: Database, selling: TypeID) -> None:
    with work("pia") as ctx:
        attempt = start_attempt(ctx, selling)
    with work("ebba") as ctx:
        assert grant_award(ctx, selling, cast["pia"].user_id).id == attempt.award_id
    with work("pia") as ctx:
        assert answer_attempt(ctx, attempt.id, answers(ctx, attempt)).passed
    assert len(announced(database)) == 1


def test_a_retired_question_is_still_judged_where_it_was_asked_and_asked_no_more(work: Work, clock: FixedClock, selling: TypeID) -> None:
    with work("pia") as ctx:
        attempt = start_attempt(ctx, selling)
    retired = TypeID.parse(attempt.asked[0]["question"], "qst")
    with work("ebba") as ctx:
        retire_question(ctx, retired)
        retire_question(ctx, retired)
    with work("pia") as ctx:
        assert answer_attempt(ctx, attempt.id, answers(ctx, attempt)).right == 5
    with work("wim") as ctx:
        assert len(start_attempt(ctx, selling).asked) == 4


def test_a_quiz_without_questions_cannot_be_begun(work: Work) -> None:
    with work("ebba") as ctx:
        course = create_certification(ctx, a_draft("empty", questions=()))
    with work("pia") as ctx, pytest.raises(Refused) as refusal:
        start_attempt(ctx, course.id)
    assert refusal.value.code == "no_questions"
