"""The bundle of a real claim: made by the job, verified offline, the same when nothing changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID
from core.jobs import run_until_idle
from core.signing import public_keys
from core.storage import get_object
from mdf.bundle import read_zip, verify
from mdf.models import Claim
from mdf.tasks import make_bundle
from tests.mdf.claims_world import Stage
from tests.mdf.conftest import Funds
from tests.mdf.sealed_traffic import run_the_campaign

Work = Callable[[str], Any]


@pytest.fixture
def claimed(database: Database, funds: Funds, claimable: Stage, clock: FixedClock) -> TypeID:
    """Submitted, and its bundle made."""
    run_the_campaign(database, funds, clock)
    claim_id = claimable.submitted()
    run_until_idle(database)
    return claim_id


def _bundle(database: Database, claim_id: TypeID) -> tuple[int, bytes, dict[str, bytes]]:
    with database.reading(SYSTEM) as ctx:
        claim = ctx.session.get_one(Claim, claim_id)
        assert claim.bundle_key
        keys = {str(key.id): key.raw for key in public_keys(ctx)}
        return claim.bundle_version, get_object(ctx, claim.bundle_key)[1], keys


def test_a_submitted_claim_has_a_bundle_that_verifies(database: Database, claimed: TypeID) -> None:
    version, data, keys = _bundle(database, claimed)
    report = verify(data, keys)
    assert report.holds, [str(finding) for finding in report.findings]
    assert (version, report.claim) == (1, claimed)
    assert any("21 sealed days" in sentence for sentence in report.checked)


def test_it_holds_everything_the_claim_is_judged_by(database: Database, claimed: TypeID, funds: Funds) -> None:
    files = read_zip(_bundle(database, claimed)[1])[0].files
    named = {"manifest.json", "manifest.sig", "readme.txt", "keys.json", "request.json", "claim.json", "evidence-list.jsonl", "evidence.jsonl"}
    assert named | {"ledger.jsonl", "timeline.jsonl", f"seals/{funds.placement}.jsonl"} <= set(files)
    assert [name for name in files if name.startswith("uploads/") and "invoice" in name and name.endswith(".pdf")]
    assert json.loads(files["claim.json"])["results"]["evidenced"] == {"rendered": 210, "click": 21}
    moved = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    assert [(entry["kind"], entry["amount_minor"]) for entry in moved] == [("commit", 500_000)]
    # The balances are the whole budget's, and the partner reads this file.
    assert not {"seq", *(f"{name}_minor" for name in ("allocated", "available", "committed", "accrued", "paid"))} & moved[0].keys()
    assert claimed.encode() in files["readme.txt"] and all(name.encode() in files["readme.txt"] for name in files if "/" in name)


def test_making_it_again_changes_nothing(database: Database, claimed: TypeID, work: Work) -> None:
    before = _bundle(database, claimed)
    for _ in range(2):
        with work("system") as ctx:
            ctx.enqueue(make_bundle, claimed)
        run_until_idle(database)
    assert _bundle(database, claimed) == before


def test_a_claim_that_changed_gets_another_version(database: Database, claimed: TypeID, work: Work) -> None:
    with work("system") as ctx:
        ctx.session.scalars(select(Claim)).one().supplier = "Another house"
        ctx.enqueue(make_bundle, claimed)
    run_until_idle(database)
    version, data, keys = _bundle(database, claimed)
    assert version == 2 and verify(data, keys).holds


def test_a_claim_that_is_gone_makes_no_noise(database: Database, work: Work, funds: Funds) -> None:
    with work("system") as ctx:
        ctx.enqueue(make_bundle, "clm_01m84ya394e0nab0sz8av4cknz")
    assert run_until_idle(database) >= 1
