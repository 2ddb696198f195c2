"""Sealed days: every placement, every day, signed and chained; whoever changes anything afterwards is found, by placement and day."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID
from core.jobs import run_until_idle, tick
from engagement import SealedDay, inclusion_proof, seal_all_due, sealable_until, sealed_days, totals_of, verify_seals
from engagement.drain.gathering import EventRow
from engagement.drain.writing import write_counts, write_events
from engagement.models import NO_PLACEMENT
from engagement.rules.seals import last_sealable
from engagement.seals import gather_seals, write
from engagement.seals.planning import Limits
from tests.engagement.conftest import World
from tests.raw import raw

BERLIN = FixedClock(datetime(2026, 3, 2, 9, tzinfo=UTC)).zone
FIRST = date(2026, 3, 2)
FOREVER = (date(2026, 1, 1), date(2027, 1, 1))


class Traffic:
    """Writes events as the drain does, for any day, without waiting for visitors."""

    def __init__(self, database: Database, world: World) -> None:
        self.database, self.world = database, world
        self.chance = random.Random(7)

    def __call__(
        self, day: date, number: int, *, placement: TypeID | None = None, kind: str = "rendered", verdict: str = "valid", visitor: int = 0
    ) -> list[TypeID]:
        """`visitor` 0: each event is somebody else's."""
        where = placement or self.world.placement
        partner = self.world.brightwater if where == self.world.rival_placement else self.world.kestrel
        asset = self.world.assets[0].uuid.bytes
        noon_ms = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp() * 1000)
        rows = []
        for _ in range(number):
            event = noon_ms.to_bytes(6, "big") + self.chance.randbytes(10)
            who = (visitor or self.chance.getrandbits(60)).to_bytes(8, "big")
            ids = (event, partner.uuid.bytes, where.uuid.bytes, asset)
            rows.append(EventRow(*ids, kind, verdict, "de", noon_ms, day.isoformat(), who, 1, "kestrel.example/news"))
        counts = Counter({(*ids[1:], "de", day.isoformat(), kind, verdict): number} if rows else {})
        with self.database.unit_of_work(SYSTEM) as ctx:
            write_events(ctx.session, rows)
            write_counts(ctx.session, counts)
        return [TypeID.of("evt", uuid.UUID(bytes=row.id)) for row in rows]


@pytest.fixture
def traffic(database: Database, world: World) -> Traffic:
    return Traffic(database, world)


def _days(database: Database, placement: TypeID) -> list[SealedDay]:
    with database.reading(SYSTEM) as ctx:
        return sealed_days(ctx, placement, *FOREVER)


def _first_bad(database: Database) -> Any:
    with database.reading(SYSTEM) as ctx:
        return verify_seals(ctx).first_bad


def _live(database: Database, *placements: TypeID) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        for one in placements:
            ctx.session.execute(text("UPDATE syndication_placement SET status = 'live' WHERE id = :id").bindparams(id=_raw(ctx, one)))


def _raw(ctx: Any, one: TypeID) -> Any:
    return one.uuid if ctx.session.bind.dialect.name == "postgresql" else one.uuid.bytes


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2026, 3, 4, 22, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 4, 23, 0, tzinfo=UTC), date(2026, 3, 2)),
        # The night of 29 March has 23 hours in Berlin: 48 hours are 48 hours.
        (datetime(2026, 3, 30, 21, 59, tzinfo=UTC), date(2026, 3, 27)),
        (datetime(2026, 3, 30, 22, 0, tzinfo=UTC), date(2026, 3, 27)),
        (datetime(2026, 3, 30, 23, 0, tzinfo=UTC), date(2026, 3, 28)),
    ],
)
def test_a_day_is_due_48_hours_after_it_ended(now: datetime, last: date) -> None:
    assert last_sealable(now, BERLIN) == last


def test_a_day_becomes_one_statement_with_its_figures(database: Database, clock: FixedClock, traffic: Traffic, world: World) -> None:
    traffic(FIRST, 20)
    traffic(FIRST, 3, kind="click", visitor=42)
    traffic(FIRST, 5, verdict="crawler")
    clock.move(timedelta(days=3))
    assert seal_all_due(database) == 1
    (sealed,) = _days(database, world.placement)
    assert (sealed.day, sealed.number, sealed.events, sealed.statement.seq) == (FIRST, 0, 28, 1)
    assert sealed.counts == {"rendered": {"valid": 20, "crawler": 5}, "click": {"valid": 3}}
    assert sealed.evidenced == {"rendered": 20, "click": 1}
    totals = totals_of([sealed])
    assert (totals.valid, totals.invalid, totals.repeated) == ({"rendered": 20, "click": 3}, {"crawler": 5}, {"rendered": 0, "click": 2})
    assert _first_bad(database) is None


def test_nothing_is_sealed_early_and_nothing_twice(database: Database, clock: FixedClock, traffic: Traffic, world: World) -> None:
    traffic(FIRST, 4)
    clock.move(timedelta(hours=60))
    assert seal_all_due(database) == 0
    clock.move(timedelta(hours=3))
    assert seal_all_due(database) == 1
    assert seal_all_due(database) == 0


def test_the_job_catches_up_in_bounded_steps(database: Database, clock: FixedClock, traffic: Traffic, world: World) -> None:
    for offset in range(12):
        traffic(FIRST + timedelta(days=offset), 3)
        traffic(FIRST + timedelta(days=offset), 2, placement=world.rival_placement)
    clock.move(timedelta(days=13, hours=20))
    sizes = []
    while True:
        due = gather_seals(database, Limits(events=9))
        with database.unit_of_work(SYSTEM) as ctx:
            sizes.append(write(ctx, due))
        if not due.more:
            break
    assert sizes == [4, 4, 4, 4, 4, 4]
    assert [sealed.day for sealed in _days(database, world.placement)] == [FIRST + timedelta(days=offset) for offset in range(12)]
    assert _first_bad(database) is None


def test_the_scheduled_job_seals_and_a_second_run_changes_nothing(database: Database, clock: FixedClock, traffic: Traffic, world: World) -> None:
    traffic(FIRST, 4)
    clock.move(timedelta(days=5))
    for _ in range(2):
        tick(database)
        run_until_idle(database)
        assert len(_days(database, world.placement)) == 1 + 0


def test_a_plan_made_from_an_older_state_writes_nothing(database: Database, clock: FixedClock, traffic: Traffic, world: World) -> None:
    traffic(FIRST, 4)
    clock.move(timedelta(days=3))
    one, other = gather_seals(database), gather_seals(database)
    with database.unit_of_work(SYSTEM) as ctx:
        assert write(ctx, one) == 1
    with database.unit_of_work(SYSTEM) as ctx:
        assert write(ctx, other) == 0
    assert len(_days(database, world.placement)) == 1


def test_quiet_days_of_a_living_placement_are_sealed_as_zero(database: Database, clock: FixedClock, traffic: Traffic, world: World) -> None:
    """Only within its life: not before it was made, not after it ended, and never for one that nobody has seen."""
    traffic(FIRST, 2)
    traffic(FIRST + timedelta(days=3), 1)
    _live(database, world.placement, world.second_placement)
    clock.move(timedelta(days=5, hours=20))
    seal_all_due(database)
    assert [sealed.events for sealed in _days(database, world.placement)] == [2, 0, 0, 1]
    assert [sealed.events for sealed in _days(database, world.second_placement)] == [0, 0, 0, 0]
    assert _days(database, world.rival_placement) == []
    assert _days(database, world.ended_placement) == []
    assert _first_bad(database) is None


def test_an_ended_placement_is_sealed_to_the_day_it_ended(database: Database, clock: FixedClock, traffic: Traffic, world: World) -> None:
    traffic(FIRST - timedelta(days=2), 2, placement=world.ended_placement)
    clock.move(timedelta(days=6, hours=20))
    seal_all_due(database)
    assert [(sealed.day, sealed.events) for sealed in _days(database, world.ended_placement)] == [
        (FIRST - timedelta(days=2), 2),
        (FIRST - timedelta(days=1), 0),
        (FIRST, 0),
    ]


def test_late_events_become_a_supplement_of_their_own(database: Database, clock: FixedClock, traffic: Traffic, world: World) -> None:
    traffic(FIRST, 10)
    clock.move(timedelta(days=4))
    seal_all_due(database)
    late = traffic(FIRST, 3, kind="click", visitor=9)
    never_sealed = traffic(FIRST, 1, placement=world.second_placement)
    assert seal_all_due(database) == 2
    own, supplement = _days(database, world.placement)
    assert (own.number, own.events, supplement.number, supplement.events) == (0, 10, 1, 3)
    assert supplement.statement.previous == own.hash
    assert supplement.counts == {"click": {"valid": 3}}
    assert [(sealed.number, sealed.events) for sealed in _days(database, world.second_placement)] == [(0, 1)]
    assert seal_all_due(database) == 0
    with database.reading(SYSTEM) as ctx:
        for event in (*late, *never_sealed):
            found = inclusion_proof(ctx, event)
            assert found is not None and found.holds
    assert _first_bad(database) is None


def test_pages_without_a_placement_have_a_chain_per_partner(database: Database, clock: FixedClock, traffic: Traffic, world: World) -> None:
    traffic(FIRST, 6, placement=NO_PLACEMENT, kind="page_view")
    clock.move(timedelta(days=3))
    seal_all_due(database)
    with database.reading(SYSTEM) as ctx:
        (sealed,) = sealed_days(ctx, NO_PLACEMENT, *FOREVER, partner_id=world.kestrel)
        assert sealed.evidenced == {"page_view": 6}
        assert sealed_days(ctx, NO_PLACEMENT, *FOREVER, partner_id=world.brightwater) == []


def test_a_partner_reads_its_own_seals_only(
    database: Database, clock: FixedClock, traffic: Traffic, world: World, work: Callable[[str], Any]
) -> None:
    traffic(FIRST, 6)
    clock.move(timedelta(days=3))
    seal_all_due(database)
    with work("pia") as ctx:
        assert len(sealed_days(ctx, world.placement, *FOREVER)) == 1
        assert sealable_until(ctx) == FIRST
    with work("zed") as ctx:
        assert sealed_days(ctx, world.placement, *FOREVER) == []


def test_one_event_is_proven_without_showing_the_others(database: Database, clock: FixedClock, traffic: Traffic, world: World) -> None:
    events = traffic(FIRST, 37)
    with database.reading(SYSTEM) as ctx:
        assert inclusion_proof(ctx, events[0]) is None
    clock.move(timedelta(days=3))
    seal_all_due(database)
    with database.reading(SYSTEM) as ctx:
        for event in events:
            found = inclusion_proof(ctx, event)
            assert found is not None and found.holds and len(found.path) <= 6
            assert event.uuid.bytes.hex() in found.entry.decode()
        assert inclusion_proof(ctx, TypeID.of("evt", uuid.UUID(int=5))) is None


class Tampering:
    """Somebody with the database's password: the guards are gone first, then a row."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def __call__(self, statement: str, **values: Any) -> None:
        with raw(self.database) as connection:
            for table in ("engagement_day_seal",):
                for verb in ("update", "delete"):
                    on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}"))
            assert connection.execute(text(statement), values).rowcount >= 1


@pytest.fixture
def sealed_week(database: Database, clock: FixedClock, traffic: Traffic, world: World) -> Tampering:
    """Seven days of two partners, sealed; the third day has a supplement."""
    for offset in range(7):
        traffic(FIRST + timedelta(days=offset), 8)
        traffic(FIRST + timedelta(days=offset), 4, placement=world.rival_placement)
    clock.move(timedelta(days=10))
    seal_all_due(database)
    traffic(FIRST + timedelta(days=2), 2)
    seal_all_due(database)
    assert _first_bad(database) is None
    return Tampering(database)


DAY_4 = FIRST + timedelta(days=3)


@pytest.mark.parametrize(
    ("what", "statement", "problem"),
    [
        ("an event", "UPDATE engagement_event SET kind = 'click' WHERE day = :day AND placement_id = :placement", "its events were changed"),
        ("a page", "UPDATE engagement_event SET page = 'elsewhere' WHERE day = :day AND placement_id = :placement", "its events were changed"),
        ("an owner", "UPDATE engagement_event SET visitor = NULL WHERE day = :day AND placement_id = :placement", "its events were changed"),
        ("deletion", "DELETE FROM engagement_event WHERE day = :day AND placement_id = :placement", "8 of its 8 events are missing"),
        ("a figure", "UPDATE engagement_day_seal SET events = 9 WHERE day = :day AND placement_id = :placement", "its statement was changed"),
        (
            "the counts",
            """UPDATE engagement_day_seal SET counts = '{"click": {"valid": 8}}' WHERE day = :day AND placement_id = :placement""",
            "its statement was changed",
        ),
        ("the root", "UPDATE engagement_day_seal SET root = previous WHERE day = :day AND placement_id = :placement", "its statement was changed"),
        (
            "the signature",
            "UPDATE engagement_day_seal SET signature = (SELECT signature FROM engagement_day_seal WHERE day = :other AND placement_id = :placement)"
            " WHERE day = :day AND placement_id = :placement",
            "its signature does not hold",
        ),
        ("a seal", "DELETE FROM engagement_day_seal WHERE day = :before AND placement_id = :placement AND number = 0", "is missing"),
        ("the zone", "UPDATE engagement_day_seal SET zone = 'UTC' WHERE day = :day AND placement_id = :placement", "its statement was changed"),
    ],
)
def test_tampering_is_found_and_its_place_is_named(
    what: str, statement: str, problem: str, database: Database, world: World, sealed_week: Tampering
) -> None:
    with database.reading(SYSTEM) as ctx:
        placement = _raw(ctx, world.placement)
    told = {"day": DAY_4, "other": FIRST, "before": DAY_4 - timedelta(days=1)}
    used = {name: day.isoformat() for name, day in told.items() if f":{name}" in statement}
    sealed_week(statement, placement=placement, **used)
    found = _first_bad(database)
    assert found is not None, what
    assert (found.placement_id, found.day) == (world.placement, DAY_4)
    assert problem in found.problem


def test_a_chain_that_was_cut_off_is_found(database: Database, world: World, sealed_week: Tampering) -> None:
    with database.reading(SYSTEM) as ctx:
        placement = _raw(ctx, world.placement)
    sealed_week("DELETE FROM engagement_day_seal WHERE placement_id = :placement AND seq = 8", placement=placement)
    found = _first_bad(database)
    assert found.placement_id == world.placement and "the chain ends here at 7, its head says 8" in found.problem
    sealed_week("UPDATE engagement_seal_chain SET seq = 7, hash = (SELECT hash FROM engagement_day_seal s WHERE s.seq = 7"
                " AND s.placement_id = :placement) WHERE placement_id = :placement", placement=placement)  # fmt: skip
    assert "the signature of the chain's head does not hold" in _first_bad(database).problem


def test_a_whole_chain_that_is_gone_is_found(database: Database, world: World, sealed_week: Tampering) -> None:
    with database.reading(SYSTEM) as ctx:
        placement = _raw(ctx, world.placement)
    sealed_week("DELETE FROM engagement_day_seal WHERE placement_id = :placement", placement=placement)
    assert str(_first_bad(database)) == f"{world.placement}: all its seals are missing"


@pytest.mark.parametrize("verb", ["UPDATE engagement_day_seal SET events = 0", "DELETE FROM engagement_day_seal"])
def test_the_database_refuses_to_change_a_seal(database: Database, clock: FixedClock, traffic: Traffic, verb: str) -> None:
    traffic(FIRST, 1)
    clock.move(timedelta(days=3))
    seal_all_due(database)
    with pytest.raises(DatabaseError, match="append-only"), raw(database) as connection:
        connection.execute(text(verb))


def test_events_that_wait_for_their_supplement_are_told_apart_from_tampering(
    database: Database, clock: FixedClock, traffic: Traffic, world: World
) -> None:
    traffic(FIRST, 3)
    clock.move(timedelta(days=3))
    seal_all_due(database)
    traffic(FIRST, 2)
    with database.reading(SYSTEM) as ctx:
        report = verify_seals(ctx)
    assert (report.seals, report.events, report.unsealed, report.bad) == (1, 5, 2, ())


def test_events_that_disappeared_are_not_sealed_away(database: Database, clock: FixedClock, traffic: Traffic, world: World) -> None:
    """The roll-up says more than the events do: nothing is written for it, and nothing goes round in circles."""
    traffic(FIRST, 3)
    clock.move(timedelta(days=3))
    seal_all_due(database)
    with database.unit_of_work(SYSTEM) as ctx:
        from engagement.models import PlacementDay

        ctx.session.execute(update(PlacementDay).values(count=50))
    assert seal_all_due(database) == 0
