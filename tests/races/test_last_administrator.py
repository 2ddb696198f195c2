"""Two administrators take each other's role away at the same moment: one of them stays, every time (issue, line 3: permission-relevant)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from core.accounts import Organization, OrganizationKind, User, add_organization
from core.accounts.people import change_role, deactivate_person
from core.ctx import SYSTEM, Actor
from core.database import Database
from core.ids import TypeID
from hub.roles import ROLES
from tests.mdf.two_engines import database, engines, settings
from tests.races.harness import ROUNDS, Race

__all__ = ["database", "engines", "settings"]
AT_ONCE = 20
pytestmark = pytest.mark.slow
Pair = tuple[Actor, Actor, tuple[str, str]]


def disempower(database: Database, racer: int, item: Pair) -> str:
    """Each racer is one of the two, and acts on the other."""
    from hub.roles import ROLES as loaded

    assert loaded
    actor, other, verb = item[racer], item[1 - racer], item[2][racer]
    assert other.user_id is not None
    with database.unit_of_work(actor, locale="en") as ctx:
        if verb == "demote":
            change_role(ctx, other.user_id, "crm_reader")
        else:
            deactivate_person(ctx, other.user_id)
    return "won"


def _actor(user: User, organization: Organization) -> Actor:
    may = ROLES["channel_lead"].permissions
    return Actor("user", user.id, organization.id, None, may, user.name, "en", "channel_lead", user.email)


def _pairs(database: Database, organization_name: str, chance: random.Random) -> list[tuple[TypeID, Pair]]:
    """An organisation of its own for each round: what one leaves behind cannot help the next."""
    made = []
    with database.unit_of_work(SYSTEM) as ctx:
        for number in range(AT_ONCE):
            organization = add_organization(ctx, f"{organization_name}-{number}", OrganizationKind.VENDOR)
            users = []
            for side in ("a", "b"):
                user = User(**_columns(organization.id, f"{side}{number}@{organization_name}.example"))
                ctx.session.add(user)
                users.append(user)
            verbs = (chance.choice(("demote", "deactivate")), chance.choice(("demote", "deactivate")))
            made.append((organization.id, (_actor(users[0], organization), _actor(users[1], organization), verbs)))
    return made


def _columns(organization_id: TypeID, email: str) -> dict[str, Any]:
    from core.clock import wall_now
    from core.ids import new_id

    told = {"id": new_id("usr"), "organization_id": organization_id, "email": email, "name": email, "role": "channel_lead"}
    return {**told, "password_hash": "!", "created_at": wall_now()}


def test_exactly_one_administrator_remains(database: Database, work: Callable[[str], Any]) -> None:
    chance, counts = random.Random(3), Counter[str]()
    with Race(database, disempower, seed=3) as race:
        for batch in range(ROUNDS // AT_ONCE):
            pairs = _pairs(database, f"batch{batch}", chance)
            outcomes = race.run([pair for _organization, pair in pairs])
            for (organization_id, _pair), outcome in zip(pairs, outcomes, strict=True):
                assert sorted(outcome) in (["no_longer_allowed", "won"],), outcome
                counts[f"racer {outcome.index('won')} won"] += 1
                with database.reading(SYSTEM) as ctx:
                    left = select(User.id).where(User.organization_id == organization_id, User.active, User.role == "channel_lead")
                    assert len(ctx.session.scalars(left).all()) == 1
    print(f"{database.engine.dialect.name}: {sum(counts.values())} rounds of two processes, {dict(counts)}, one administrator left each time")
    assert sum(counts.values()) == ROUNDS
    assert all(counts[f"racer {racer} won"] for racer in (0, 1))
