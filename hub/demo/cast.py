"""The demo's people as actors of their own use cases, so that audit log and timelines name them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from core.accounts import Organization, User, add_user
from core.ctx import SYSTEM, Actor, Ctx
from core.database import Database
from core.ids import TypeID
from hub.demo.world import PEOPLE, Person
from hub.roles import ROLES

_WORDS = (
    "amber anchor arbor attic basin beacon birch bridge canal cedar cellar cobalt copper coral corridor delta ember "
    "fathom fennel gable garnet gravel harbour hazel heron indigo ivory jetty juniper kettle lagoon lantern larch "
    "ledger linden marble meadow mortar nickel orchard osprey pebble pepper pillar quarry quartz riddle rivet "
    "saffron shingle slate sorrel spindle tallow terrace thistle timber tulip umber velvet walnut willow winch "
    "zephyr "
)


@dataclass
class Cast:
    """Actors by first name in lower case, and the lines that `channelpress addresses` prints."""

    actors: dict[str, Actor] = field(default_factory=dict)
    lines: list[dict[str, str]] = field(default_factory=list)

    def __getitem__(self, name: str) -> Actor:
        return self.actors[name]


def new_password() -> str:
    """Four words and two digits, about 31 bits: for a demo on one machine, easy to type from a terminal."""
    return "-".join(secrets.choice(_WORDS.split()) for _ in range(4)) + f"-{secrets.randbelow(90) + 10}"


def invite_all(ctx: Ctx, organizations: dict[str, Organization]) -> Cast:
    """Adds everybody with a password of their own."""
    cast = Cast()
    for person in PEOPLE:
        organization = organizations[person.side]
        password = new_password()
        user = add_user(ctx, organization, email=person.email, name=person.name, role=person.role, password=password, locale=person.locale)
        cast.actors[_first(person)] = actor_of(user, organization.partner_id)
        cast.lines.append({"role": person.role, "email": person.email, "password": password, "name": person.name})
    return cast


def actor_of(user: User, partner_id: TypeID | None) -> Actor:
    """The actor that this user is after signing in."""
    return Actor(
        kind="user",
        user_id=user.id,
        organization_id=user.organization_id,
        partner_id=partner_id,
        permissions=ROLES[user.role].permissions,
        name=user.name,
        locale=user.locale,
        role=user.role,
        email=user.email,
    )


def actor_by_id(database: Database, user_id: str) -> Actor:
    """One of the demo's people, found again in a load that goes on."""
    with database.reading(SYSTEM) as ctx:
        user = ctx.session.get_one(User, TypeID.parse(user_id, "usr"))
        return actor_of(user, ctx.session.get_one(Organization, user.organization_id).partner_id)


def _first(person: Person) -> str:
    return person.name.split()[0].lower()
