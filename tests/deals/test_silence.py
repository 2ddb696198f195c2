"""Silence has a price (N-05): what happens to a registration that nobody decides, over holidays and in two zones, with a fast clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from core.audit import history
from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.decisions import decision_of, replay
from core.errors import Refused
from core.events import OutboxEvent
from core.ids import TypeID
from core.jobs import run_until_idle, tick
from core.notices import Notice
from core.sla import Consequence, ServiceLevel, ServiceLevels, clock_of, escalate
from core.sla.tasks import advance_clock, look_at_clocks
from deals import DealAction, DealStatus, Registration, decide_registration
from deals.decisions import CLOCK, DECISION_HOURS, words
from deals.rules.decisions import DECISION
from tests.conftest import Cast
from tests.deals.conftest import Work
from tests.programmes import in_force

Submit = Callable[..., Registration]
#: Thursday before Easter, 16:00 in Berlin and 15:00 in London (DR-05).
BEFORE_EASTER = datetime(2026, 4, 2, 14, tzinfo=UTC)
BERLIN_DUE = datetime(2026, 4, 8, 14, tzinfo=UTC)


def _silence(database: Database, consequence: Consequence) -> None:
    in_force(database, service_levels=ServiceLevels(clocks={CLOCK: ServiceLevel(hours=DECISION_HOURS, consequence=consequence)}))


def _pass_time(database: Database, clock: FixedClock, until: datetime, step: timedelta = timedelta(hours=1)) -> None:
    """Hour by hour, two schedulers and a worker, as in a running hub."""
    while clock.now() < until:
        clock.move(min(step, until - clock.now()))
        for _scheduler in range(2):
            with database.unit_of_work(SYSTEM) as ctx:
                look_at_clocks(ctx)
        run_until_idle(database)


def test_untouched_for_sixteen_business_hours_it_is_approved_by_timeout(work: Work, submit: Submit, database: Database, clock: FixedClock) -> None:
    _silence(database, Consequence.APPROVE)
    clock.at = BEFORE_EASTER
    row = submit("pia")
    with work("pia") as ctx:
        view = clock_of(ctx, CLOCK, row.id)
        assert view is not None and view.due_at == BERLIN_DUE and view.consequence is Consequence.APPROVE  # the partner sees it beforehand
    _pass_time(database, clock, BERLIN_DUE - timedelta(minutes=1))
    assert _status(work, row.id) is DealStatus.SUBMITTED
    _pass_time(database, clock, BERLIN_DUE)
    with work("nora") as ctx:
        done = ctx.session.get_one(Registration, row.id)
        assert done.status is DealStatus.APPROVED and done.protected_until is not None
        decision = decision_of(ctx, row.id, DECISION)
        assert decision is not None and (decision.actor_kind, decision.reason_code) == ("system", "timeout")
        assert words(ctx, decision).result == "Approved (by timeout)"
        entry = next(one for one in history(ctx, row.id) if one.action.endswith(".approve"))
        assert entry.actor_kind == "system" and entry.after is not None
        assert entry.after["by_timeout"] is True
        assert (entry.after["rule"], entry.after["rule_version"]) == (DECISION, "1")
        stopped = clock_of(ctx, CLOCK, row.id)
        assert stopped is not None and (stopped.clock.result, stopped.clock.within_sla) == ("by_timeout", False)
        assert stopped.clock.elapsed_minutes == DECISION_HOURS * 60
        assert not replay(ctx).differences


def test_or_the_protection_lasts_longer_day_for_day(work: Work, submit: Submit, database: Database, clock: FixedClock) -> None:
    _silence(database, Consequence.EXTEND_PROTECTION)
    clock.at = BEFORE_EASTER
    row = submit("pia")
    _pass_time(database, clock, BERLIN_DUE + timedelta(days=3))
    with work("nora") as ctx:
        view = clock_of(ctx, CLOCK, row.id)
        assert view is not None and view.clock.consequence_done == "extend_protection" and view.state == "overdue"
        decide_registration(ctx, row.id, DealAction.APPROVE)
        decision = decision_of(ctx, row.id, DECISION)
        assert decision is not None and decision.values["extended_days"] == 3
        done = ctx.session.get_one(Registration, row.id)
        # 11 April and 93 days: until the end of 13 July in Berlin.
        assert done.protected_until == datetime(2026, 7, 13, 22, tzinfo=UTC)


def test_two_zones_are_two_calendars(work: Work, submit: Submit, database: Database, clock: FixedClock) -> None:
    """Early May: Britain rests on the 4th, Berlin on the 1st; Brightwater's registration runs on London time."""
    _silence(database, Consequence.APPROVE)
    clock.at = datetime(2026, 4, 30, 14, tzinfo=UTC)  # Thursday, 16:00 in Berlin, 15:00 in London
    kestrel = submit("pia")
    brightwater = submit("zed", customer_name="Wharf Ltd", customer_domain="wharf.example", customer_country="GB")
    with work("nora") as ctx:
        dues = {row.id: clock_of(ctx, CLOCK, row.id) for row in (kestrel, brightwater)}
    berlin, london = dues[kestrel.id], dues[brightwater.id]
    assert berlin is not None and london is not None
    assert berlin.due_at == datetime(2026, 5, 5, 14, tzinfo=UTC)  # 1 h, Mon 8 h, Tue 7 h
    assert london.due_at == datetime(2026, 5, 5, 14, tzinfo=UTC)  # 2 h, Fri 8 h, Tue 6 h: 15:00 in London
    assert berlin.clock.calendar["closed"] != london.clock.calendar["closed"]
    _pass_time(database, clock, datetime(2026, 5, 5, 14, tzinfo=UTC), timedelta(hours=3))
    assert {_status(work, row.id) for row in (kestrel, brightwater)} == {DealStatus.APPROVED}


def test_where_somebody_was_first_a_person_decides(work: Work, submit: Submit, database: Database, clock: FixedClock) -> None:
    _silence(database, Consequence.APPROVE)
    submit("pia")
    second = submit("zed")
    with work("nora") as ctx:
        view = clock_of(ctx, CLOCK, second.id)
        assert view is not None
    _pass_time(database, clock, view.due_at + timedelta(hours=2), timedelta(hours=6))
    with work("nora") as ctx:
        # The first one is approved by then and protected: no timeout gives its customer to somebody else.
        row = ctx.session.get_one(Registration, second.id)
        view = clock_of(ctx, CLOCK, second.id)
        assert row.status is DealStatus.SUBMITTED and view is not None
        assert view.clock.refused_code in ("protected_for_another", "needs_a_person") and not view.clock.consequence_done


def test_levels_are_told_once_each_whoever_looks(work: Work, submit: Submit, database: Database, cast: Cast, clock: FixedClock) -> None:
    """80 % those who decide, 100 % the second line, 150 % the lead; two schedulers, and a clock that jumps over all of them at once."""
    row = submit("pia")
    clock.move(timedelta(days=30))
    for _again in range(2):
        _pass_time(database, clock, clock.now() + timedelta(hours=1))
    with work("nora") as ctx:
        view = clock_of(ctx, CLOCK, row.id)
        assert view is not None and view.clock.level == 3 and view.clock.next_at is None
        advance_clock(ctx, str(view.clock.id))
        names = [event.payload["level"] for event in ctx.session.query(OutboxEvent).filter(OutboxEvent.name == "core.sla_escalated.v1")]
        assert sorted(names) == [1, 2, 3]
        notices = ctx.session.query(Notice).filter(Notice.kind == "core.clock_level", Notice.user_id == cast["nora"].user_id).all()
        assert sorted(notice.params["percent"] for notice in notices) == [80, 100]


def test_a_clock_that_goes_back_untells_nothing(work: Work, submit: Submit, database: Database, clock: FixedClock) -> None:
    row = submit("pia")
    start = clock.now()
    _pass_time(database, clock, start + timedelta(days=3), timedelta(hours=12))
    clock.at = start + timedelta(minutes=1)
    _pass_time(database, clock, start + timedelta(hours=2))
    with work("nora") as ctx:
        view = clock_of(ctx, CLOCK, row.id)
        assert view is not None and view.clock.level >= 2
        assert ctx.session.query(OutboxEvent).filter(OutboxEvent.name == "core.sla_consequence.v1").count() == 1


def test_the_partner_escalates_once_after_the_agreed_time(work: Work, submit: Submit, database: Database, cast: Cast, clock: FixedClock) -> None:
    row = submit("pia")
    with work("pia") as ctx:
        view = clock_of(ctx, CLOCK, row.id)
        assert view is not None and not view.may_escalate
    with pytest.raises(Refused) as early, work("pia") as ctx:
        escalate(ctx, view.clock.id)
    assert early.value.code == "not_due_yet"
    clock.at = view.due_at + timedelta(minutes=1)
    with work("pia") as ctx:
        seen = clock_of(ctx, CLOCK, row.id)
        assert seen is not None and seen.may_escalate
        escalate(ctx, view.clock.id)
    with pytest.raises(Refused) as again, work("pia") as ctx:
        escalate(ctx, view.clock.id)
    assert again.value.code == "already_escalated"
    run_until_idle(database)
    with work("nora") as ctx:
        told = ctx.session.query(Notice).filter(Notice.kind == "core.clock_level", Notice.user_id == cast["nora"].user_id).all()
        assert any(notice.params["by_partner"] for notice in told)


def test_the_scheduler_does_it_by_itself(work: Work, submit: Submit, database: Database, clock: FixedClock) -> None:
    _silence(database, Consequence.APPROVE)
    row = submit("pia")
    clock.move(timedelta(days=9))
    tick(database)
    run_until_idle(database)
    assert _status(work, row.id) is DealStatus.APPROVED


def test_what_was_promised_is_frozen(work: Work, submit: Submit, database: Database) -> None:
    """A programme that is published later changes no clock that runs."""
    row = submit("pia")
    _silence(database, Consequence.APPROVE)
    with work("pia") as ctx:
        view = clock_of(ctx, CLOCK, row.id)
        assert view is not None and view.consequence is Consequence.EXTEND_PROTECTION
        assert view.clock.calendar["library"].startswith("holidays ") and "2026-04-06" in view.clock.calendar["closed"]


def _status(work: Work, registration_id: TypeID) -> DealStatus:
    with work("nora") as ctx:
        return ctx.session.get_one(Registration, registration_id).status
