"""Acceptance line 7: a person created through every path that stores one, then erased, is found in no dump, file, log or copy."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from cobranding import LandingPage, save_kit
from core.accounts import User
from core.audit import seal, verify
from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.gates import accept_upload
from core.jobs import run_until_idle
from core.logging import JsonLines
from core.privacy import wipe_traces
from core.privacy.declaring import PERSONAL
from core.storage import StoredObject, store_for
from deals import RegistrationDraft, save_draft
from engagement import Intake, Lead, LeadStatus
from mdf.models import Evidence, LedgerEntry
from mdf.services.claim_files import attach_upload
from partners import Partner
from syndication import Campaign, Collection
from syndication.importing import read_files
from syndication.services.imports import import_batch
from tests.cobranding.stage import KIT
from tests.conftest import Cast
from tests.core.gates.papers import paper
from tests.engagement.conftest import Sender, World, drained, intake, landing, sender, world  # noqa: F401 - fixtures
from tests.engagement.test_leads import FILLED, Visitor, visitor  # noqa: F401 - a fixture
from tests.hub.erasable import EMAIL, NAME, NEEDLES, PHONE, WISH, found_in, sqlite_remains
from tests.mdf.claims_world import Stage, item_of
from tests.mdf.conftest import Funds, a_stage, approved, claimable, submitted  # noqa: F401 - fixtures

SignIn = Callable[[str], FlaskClient]


class Kept(logging.Handler):
    """Every line as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logs() -> Any:
    handler, root = Kept(), logging.getLogger("channelpress")
    before, root.level = root.level, logging.DEBUG
    root.addHandler(handler)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def funds(world: World, work: Any) -> Funds:  # noqa: F811
    """Both rooms' stages in one hub: their campaigns and collections must not have the same names."""
    with work("system") as ctx:
        ctx.session.execute(update(Campaign).values(code="2026-q1_visits"))
        ctx.session.execute(update(Collection).values(slug="visits"))
        return a_stage(ctx)


def author(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Author"] = pikepdf.String(NAME)


@pytest.fixture
def everywhere(
    app: Flask,
    database: Database,
    cast: Cast,
    client_as: SignIn,
    clock: FixedClock,
    world: World,  # noqa: F811
    landing: LandingPage,  # noqa: F811
    visitor: Visitor,  # noqa: F811
    sender: Sender,  # noqa: F811
    claimable: Stage,  # noqa: F811
    work: Any,
    logs: list[str],
) -> FlaskClient:
    """She reads, asks, works at Kestrel, is written about, and is turned away at the door. Returns compliance, signed in."""
    fields = visitor.open(f"/p/kestrel/{landing.slug}?utm_source=mail&utm_content={EMAIL}")
    wrong = visitor.send(landing, fields | {"name": NAME, "email": "zworgina", "message": WISH})
    assert wrong.status_code == 422
    filled = {"name": NAME, "email": EMAIL, "phone": PHONE, "message": f"{WISH}, {NAME}", "company": WISH, "job_title": WISH}
    right = visitor.send(landing, fields | FILLED | filled)
    assert right.status_code == 303, right.text
    sender.tell(world.placement, ["view", str(world.assets[0])], page=f"https://www.kestrel.example/people/{EMAIL}")
    client = app.test_client()
    client.get("/auth/sign-in")
    seed = client.get_cookie("cp_form")
    assert seed is not None
    client.post("/auth/sign-in", data={"email": EMAIL, "password": WISH})
    with work("system") as ctx:
        user = ctx.session.get_one(User, cast["pia"].user_id)
        user.name, user.email = NAME, EMAIL
        ctx.session.execute(update(Lead).values(status=LeadStatus.ACCEPTED))
        import_batch(ctx, read_files({"z.md": f"---\ntitle: Guide\nlang: en\nauthor: {NAME}\n---\nAsk {EMAIL}.\n".encode()}), f"{NAME}.zip")
    object.__setattr__(cast["pia"], "name", NAME)
    object.__setattr__(cast["pia"], "email", EMAIL)
    with work("pia") as ctx:
        kestrel = cast["pia"].partner_id
        assert kestrel is not None
        save_kit(ctx, kestrel, KIT | {"contact_name": NAME, "contact_email": EMAIL, "contact_phone": PHONE, "intro": f"Ask {NAME}."})
        note = f"Met {NAME} ({EMAIL}), call {PHONE}"
        save_draft(ctx, kestrel, RegistrationDraft(customer_name="Acme", contact_name=NAME, contact_email=EMAIL, presales_activity=note))
    stage = claimable
    claim = stage.open()
    with work("pia") as ctx:
        upload = accept_upload(paper(author), kind="document", name=f"{NAME}.pdf")
        attach_upload(ctx, claim, item_of(ctx, stage.request, "invoice"), upload)
    stage_claims(stage, work, claim)
    pia = client_as("pia")
    pia.get("/portal/leads/")
    pia.get(f"/portal/leads/?q={NAME}")
    pia.post("/portal/leads/nothing", data={"name": NAME})
    run_until_idle(database)
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.session.execute(update(User).where(User.email == cast["nora"].email).values(role="compliance"))
    return client_as("nora")


def stage_claims(stage: Stage, work: Any, claim: Any) -> None:
    from mdf.services.claims import save_claim, submit_claim

    with work("pia") as ctx:
        save_claim(ctx, claim, replace(stage.draft(), supplier=f"{NAME} e.K."))
    with work("pia") as ctx:
        submit_claim(ctx, claim)


def facts(database: Database) -> dict[str, Any]:
    """What must be the same before and after."""
    with database.reading(SYSTEM) as ctx:
        money = [
            (row.kind, row.amount_minor, row.available_minor, row.paid_minor)
            for row in ctx.session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq))
        ]
        counts = {model.__tablename__: ctx.session.scalar(select(func.count()).select_from(model)) for model in (Lead, Partner, User, Evidence)}
        return {"money": money, **counts}


def remains(database: Database) -> dict[str, list[str]]:
    """In the database (dump and files), in every object (archives and papers opened), in every other file of the installation."""
    left = sqlite_remains(database) if database.engine.dialect.name == "sqlite" else dump_remains(database)
    with database.reading(SYSTEM) as ctx:
        keys = list(ctx.session.scalars(select(StoredObject.key)))
    for key in keys:
        for name, content in opened(store_for(database.settings).get(key)):
            if found := found_in(content):
                left[f"object {key[:8]} {name}"] = found
    for file in database.settings.data_dir.rglob("*"):
        if file.is_file() and "channelpress.db" not in file.name:
            for name, content in opened(file.read_bytes()):
                if found := found_in(content):
                    left[f"{file.relative_to(database.settings.data_dir)} {name}"] = found
    return left


def opened(content: bytes, name: str = "") -> list[tuple[str, str]]:
    found = [(name, content.decode("utf-8", "replace"))]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for member in packed.namelist():
                found += opened(packed.read(member), f"{name}/{member}")
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            found.append((f"{name} metadata", str({key: str(value) for key, value in pdf.docinfo.items()})))
    return found


def dump_remains(database: Database) -> dict[str, list[str]]:
    from tests.engines.postgres import SERVER_USER, _tool

    # As the server's own user: the hub's is bound to the rows that a transaction asks for.
    url = re.sub(r"//[^@]*@", f"//{SERVER_USER}@", database.settings.database.replace("postgresql+psycopg", "postgresql"))
    dump = subprocess.run([_tool("pg_dump"), "--dbname", url, "--inserts"], capture_output=True, text=True, check=True).stdout
    return {line[:200]: found for line in dump.splitlines() if (found := found_in(line))}


def test_a_person_that_came_in_by_every_door_is_found_nowhere(
    database: Database,
    everywhere: FlaskClient,
    clock: FixedClock,
    logs: list[str],
    intake: Intake,  # noqa: F811
) -> None:
    nora = everywhere
    before = facts(database)
    there = remains(database)
    assert {needle for found in there.values() for needle in found} == set(NEEDLES)
    told = {"kind": "erasure", "email": EMAIL, "names": NAME, "checked_how": f"called {PHONE}"}
    page = nora.post("/desk/governance/privacy/requests", data=told).location
    copy = nora.post("/desk/governance/privacy/requests", data=told | {"kind": "access"}).location
    assert nora.post(copy + "/copy").status_code == 303
    assert nora.get(page).status_code == 200
    assert nora.post(page + "/erase", data={"sure": "1"}).status_code == 303
    for file in re.findall(r"/evd_[a-z0-9]+/remove", nora.get(page).text):
        assert nora.post(page + "/files" + file).status_code == 303
    intake.spool.close()  # as its writer does from time to time
    clock.move(timedelta(minutes=3))
    run_until_idle(database)
    wipe_traces(database, sorted({part.table for part in PERSONAL}))
    assert remains(database) == {}
    assert found_in("\n".join(logs)) == []
    assert facts(database) == before
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(User).where(User.email == EMAIL, User.active)) == 0
    with database.unit_of_work(SYSTEM) as ctx:
        seal(ctx)
    assert verify(database).first_bad is None
    assert not re.search("quallmeier", json.dumps(nora.get(page).text), re.IGNORECASE)
