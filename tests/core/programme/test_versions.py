"""Versions begin at midnight of their day in the programme's zone, and what is published stays as it is (A-13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.errors import Invalid, NotFound, Refused
from core.programme import ProgrammeVersion, VersionStatus, programme_of, programme_version
from core.programme.drafting import discard_draft, save_draft, start_draft
from core.programme.publishing import announced, publish_draft, publish_text, version_before
from core.programme.sections import Programme
from deals.programme import DealTerms
from tests.conftest import Cast
from tests.core.programme.conftest import changed

Publish = Callable[..., ProgrammeVersion]


def days_of(programme: Programme) -> int:
    return programme.section(DealTerms).protection_days


def test_without_a_publication_the_packaged_version_holds(database: Database) -> None:
    with database.reading(SYSTEM) as ctx:
        programme = programme_of(ctx)
        assert (programme.version, days_of(programme)) == ("1", 90)
        assert programme_version(ctx, "1").sections == programme.sections
        for odd in ("2", "0", "", "x", "-1", "1" * 40):
            with pytest.raises(NotFound):
                programme_version(ctx, odd)


@pytest.mark.parametrize(
    ("day", "midnight"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),  # the clocks go forward on this day
        (date(2026, 3, 30), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),  # and back on this one
        (date(2026, 10, 26), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
        (date(2027, 1, 1), datetime(2026, 12, 31, 23, 0, tzinfo=UTC)),
    ],
)
def test_it_begins_at_midnight_in_the_programmes_zone(database: Database, publish: Publish, day: date, midnight: datetime) -> None:
    publish(day, protection_days=60)
    with database.reading(SYSTEM) as ctx:
        assert programme_of(ctx, midnight - timedelta(microseconds=1)).version == "1"
        begun = programme_of(ctx, midnight)
        assert (begun.version, begun.effective_on, days_of(begun)) == ("2", day, 60)


def test_a_version_of_today_does_not_reach_back_to_this_morning(database: Database, clock: FixedClock, publish: Publish) -> None:
    publish(date(2026, 3, 2), protection_days=60)
    with database.reading(SYSTEM) as ctx:
        assert programme_of(ctx, clock.at - timedelta(seconds=1)).version == "1"
        assert programme_of(ctx).version == "2"


def test_the_later_beginning_wins_and_of_one_day_the_later_number(database: Database, clock: FixedClock, publish: Publish) -> None:
    publish(date(2026, 5, 1), protection_days=60)
    publish(date(2026, 4, 10), protection_days=70)
    publish(date(2026, 5, 1), protection_days=50)
    with database.reading(SYSTEM) as ctx:
        told = [(day, days_of(version_before(ctx, day))) for day in (date(2026, 4, 9), date(2026, 4, 10), date(2026, 5, 1))]
        assert told == [(date(2026, 4, 9), 90), (date(2026, 4, 10), 70), (date(2026, 5, 1), 50)]
        assert [(one.version, one.effective_on) for one in announced(ctx)] == [("3", date(2026, 4, 10)), ("4", date(2026, 5, 1))]
    clock.move(timedelta(days=100))
    with database.reading(SYSTEM) as ctx:
        assert programme_of(ctx).version == "4" and announced(ctx) == []
        assert days_of(programme_version(ctx, "2")) == 60


def test_a_publication_is_seen_in_its_own_transaction(database: Database, packaged_text: str) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        assert programme_of(ctx).version == "1"
        publish_text(ctx, changed(packaged_text, protection_days=60), ctx.today, reason="now")
        assert (programme_of(ctx).version, days_of(programme_of(ctx))) == ("2", 60)


@pytest.mark.parametrize(
    ("days", "reason", "field"),
    [(-1, "x", "effective_on"), (0, "", "reason"), (29, "", "reason"), (800, "x", "effective_on"), (0, "x" * 600, "reason")],
)
def test_the_past_stays_and_short_notice_needs_a_reason(database: Database, packaged_text: str, days: int, reason: str, field: str) -> None:
    with database.unit_of_work(SYSTEM) as ctx, pytest.raises(Invalid) as refused:
        publish_text(ctx, changed(packaged_text, protection_days=60), ctx.today + timedelta(days=days), reason=reason)
    assert set(refused.value.errors) == {field}


def test_thirty_days_ahead_no_reason_is_asked_for(database: Database, packaged_text: str) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        made = publish_text(ctx, changed(packaged_text, protection_days=60), ctx.today + timedelta(days=30), reason="not kept")
        assert (made.number, made.short_notice_reason) == (2, "")


def test_mistakes_and_nothing_new_are_not_published(database: Database, packaged_text: str) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        with pytest.raises(Invalid) as refused:
            publish_text(ctx, changed(packaged_text, protection_days="soon"), ctx.today, reason="x")
        assert "Line" in refused.value.errors["text"]
        with pytest.raises(Refused) as same:
            publish_text(ctx, packaged_text + "\n# only a comment\n", ctx.today, reason="x")
        assert same.value.code == "nothing_changed"


def test_two_editors_do_not_overwrite_each_other(database: Database, cast: Cast, packaged_text: str) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        draft = start_draft(ctx, packaged_text)
    with database.unit_of_work(SYSTEM) as ctx:
        assert save_draft(ctx, draft.id, 1, packaged_text + "# mine\n").revision == 2
    for act in (
        lambda ctx: save_draft(ctx, draft.id, 1, "deals: {}\n"),
        lambda ctx: discard_draft(ctx, draft.id, 1),
        lambda ctx: publish_draft(ctx, draft.id, 1, ctx.today, "x"),
    ):
        with database.unit_of_work(SYSTEM) as ctx, pytest.raises(Refused) as refused:
            act(ctx)
        assert refused.value.code == "changed_meanwhile"
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.get_one(ProgrammeVersion, draft.id).text.endswith("# mine\n")


def test_a_draft_keeps_what_was_typed_mistakes_and_all(database: Database) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        draft = start_draft(ctx, "deals: [\r\n\t# half a thought")
        assert draft.text == "deals: [\n\t# half a thought"
        for odd in ("x" * 200_000, "a\0b", "\ud800"):
            with pytest.raises(Invalid):
                save_draft(ctx, draft.id, 1, odd)
        discard_draft(ctx, draft.id, 1)


_CHANGES = [
    "UPDATE core_programme_version SET text = 'other' WHERE status = 'published'",
    "UPDATE core_programme_version SET status = 'draft', number = NULL, effective_on = NULL, published_at = NULL WHERE status = 'published'",
    "UPDATE core_programme_version SET effective_on = '2020-01-01' WHERE number = 2",
    "DELETE FROM core_programme_version WHERE number = 2",
]


@pytest.mark.parametrize("statement", _CHANGES)
def test_the_database_refuses_to_change_what_is_published(database: Database, publish: Publish, statement: str) -> None:
    made = publish(date(2026, 4, 1), protection_days=60)
    with database.engine.connect() as connection, pytest.raises(DBAPIError, match="never changed"):
        connection.execute(text(statement))
    with database.reading(SYSTEM) as ctx:
        row = ctx.session.get_one(ProgrammeVersion, made.id)
        assert (row.status, row.number, row.text) == (VersionStatus.PUBLISHED, 2, made.text)


def test_insert_or_replace_is_no_way_around_it(database: Database, publish: Publish) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("SQLite's own way to replace a row")
    publish(date(2026, 4, 1), protection_days=60)
    with database.engine.connect() as connection, pytest.raises(DBAPIError, match="never changed"):
        connection.execute(text("INSERT OR REPLACE INTO core_programme_version SELECT * FROM core_programme_version"))


def test_a_draft_may_be_changed_in_raw_sql_and_half_a_publication_may_not(database: Database) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        start_draft(ctx, "deals: {}")
        ctx.session.execute(text("UPDATE core_programme_version SET note = 'x'"))
    with database.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text("UPDATE core_programme_version SET status = 'published', number = 9"))


def test_what_a_release_forgets_or_adds_does_not_stop_an_old_version(database: Database) -> None:
    """Stored content names a field that no section has any more and lacks one that came later."""
    from core.programme.reading import understood

    sections = understood({"deals": {"protection_days": 60, "gone": 1, "extensions": "odd"}, "away": {}})
    deals = sections["deals"]
    assert isinstance(deals, DealTerms)
    assert (deals.protection_days, deals.extensions, deals.extension_days) == (60, 1, 60)
