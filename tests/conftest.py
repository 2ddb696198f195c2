"""The cast and the stage: a fresh hub per test, with people everyone knows (style.md section 6), on SQLite and folders or, with
CHANNELPRESS_TEST_ENGINES=servers, on PostgreSQL, Redis and S3.

*Nora* channel manager, *Cleo* channel marketer, *Rita* and *Ruben* MDF reviewers, *Ebba* enablement, *Pia* partner marketing at
Kestrel, *Wim* Kestrel's webmaster, *Zed* from the rival Brightwater, who must never see anything of Kestrel.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.accounts import Organization, OrganizationKind, User, add_organization, add_user
from core.clock import FixedClock
from core.ctx import SYSTEM, Actor, Ctx
from core.database import Base, Database
from core.i18n import set_locale
from core.settings import Settings, load_settings
from tests.engines import switch

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("CHANNELPRESS_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """argon2 at its smallest: the cast signs in hundreds of times."""
    from argon2 import PasswordHasher

    from core.accounts import services

    services._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


#: What a run of all tests needs in memory at the most, bytes, with room to spare.
_MEMORY = 6 * 1024**3


def pytest_configure() -> None:
    """Files of tests lie in memory where that is possible: every commit waits for a sync, and a shared disk may take long for one."""
    folder = Path("/dev/shm")
    if "TMPDIR" in os.environ or not os.access(folder, os.W_OK):
        return
    room = os.statvfs(folder)
    if room.f_bavail * room.f_frsize >= _MEMORY and not room.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the servers only what reaches one: the others would say the same again."""
    if switch.ENGINES == "servers":
        left_out = [item for item in items if not switch.touches_an_engine(item)]
        items[:] = [item for item in items if switch.touches_an_engine(item)]
        config.hook.pytest_deselected(items=left_out)


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> str:
    return f"engines: {switch.ENGINES}; {len(items)} tests run on them"


def pytest_unconfigure() -> None:
    switch.stop_servers()


@pytest.fixture
def engines() -> dict[str, str]:
    """Environment of the engines this run is about: all tables are there and empty. Nothing for the embedded ones."""
    if switch.ENGINES == "embedded":
        return {}
    from hub.rooms import registry

    registry()
    return switch.servers().environ(switch.servers().emptied_suite_database())


@pytest.fixture(scope="session")
def own_engines() -> Callable[[Path], dict[str, str]]:
    """Environment of an installation in a folder: engines that it shares with nobody, and nothing in its database."""
    return switch.engines_of


@pytest.fixture
def settings(tmp_path: Path, engines: dict[str, str]) -> Settings:
    return load_settings(engines, data_dir=tmp_path / "var", secret_key="s" * 40, demo=False)


@pytest.fixture(autouse=True)
def in_english() -> None:
    """A test client's request leaves its language behind, and which test comes next must not matter."""
    set_locale("en")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MORNING)


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every room's tables: copying it takes a hundredth of making it."""
    from hub.rooms import registry

    registry()
    folder = tmp_path_factory.mktemp("tables")
    made = Database(load_settings({}, data_dir=folder, secret_key="s" * 40))
    Base.metadata.create_all(made.engine)
    made.dispose()
    return folder / "channelpress.db"


@pytest.fixture
def database(settings: Settings, clock: FixedClock, empty_tables: Path) -> Iterator[Database]:
    """An empty hub with every room's tables."""
    if switch.ENGINES == "embedded":
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        shutil.copy(empty_tables, settings.data_dir / "channelpress.db")
    made = Database(settings, clock)
    yield made
    made.dispose()


@dataclass(frozen=True)
class Cast:
    """The people, as actors, by first name."""

    people: dict[str, Actor]

    def __getitem__(self, name: str) -> Actor:
        return self.people[name]


@pytest.fixture
def cast(database: Database) -> Cast:
    """Vendor Velorin, partners Kestrel and Brightwater, and their people."""
    from hub.roles import ROLES
    from partners import PartnerDraft, PartnerModel, admit_partner

    with database.unit_of_work(SYSTEM) as ctx:
        vendor = add_organization(ctx, "Velorin Energy", OrganizationKind.VENDOR)
        drafts = (
            PartnerDraft("kestrel", "Kestrel GmbH", "Kestrel", "kestrel.example", "DE", "dach", "gold", PartnerModel.RESELLER, ("de", "en")),
            PartnerDraft(
                "brightwater", "Brightwater Facilities Ltd", "Brightwater", "brightwater.example", "GB", "uki", "silver", PartnerModel.MSP, ("en",)
            ),
        )
        kestrel, brightwater = (admit_partner(ctx, draft) for draft in drafts)
        organizations = {
            "kestrel": ctx.session.get_one(Organization, kestrel.id.replace("prt_", "org_")),
            "brightwater": ctx.session.get_one(Organization, brightwater.id.replace("prt_", "org_")),
            "velorin": vendor,
        }
        rows = (
            ("nora", "velorin", "partner_manager", "en"),
            ("cleo", "velorin", "partner_marketing", "en"),
            ("rita", "velorin", "partner_finance", "en"),
            ("ruben", "velorin", "partner_finance", "en"),
            ("ebba", "velorin", "enablement", "en"),
            ("pia", "kestrel", "partner_marketer", "de"),
            ("wim", "kestrel", "partner_webmaster", "de"),
            ("zed", "brightwater", "partner_marketer", "en"),
        )
        people = {}
        for name, side, role, locale in rows:
            organization = organizations[side]
            user = add_user(ctx, organization, email=f"{name}@{side}.example", name=name.title(), role=role, password=PASSWORD, locale=locale)
            people[name] = _actor(user, organization, ROLES[role].permissions)
    return Cast(people)


def _actor(user: User, organization: Organization, permissions: frozenset[str]) -> Actor:
    return Actor(
        kind="user",
        user_id=user.id,
        organization_id=organization.id,
        partner_id=organization.partner_id,
        permissions=permissions,
        name=user.name,
        locale=user.locale,
        role=user.role,
        email=user.email,
    )


@pytest.fixture
def work(database: Database, cast: Cast) -> Callable[[str], AbstractContextManager[Ctx]]:
    """`with work("pia") as ctx:` one unit of work of a person; `work("system")` for the hub itself."""

    def begin(name: str) -> AbstractContextManager[Ctx]:
        return database.unit_of_work(SYSTEM if name == "system" else cast[name])

    return begin


@lru_cache(maxsize=1)
def _one_flask() -> Flask:
    """Rules and pages are compiled once for all tests; which database it speaks to is each test's."""
    from hub.app import create_flask

    return create_flask(Database(load_settings({}, data_dir=Path(tempfile.mkdtemp()), secret_key="s" * 40)))


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    made = _one_flask()
    house, config = dict(made.extensions["channelpress"]), dict(made.config)
    made.extensions["channelpress"].update(database=database, settings=database.settings)
    made.testing = True
    yield made
    made.extensions["channelpress"].update(house)
    made.config.update(config)


@pytest.fixture
def client_as(app: Flask, cast: Cast) -> Callable[[str], FlaskClient]:
    """A signed-in client: posts carry the form token by themselves."""

    def sign_in(name: str) -> FlaskClient:
        client = app.test_client()
        person = cast[name]
        page = client.get("/auth/sign-in")
        assert page.status_code == 200, page.text
        answer = client.post("/auth/sign-in", data={"email": person.email, "password": PASSWORD}, headers=_token(app, client))
        assert answer.status_code == 303, answer.text
        client.environ_base["HTTP_X_CSRF_TOKEN"] = _token(app, client)["X-CSRF-Token"]
        return client

    return sign_in


def _token(app: Flask, client: FlaskClient) -> dict[str, str]:
    import hmac

    seed = client.get_cookie("cp_session") or client.get_cookie("cp_form")
    assert seed is not None
    secret = app.extensions["channelpress"]["settings"].secret_key
    return {"X-CSRF-Token": hmac.new(secret.encode(), b"csrf:" + seed.value.encode(), "sha256").hexdigest()}


@pytest.fixture
def shared() -> Path:
    """The folder of real test input; tests that need it are marked `shared` and fail without it."""
    assert SHARED.is_dir(), f"real input is missing: {SHARED}"
    return SHARED
