"""Stored decisions are taken again with the rule and the programme of their time (N-06; acceptance line 6)."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.decisions import Decision, Verdict, decide, decides, replay
from core.decisions import register as rules_of
from core.decisions.deciding import canonical
from core.errors import NotFound
from core.ids import TypeID, new_id
from core.programme import Programme
from deals.programme import DealTerms
from deals.rules.admission import ReasonCode
from deals.rules.decisions import ADMISSION, DECISION, STANDING
from tests.conftest import MORNING, Cast
from tests.core.decision_inputs import KINDS
from tests.programmes import in_force

FULL = os.environ.get("CHANNELPRESS_FULL") == "1"
COUNT = 1000 if FULL else 120
Work = Callable[[str], AbstractContextManager[Ctx]]


@pytest.fixture
def own_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is gone after it."""
    monkeypatch.setattr(rules_of, "_RULES", {name: dict(versions) for name, versions in rules_of._RULES.items()})


def _contacts(dice: random.Random) -> list[dict[str, Any]]:
    return [
        {"contact_on": date(2026, 2, 1) - timedelta(days=dice.randrange(400)), "noted_at": MORNING + timedelta(minutes=dice.randrange(-600, 600))}
        for _ in range(dice.randrange(3))
    ]


def _admission(dice: random.Random) -> dict[str, Any]:
    return {
        "today": date(2026, 3, 2),
        "registered_at": MORNING,
        "customer_key": dice.choice(("acme.example", "kestrel.example")),
        "partner_key": "kestrel.example",
        "amount_minor": dice.randrange(1, 2_000_000),
        "currency": dice.choice(("EUR", "JPY", "USD", "XXX")),
        "tender": dice.random() < 0.3,
        "tender_published_on": dice.choice((None, date(2026, 2, 1), date(2026, 9, 1))),
        "partner_tier": dice.choice(("gold", "silver")),
        "line_tiers": dice.choice(([], ["gold"])),
        "line_is_active": dice.random() < 0.95,
        "direct_contacts": _contacts(dice),
        "has_own_earlier": dice.random() < 0.1,
    }


def _standing(dice: random.Random) -> dict[str, Any]:
    others = [
        {"place": dice.randrange(1, 20), "is_protected": dice.random() < 0.3, "match": dice.choice(("domain", "name"))}
        for _ in range(dice.randrange(4))
    ]
    return {"place": dice.randrange(1, 20), "others": others}


def _decision(dice: random.Random) -> dict[str, Any]:
    return {
        "action": dice.choice(("approve", "reject")),
        "reason_code": dice.choice([code.value for code in ReasonCode]),
        "has_reason": dice.random() < 0.5,
        "by_timeout": dice.random() < 0.3,
        "decided_at": MORNING + timedelta(minutes=dice.randrange(500_000)),
        "registered_at": MORNING,
        "zone": dice.choice(("Europe/Berlin", "America/New_York", "Asia/Tokyo")),
        "in_the_way": dice.randrange(3),
        "protected_for_another": dice.random() < 0.1,
        "extended_days": dice.choice((0, 0, 3)),
        "direct_contacts": _contacts(dice),
    }


_KINDS: dict[str, Callable[[random.Random], dict[str, Any]]] = {ADMISSION: _admission, STANDING: _standing, DECISION: _decision}


def _stored(database: Database, partner_id: TypeID, count: int, seed: int) -> Counter[str]:
    """A mix of all kinds, drawn with a seed; what a service would not keep (`refused`) is kept here as well."""
    dice, results = random.Random(seed), Counter[str]()
    kinds = _KINDS | KINDS
    with database.unit_of_work(SYSTEM) as ctx:
        for number in range(count):
            rule = sorted(kinds)[number % len(kinds)]
            row = decide(ctx, rule, new_id("dlr"), partner_id, kinds[rule](dice))
            results[f"{rule}: {row.result} {row.values}"] += 1
    return results


@pytest.mark.slow
def test_decisions_replay_equal_after_a_new_programme_version(database: Database, cast: Cast) -> None:
    partner_id = cast["pia"].partner_id
    assert partner_id is not None
    before = _stored(database, partner_id, COUNT // 2, seed=1)
    in_force(database, deals=DealTerms(protection_days=30, direct_engagement_days=10, least_amount={"EUR": 19_000}))
    after = _stored(database, partner_id, COUNT - COUNT // 2, seed=1)
    assert before != after, "the new version decides otherwise, or the test says nothing"
    with database.reading(SYSTEM) as ctx:
        found = replay(ctx)
        versions = {row.programme_version for row in ctx.session.query(Decision)}
    assert (found.count, found.differences, versions) == (COUNT, [], {"1", "2"})
    print(
        f"{found.count} decisions of {len(_KINDS | KINDS)} rules with {len(before | after)} different results under two programme versions, 0 different"
    )


def test_a_rule_that_was_changed_keeps_its_old_code(work: Work, cast: Cast, own_rules: None) -> None:
    @decides("tests.price", version="1")
    def first(inputs: Any, programme: Programme) -> Verdict:
        return Verdict("cheap" if inputs["amount"] < 10 else "dear")

    partner_id = cast["pia"].partner_id
    assert partner_id is not None
    with work("nora") as ctx:
        old = decide(ctx, "tests.price", new_id("dlr"), partner_id, {"amount": 7})

    @decides("tests.price", version="2")
    def second(inputs: Any, programme: Programme) -> Verdict:
        return Verdict("cheap" if inputs["amount"] < 5 else "dear", "limit_lowered")

    with work("nora") as ctx:
        new = decide(ctx, "tests.price", new_id("dlr"), partner_id, {"amount": 7})
        assert [(row.rule_version, row.result) for row in (old, new)] == [("1", "cheap"), ("2", "dear")]
        assert not replay(ctx).differences
    with pytest.raises(ValueError, match="a changed rule needs a new version"):
        decides("tests.price", version="2")(first)
    # Thrown away, or changed without a new version: replay says so and names the decision.
    rules_of._RULES["tests.price"] = {"2": lambda inputs, programme: Verdict("dear")}
    with work("nora") as ctx:
        told = {(one.decision_id, one.field) for one in replay(ctx).differences}
    assert told == {(str(old.id), "rule"), (str(new.id), "reason_code")}


def test_inputs_read_the_same_on_every_database(work: Work, cast: Cast) -> None:
    told = {"b": date(2026, 3, 2), "a": datetime(2026, 3, 2, tzinfo=UTC), "codes": {ReasonCode.INACTIVE}, "big": 2**60, "text": "a\0b"}
    assert canonical(told) == {"a": "2026-03-02T00:00:00+00:00", "b": "2026-03-02", "big": 2**60, "codes": ["inactive"], "text": "a\ufffdb"}
    with pytest.raises(TypeError, match="float"):
        canonical({"share": 0.1})


def test_the_command_counts_and_names_what_differs(
    database: Database, cast: Cast, own_rules: None, monkeypatch: pytest.MonkeyPatch, work: Work
) -> None:
    from hub import cli

    partner_id = cast["pia"].partner_id
    assert partner_id is not None
    with work("nora") as ctx:
        row = decide(ctx, STANDING, new_id("dlr"), partner_id, {"place": 1, "others": []})
    monkeypatch.setattr(cli, "settings_of", lambda: database.settings)
    monkeypatch.setattr(cli, "database_of", lambda settings: database)
    run = lambda *words: CliRunner().invoke(cli.main, ["replay", *words])  # noqa: E731
    good = run("--all")
    assert (good.exit_code, good.output) == (0, "1 decisions replayed, 0 different\n")
    assert run(str(row.id)).exit_code == 0
    assert run("--all", "--since", "2030-01-01").output.startswith("0 decisions")
    rules_of._RULES[STANDING] = {"1": lambda inputs, programme: Verdict("conflict")}
    bad = run(str(row.id))
    assert bad.exit_code == 1 and f"{row.id} {STANDING} result: stored 'clear', now 'conflict'" in bad.output
    assert run().exit_code == 2 and run("x").exit_code == 2 and run(str(new_id("dcs"))).exit_code == 1


def test_an_unknown_decision_is_not_found(work: Work, cast: Cast) -> None:
    with work("nora") as ctx, pytest.raises(NotFound):
        replay(ctx, [new_id("dcs")])
