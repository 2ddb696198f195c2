"""Decisions about registrations: kept with rule and programme, explained, appealed, and taken again (N-06)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.decisions import Appeal, AppealState, Decision, decide_appeal, decision_of, decisions_of, raise_appeal, replay
from core.errors import Invalid, NotFound, Refused
from core.ids import TypeID
from core.sla import clock_of
from deals import DealAction, DealStatus, Registration, answer_question, decide_registration, note_direct_engagement, save_draft, submit_registration
from deals.decisions import CLOCK, words
from deals.rules.decisions import ADMISSION, DECISION, STANDING
from deals.services import NotAdmitted
from tests.conftest import Cast
from tests.deals.conftest import GOOD, Work

Submit = Callable[..., Registration]


def test_admission_and_standing_are_kept_at_submission(work: Work, submit: Submit) -> None:
    first, second = submit("pia"), submit("zed", customer_name="Acme")
    with work("nora") as ctx:
        kept = {row.rule: row for row in decisions_of(ctx, second.id)}
        assert (kept[ADMISSION].result, kept[STANDING].result) == ("admitted", "conflict")
        assert kept[ADMISSION].rule_version == "1" and kept[ADMISSION].programme_version == "1"
        # Who was first is no input: the other one's id stands nowhere in it.
        assert str(first.id) not in str(kept[STANDING].inputs) and GOOD.contact_name not in str(kept[ADMISSION].inputs)
        assert not replay(ctx).differences


def test_a_refusal_explains_itself_and_leaves_nothing(work: Work, cast: Cast, programme: TypeID) -> None:
    partner_id = cast["pia"].partner_id
    assert partner_id is not None and GOOD.amount is not None
    with work("pia") as ctx:
        row = save_draft(ctx, partner_id, replace(GOOD, amount=replace(GOOD.amount, minor=100)))
    with pytest.raises(NotAdmitted) as refusal, work("pia") as ctx:
        submit_registration(ctx, row.id)
    told = refusal.value.explained
    assert told.verdict.reason_code == "below_minimum" and told.rule == ADMISSION and told.programme_version == "1"
    assert told.verdict.values["given_minor"] == 100 and told.verdict.values["needed_minor"] == 500_000
    with work("nora") as ctx:
        assert decisions_of(ctx, row.id) == []


def test_approval_names_rule_and_programme_in_the_event_log(work: Work, submit: Submit) -> None:
    from core.audit import history

    row = submit("pia")
    with work("nora") as ctx:
        decide_registration(ctx, row.id, DealAction.APPROVE)
        entry = next(one for one in history(ctx, row.id) if one.action.endswith(".approve"))
        assert entry.after is not None
        assert (entry.after["rule"], entry.after["rule_version"], entry.after["programme_version"]) == (DECISION, "1", "1")
        decision = decision_of(ctx, row.id, DECISION)
        assert decision is not None and decision.actor_id == str(ctx.actor.user_id)
        assert words(ctx, decision).criterion == "Protected until the end of"


def test_a_list_entry_later_than_the_registration_cannot_win(work: Work, submit: Submit, clock: FixedClock) -> None:
    """The named-account trick: somebody writes the customer on the list after the partner has registered it (N-06, C-11)."""
    row = submit("pia")
    clock.move(timedelta(minutes=5))
    with work("nora") as ctx:
        note_direct_engagement(ctx, "Acme GmbH", "acme.example", date(2026, 2, 20))
    with pytest.raises(Invalid) as refusal, work("nora") as ctx:
        decide_registration(ctx, row.id, DealAction.REJECT, reason="We talk to them.", reason_code="direct_engagement")
    assert "reason_code" in refusal.value.errors
    with work("nora") as ctx:
        decide_registration(ctx, row.id, DealAction.APPROVE)
    with pytest.raises(NotAdmitted) as refused:  # who comes after the entry is stopped by it
        submit("zed")
    assert refused.value.code == "direct_engagement"


def test_the_last_note_before_the_registration_counts(work: Work, submit: Submit, clock: FixedClock) -> None:
    with work("nora") as ctx:
        note_direct_engagement(ctx, "Acme GmbH", "acme.example", date(2026, 2, 20))
    clock.move(timedelta(days=1))
    with work("nora") as ctx:  # a slip of the pen, put right
        note_direct_engagement(ctx, "Acme GmbH", "acme.example", date(2025, 2, 20))
    assert submit("pia").status is DealStatus.SUBMITTED


def test_a_decision_cannot_be_changed(work: Work, submit: Submit, database: Database) -> None:
    submit("pia")
    for statement in ("UPDATE core_decision SET result = 'x'", "DELETE FROM core_decision"):
        with pytest.raises(DBAPIError, match="append-only"), database.unit_of_work(SYSTEM) as ctx:
            ctx.session.execute(text(statement))


def _rejected(work: Work, submit: Submit) -> tuple[Registration, TypeID]:
    row = submit("pia")
    with work("nora") as ctx:
        decide_registration(ctx, row.id, DealAction.REJECT, reason="They buy from us already.", reason_code="existing_customer")
        decision = decision_of(ctx, row.id, DECISION)
        assert decision is not None
    return row, decision.id


def test_an_appeal_is_raised_once_and_decided_by_somebody_else(work: Work, submit: Submit) -> None:
    row, decision_id = _rejected(work, submit)
    with pytest.raises(NotFound), work("zed") as ctx:
        raise_appeal(ctx, decision_id, "Not mine.")
    with work("pia") as ctx:
        appeal = raise_appeal(ctx, decision_id, "They bought from a company of the same name.")
        assert clock_of(ctx, "core.appeal", appeal.id) is not None
    with pytest.raises(Refused) as again, work("pia") as ctx:
        raise_appeal(ctx, decision_id, "Once more.")
    assert again.value.code == "already_appealed"
    with pytest.raises(Refused) as own, work("nora") as ctx:
        decide_appeal(ctx, appeal.id, AppealState.UPHELD, "I was right.")
    assert own.value.code == "separation_of_duties"
    with work("rita") as ctx:
        decide_appeal(ctx, appeal.id, AppealState.OVERTURNED, "You are right: another company.")
        view = clock_of(ctx, "core.appeal", appeal.id)
        assert view is not None and view.clock.within_sla is True
    with work("nora") as ctx:
        opened = ctx.session.get_one(Registration, row.id)
        assert opened.status is DealStatus.IN_REVIEW and opened.place == row.place and not opened.reason_code
        view = clock_of(ctx, CLOCK, row.id)
        assert view is not None and view.clock.round == 2 and view.state == "running"
    with pytest.raises(Refused) as twice, work("rita") as ctx:
        decide_appeal(ctx, appeal.id, AppealState.UPHELD, "No, I was not.")
    assert twice.value.code == "already_decided"


def test_the_time_to_appeal_ends_and_good_news_cannot_be_appealed(work: Work, submit: Submit, clock: FixedClock) -> None:
    _row, decision_id = _rejected(work, submit)
    clock.move(timedelta(days=30, seconds=1))
    with pytest.raises(Refused) as late, work("pia") as ctx:
        raise_appeal(ctx, decision_id, "Too late.")
    assert late.value.code == "too_late"
    with work("nora") as ctx:
        admitted = ctx.session.scalar(select(Decision).where(Decision.rule == ADMISSION))
        assert admitted is not None
    with pytest.raises(Refused) as nothing, work("pia") as ctx:
        raise_appeal(ctx, admitted.id, "But why?")
    assert nothing.value.code == "nothing_to_appeal"
    with work("nora") as ctx:
        assert ctx.session.scalars(select(Appeal)).all() == []


def test_a_question_stops_the_clock_and_the_answer_lets_it_go_on(work: Work, submit: Submit, clock: FixedClock) -> None:
    row = submit("pia")
    with work("nora") as ctx:
        before = clock_of(ctx, CLOCK, row.id)
        decide_registration(ctx, row.id, DealAction.ASK, reason="Which site?")
        paused = clock_of(ctx, CLOCK, row.id)
    assert before is not None and paused is not None and (before.state, paused.state) == ("running", "paused")
    due = before.due_at
    clock.move(timedelta(days=7))
    with work("pia") as ctx:
        answer_question(ctx, row.id, "The one in Potsdam.")
        after = clock_of(ctx, CLOCK, row.id)
    assert after is not None and after.state == "running" and after.due_at == due + timedelta(days=7)
    with work("nora") as ctx:
        decide_registration(ctx, row.id, DealAction.APPROVE)
        stopped = clock_of(ctx, CLOCK, row.id)
    assert stopped is not None and stopped.clock.within_sla is True and stopped.clock.result == "decided"
