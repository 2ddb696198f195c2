"""A programme that somebody publishes; whoever tests one starts from the packaged text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from core.ctx import SYSTEM
from core.database import Database
from core.programme import ProgrammeVersion, packaged
from core.programme.printing import as_yaml
from core.programme.publishing import publish_text


@pytest.fixture(scope="session", autouse=True)
def all_rooms() -> None:
    """Their sections are what the file consists of."""
    from hub.rooms import registry

    registry()


@pytest.fixture
def packaged_text() -> str:
    return as_yaml(packaged())


def changed(text: str, **values: object) -> str:
    """The text with other values of fields whose name comes once."""
    for name, value in values.items():
        text, count = re.subn(rf"(?m)^(\s+{name}: ).*$", rf"\g<1>{value}", text)
        assert count == 1, name
    return text


@pytest.fixture
def publish(database: Database, packaged_text: str) -> Callable[..., ProgrammeVersion]:
    """`publish(date, protection_days=60)`: the packaged programme with these values, from that day on."""

    def act(effective_on: date, *, reason: str = "for the test", **values: object) -> ProgrammeVersion:
        with database.unit_of_work(SYSTEM) as ctx:
            return publish_text(ctx, changed(packaged_text, **values), effective_on, reason=reason)

    return act
