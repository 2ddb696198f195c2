"""Visitors of the funded placement while the activity ran, drained and sealed."""

from __future__ import annotations

from datetime import date, timedelta

from core.clock import FixedClock
from core.database import Database
from core.ids import TypeID
from engagement import seal_all_due
from tests.engagement.test_seals import Traffic
from tests.mdf.conftest import ENDS, STARTS, Funds


class FundedTraffic(Traffic):
    """The engagement room's own traffic, for the placements of these tests."""

    def __init__(self, database: Database, funds: Funds) -> None:
        self.funds = funds
        super().__init__(database, _World(funds))  # type: ignore[arg-type]


class _World:
    def __init__(self, funds: Funds) -> None:
        self.kestrel, self.brightwater = funds.kestrel, funds.brightwater
        self.placement, self.rival_placement = funds.placement, funds.rival_placement
        self.assets = [TypeID("ast_01m84ya395e2dtcbfwqzc6r0sb")]


def run_the_campaign(database: Database, funds: Funds, clock: FixedClock, *, first: date = STARTS, last: date = ENDS) -> None:
    """Each day: ten people see an item, one of them clicks twice, two machines come by. `clock` stands after the end."""
    traffic = FundedTraffic(database, funds)
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        traffic(day, 10, placement=funds.placement)
        traffic(day, 2, placement=funds.placement, kind="click", visitor=77)
        traffic(day, 2, placement=funds.placement, verdict="crawler")
    seal_all_due(database)
