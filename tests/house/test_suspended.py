"""What a suspended partner loses, and how fast: account, feed tokens, entitlements, data scope, each within 60 s (A-05)."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client

from core.clock import FixedClock
from core.ctx import Ctx
from core.database import Database
from hub.public import with_public_reads
from partners import suspend_partner
from tests.conftest import Cast
from tests.house.conftest import Records

SignIn = Callable[[str], FlaskClient]
Work = Callable[[str], AbstractContextManager[Ctx]]
WITHIN_S = 60


def test_everything_is_revoked_at_once(
    app: Flask, database: Database, client_as: SignIn, kestrels: Records, work: Work, cast: Cast, clock: FixedClock
) -> None:
    pia, public = client_as("pia"), Client(with_public_reads(app, database))
    placement, slugs = kestrels.values["placement_id"], kestrels.slugs
    checks: dict[str, Callable[[], bool]] = {
        "account": lambda: pia.get("/portal/").status_code == 200,
        "data scope": lambda: pia.get(f"/portal/leads/{kestrels.values['lead_id']}").status_code == 200,
        "entitlements": lambda: pia.get("/portal/content/").status_code == 200,
        "feed token": lambda: public.get(f"/feeds/{placement}/rss.xml").status_code == 200,
        "widget": lambda: public.get(f"/embed/{placement}.json").status_code == 200,
        "landing page": lambda: public.get(f"/p/{slugs['partner_slug']}/{slugs['page_slug']}").status_code == 200,
    }
    assert {what: check() for what, check in checks.items()} == dict.fromkeys(checks, True), "without this the test would prove nothing"
    begun = time.monotonic()
    with work("system") as ctx:
        suspend_partner(ctx, cast["pia"].partner_id, "test")  # type: ignore[arg-type]
    gone: dict[str, float] = {}
    while len(gone) < len(checks) and time.monotonic() - begun < 10:
        gone |= {what: time.monotonic() - begun for what, check in checks.items() if what not in gone and not check()}
    print({what: f"{seconds:.1f} s" for what, seconds in gone.items()})
    assert set(gone) == set(checks)
    assert max(gone.values()) < WITHIN_S
