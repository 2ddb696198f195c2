"""Awards by hand, revocation, the calendar's job, and what a certification may say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from core.audit import history
from core.clock import FixedClock
from core.errors import Forbidden, Invalid, NotFound, Refused
from core.events import OutboxEvent
from core.ids import TypeID, new_id
from enablement import AwardStatus, QuestionDraft, age_awards, create_certification, grant_award, revoke_award
from enablement.models import Award
from enablement.queries import AwardFilter, awards_page
from enablement.services import add_question, edit_certification
from tests.conftest import Cast
from tests.enablement.conftest import Work, a_draft, a_question


def _events(ctx, name: str) -> int:
    return ctx.session.scalar(select(func.count()).select_from(OutboxEvent).where(OutboxEvent.name == f"enablement.{name}.v1"))


def test_a_grant_says_who_may_and_to_whom(work: Work, cast: Cast, selling: TypeID) -> None:
    for name in ("pia", "cleo", "zed"):
        with work(name) as ctx, pytest.raises(Forbidden):
            grant_award(ctx, selling, cast["pia"].user_id)
    with work("ebba") as ctx:
        with pytest.raises(NotFound):
            grant_award(ctx, selling, new_id("usr"))
        with pytest.raises(NotFound):
            grant_award(ctx, new_id("crt"), cast["pia"].user_id)
        with pytest.raises(Invalid) as refusal:
            grant_award(ctx, selling, cast["cleo"].user_id)
        assert set(refusal.value.errors) == {"person"}


@pytest.mark.parametrize("day", [date(2026, 3, 3), date(9999, 12, 31), date(1999, 12, 31), date.min])
def test_a_day_in_the_future_or_of_another_age_is_refused(work: Work, cast: Cast, selling: TypeID, day: date) -> None:
    with work("ebba") as ctx:
        with pytest.raises(Invalid) as refusal:
            grant_award(ctx, selling, cast["pia"].user_id, passed_on=day)
        assert set(refusal.value.errors) == {"passed_on"}
        assert ctx.session.scalar(select(func.count()).select_from(Award)) == 0


def test_a_second_grant_is_refused_while_the_first_runs(work: Work, cast: Cast, clock: FixedClock, selling: TypeID) -> None:
    with work("ebba") as ctx:
        first = grant_award(ctx, selling, cast["pia"].user_id)
        with pytest.raises(Refused) as refusal:
            grant_award(ctx, selling, cast["pia"].user_id)
        assert refusal.value.code == "already_certified"
        assert "Pia" in refusal.value.message
    clock.move(timedelta(days=300))
    with work("ebba") as ctx:
        second = grant_award(ctx, selling, cast["pia"].user_id)
        assert second.id != first.id
        assert second.valid_until == date(2028, 3, 2)
        assert _events(ctx, "award_granted") == 2


def test_what_has_run_out_is_kept_as_history_without_an_event(work: Work, cast: Cast, selling: TypeID) -> None:
    with work("ebba") as ctx:
        award = grant_award(ctx, selling, cast["pia"].user_id, passed_on=date(2025, 3, 1))
        assert (award.status, award.valid_until) == (AwardStatus.EXPIRED, date(2026, 3, 1))
        assert _events(ctx, "award_granted") == 0
        assert grant_award(ctx, selling, cast["pia"].user_id).valid_until == date(2027, 3, 2)


def test_revoking_needs_a_reason_of_a_readable_length_and_happens_once(work: Work, cast: Cast, selling: TypeID) -> None:
    with work("ebba") as ctx:
        award = grant_award(ctx, selling, cast["pia"].user_id)
        for reason in ("", " \x00\n", "x" * 501):
            with pytest.raises(Invalid) as refusal:
                revoke_award(ctx, award.id, reason)
            assert set(refusal.value.errors) == {"reason"}
        revoke_award(ctx, award.id, "The examination was somebody else's")
        assert (award.status, award.revoked_on) == (AwardStatus.REVOKED, ctx.today)
        assert _events(ctx, "award_revoked") == 1
        with pytest.raises(Refused):
            revoke_award(ctx, award.id, "Again")
        assert history(ctx, award.id)[0].reason == "The examination was somebody else's"
        assert grant_award(ctx, selling, cast["pia"].user_id).valid_until == date(2027, 3, 2)
    with work("pia") as ctx, pytest.raises(Forbidden):
        revoke_award(ctx, award.id, "No")


def test_the_job_writes_down_what_the_calendar_has_changed_once(work: Work, cast: Cast, clock: FixedClock, selling: TypeID) -> None:
    with work("ebba") as ctx:
        award = grant_award(ctx, selling, cast["pia"].user_id)
        revoked = grant_award(ctx, selling, cast["wim"].user_id)
        revoke_award(ctx, revoked.id, "Left the trade")
    expected = {274: AwardStatus.ACTIVE, 275: AwardStatus.RENEWAL_OPEN, 365: AwardStatus.RENEWAL_OPEN, 366: AwardStatus.EXPIRED}
    day = 0
    for target, status in expected.items():
        clock.move(timedelta(days=target - day))
        day = target
        for _run in range(2):
            with work("system") as ctx:
                age_awards(ctx)
                assert ctx.session.get_one(Award, award.id).status is status, target
                assert ctx.session.get_one(Award, revoked.id).status is AwardStatus.REVOKED
    with work("ebba") as ctx:
        told = [entry.action for entry in history(ctx, award.id)]
    assert told == ["enablement.award.expired", "enablement.award.renewal_opened", "enablement.award.granted"]


def test_the_list_asks_the_calendar_too(work: Work, cast: Cast, clock: FixedClock, selling: TypeID) -> None:
    with work("ebba") as ctx:
        grant_award(ctx, selling, cast["pia"].user_id)
    for days, status in ((0, "active"), (275, "renewal_open"), (91, "expired")):
        clock.move(timedelta(days=days))
        with work("ebba") as ctx:
            totals = {one.value: awards_page(ctx, AwardFilter(status=one.value)).total for one in AwardStatus}
        assert totals == {one.value: int(one.value == status) for one in AwardStatus}
    with work("zed") as ctx:
        assert awards_page(ctx, AwardFilter()).total == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "Sales Basics"}, "code"),
        ({"code": ""}, "code"),
        ({"titles": {"de": "Nur Deutsch"}}, "title_en"),
        ({"titles": {"en": "x" * 121}}, "title_en"),
        ({"titles": {"en": "X", "zz-bad": "Y"}}, "title_en"),
        ({"summaries": {"de": "x" * 401}}, "summary_de"),
        ({"lessons": {"en": "x" * 20_001}}, "lesson_en"),
        ({"role": "king"}, "role"),
        ({"valid_months": 0}, "valid_months"),
        ({"valid_months": 10**9}, "valid_months"),
        ({"pass_mark": 101}, "pass_mark"),
        ({"cool_down_hours": -1}, "cool_down_hours"),
        ({"questions_asked": 0}, "questions_asked"),
        ({"renewal_days": 366}, "renewal_days"),
    ],
)
def test_a_certification_with_bad_values_names_the_field(work: Work, changes: dict, field: str) -> None:
    draft = a_draft(changes.pop("code", "fine"), **changes)
    with work("ebba") as ctx, pytest.raises(Invalid) as refusal:
        create_certification(ctx, draft)
    assert set(refusal.value.errors) == {field}


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (QuestionDraft({"de": "Was?"}, {"en": ["a", "b"]}, 0), "prompt_en"),
        (QuestionDraft({"en": "x" * 501}, {"en": ["a", "b"]}, 0), "prompt_en"),
        (QuestionDraft({"en": "What?"}, {"en": ["a"]}, 0), "answers_en"),
        (QuestionDraft({"en": "What?"}, {"en": ["a", "a"]}, 0), "answers_en"),
        (QuestionDraft({"en": "What?"}, {"en": [str(number) for number in range(9)]}, 0), "answers_en"),
        (QuestionDraft({"en": "What?"}, {"en": ["a", "b" * 301]}, 0), "answers_en"),
        (QuestionDraft({"en": "What?"}, {"en": ["a", "b"]}, 2), "correct"),
        (QuestionDraft({"en": "What?"}, {"en": ["a", "b"]}, -1), "correct"),
        (QuestionDraft({"en": "What?", "de": "Was?"}, {"en": ["a", "b"], "de": ["a"]}, 0), "answers_de"),
        (QuestionDraft({"en": "What?", "de": "Was?"}, {"en": ["a", "b"]}, 0), "answers_de"),
        (QuestionDraft({"en": "What?"}, {"en": ["a", "b"], "de": ["a", "b"]}, 0), "prompt_de"),
        (QuestionDraft({"en": "What?"}, {"en": ["a", "b"]}, 0, {"en": "x" * 1001}), "explanation_en"),
    ],
)
def test_a_question_with_bad_values_names_the_field(work: Work, selling: TypeID, draft: QuestionDraft, field: str) -> None:
    with work("ebba") as ctx, pytest.raises(Invalid) as refusal:
        add_question(ctx, selling, draft)
    assert field in refusal.value.errors


def test_codes_are_unique_and_stay(work: Work, selling: TypeID) -> None:
    with work("ebba") as ctx:
        with pytest.raises(Invalid) as refusal:
            create_certification(ctx, a_draft())
        assert set(refusal.value.errors) == {"code"}
        edited = edit_certification(ctx, selling, a_draft("other", titles={"en": "New"}, valid_months=24))
        assert (edited.code, edited.titles, edited.valid_months) == ("sales-basics", {"en": "New"}, 24)
    for name in ("pia", "cleo", "rita"):
        for verb in (
            lambda ctx: create_certification(ctx, a_draft("mine")),
            lambda ctx: edit_certification(ctx, selling, a_draft()),
            lambda ctx: add_question(ctx, selling, a_question(9)),
        ):
            with work(name) as ctx, pytest.raises(Forbidden):
                verb(ctx)
