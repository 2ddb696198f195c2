"""Gates: open or shut by who holds a certificate today; a refusal names certificate, holder and the way (A-25)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.clock import FixedClock
from core.errors import Forbidden, Invalid, NotFound
from core.ids import TypeID
from enablement import (
    AwardStatus,
    CertificationMissing,
    GatedAction,
    certified_people,
    create_certification,
    gate_for,
    grant_award,
    require_gate,
    revoke_award,
    set_gate,
)
from enablement.rules import Held, people_certified
from tests.conftest import Cast
from tests.enablement.conftest import Work, a_draft

DEALS, FUNDS = GatedAction.DEAL_REGISTRATION, GatedAction.MDF_REQUEST


@pytest.fixture
def gated(work: Work, selling: TypeID) -> TypeID:
    with work("nora") as ctx:
        set_gate(ctx, DEALS, selling, 1)
    return selling


def test_without_a_rule_the_gate_is_open(work: Work, cast: Cast, selling: TypeID) -> None:
    with work("pia") as ctx:
        assert gate_for(ctx, cast["pia"].partner_id, DEALS).is_open
        require_gate(ctx, cast["pia"].partner_id, DEALS)


def test_a_refusal_names_the_certificate_who_held_it_and_the_way(work: Work, cast: Cast, gated: TypeID) -> None:
    with work("ebba") as ctx:
        grant_award(ctx, gated, cast["wim"].user_id, passed_on=date(2025, 2, 1))
    with work("pia") as ctx, pytest.raises(CertificationMissing) as refusal:
        require_gate(ctx, cast["pia"].partner_id, DEALS)
    error = refusal.value
    assert (error.code, error.status) == ("certification_missing", 409)
    (gap,) = error.gate.gaps
    assert (gap.code, gap.title, gap.have, gap.need) == ("sales-basics", "Velorin verkaufen", 0, 1)
    assert [(line.name, line.status, line.valid_until) for line in gap.holders] == [("Wim", AwardStatus.EXPIRED, date(2026, 2, 1))]
    assert gap.course_path == f"/portal/learning/{gated}"
    for part in ("Velorin verkaufen", "Kestrel", "Wim", "2026", gap.course_path):
        assert part in error.message, part
    assert "%(" not in error.message


def test_nobody_held_it_is_said_too(work: Work, cast: Cast, gated: TypeID) -> None:
    with work("zed") as ctx:
        gate = gate_for(ctx, cast["zed"].partner_id, DEALS)
    assert "Nobody at Brightwater has held it so far." in gate.message


def test_a_colleagues_certificate_opens_the_gate_for_all_and_only_for_them(work: Work, cast: Cast, gated: TypeID) -> None:
    with work("ebba") as ctx:
        grant_award(ctx, gated, cast["wim"].user_id)
    with work("pia") as ctx:
        require_gate(ctx, cast["pia"].partner_id, DEALS)
        assert gate_for(ctx, cast["pia"].partner_id, FUNDS).is_open
    with work("zed") as ctx:
        assert not gate_for(ctx, cast["zed"].partner_id, DEALS).is_open


def test_two_needed_one_there(work: Work, cast: Cast, selling: TypeID) -> None:
    with work("ebba") as ctx:
        set_gate(ctx, FUNDS, selling, 2)
        grant_award(ctx, selling, cast["wim"].user_id)
        gate = gate_for(ctx, cast["wim"].partner_id, FUNDS)
        (gap,) = gate.gaps
        assert (gap.have, gap.need) == (1, 2)
        assert "needs 2 people" in gate.message and "1 person has it." in gate.message
        assert "Wim holds it until Mar 2, 2027." in gate.message
        grant_award(ctx, selling, cast["pia"].user_id)
        assert gate_for(ctx, cast["wim"].partner_id, FUNDS).is_open


def test_two_certificates_of_one_person_are_one_person(work: Work, cast: Cast, clock: FixedClock, selling: TypeID) -> None:
    with work("ebba") as ctx:
        set_gate(ctx, FUNDS, selling, 2)
        other = create_certification(ctx, a_draft("second"))
        grant_award(ctx, selling, cast["wim"].user_id, passed_on=date(2025, 4, 1))
        grant_award(ctx, selling, cast["wim"].user_id)
        grant_award(ctx, other.id, cast["wim"].user_id)
        assert certified_people(ctx, cast["wim"].partner_id, ctx.today) == 1
        assert gate_for(ctx, cast["wim"].partner_id, FUNDS).gaps[0].have == 1


def test_the_last_day_still_opens_the_gate_without_any_job(work: Work, cast: Cast, clock: FixedClock, gated: TypeID) -> None:
    with work("ebba") as ctx:
        award = grant_award(ctx, gated, cast["wim"].user_id)
    assert award.valid_until is not None
    clock.move(timedelta(days=(award.valid_until - clock.today()).days))
    with work("pia") as ctx:
        assert gate_for(ctx, cast["pia"].partner_id, DEALS).is_open
    clock.move(timedelta(days=1))
    with work("pia") as ctx:
        gap = gate_for(ctx, cast["pia"].partner_id, DEALS).gaps[0]
    assert gap.holders[0].status is AwardStatus.EXPIRED


def test_revoked_people_and_those_who_left_do_not_count(work: Work, cast: Cast, gated: TypeID) -> None:
    from core.accounts import User

    with work("ebba") as ctx:
        award = grant_award(ctx, gated, cast["wim"].user_id)
        assert gate_for(ctx, cast["wim"].partner_id, DEALS).is_open
        revoke_award(ctx, award.id, "Examined somebody else's answers")
        gap = gate_for(ctx, cast["wim"].partner_id, DEALS).gaps[0]
        assert gap.holders[0].status is AwardStatus.REVOKED
        grant_award(ctx, gated, cast["pia"].user_id)
        assert gate_for(ctx, cast["wim"].partner_id, DEALS).is_open
        ctx.session.get_one(User, cast["pia"].user_id).active = False
        ctx.session.flush()
        assert not gate_for(ctx, cast["wim"].partner_id, DEALS).is_open


def test_a_rival_learns_nothing_of_anothers_gate(work: Work, cast: Cast, gated: TypeID) -> None:
    with work("zed") as ctx:
        for ask in (gate_for, require_gate):
            with pytest.raises(NotFound):
                ask(ctx, cast["pia"].partner_id, DEALS)
        with pytest.raises(NotFound):
            certified_people(ctx, cast["pia"].partner_id, ctx.today)


def test_gates_are_set_by_whom_may_and_within_reason(work: Work, selling: TypeID) -> None:
    for name in ("pia", "cleo", "rita"):
        with work(name) as ctx, pytest.raises(Forbidden):
            set_gate(ctx, DEALS, selling, 1)
    with work("ebba") as ctx:
        for number in (-1, 101, 10**30):
            with pytest.raises(Invalid) as refusal:
                set_gate(ctx, DEALS, selling, number)
            assert set(refusal.value.errors) == {"minimum_holders"}
        assert set_gate(ctx, DEALS, selling, 3) is not None
        assert set_gate(ctx, DEALS, selling, 3) is not None
        assert set_gate(ctx, DEALS, selling, 0) is None


@pytest.mark.shared
def test_tier_03_expired_certificates_do_not_count(shared: Path) -> None:
    cases = json.loads((shared / "data" / "kpi_cases.json").read_text(encoding="utf-8"))
    case = next(one for one in cases["cases"] if one["id"] == "TIER-03")
    today = date.fromisoformat(case["given"]["as_of"])
    held = [
        Held(row["person"], date(2025, 1, 1), date.fromisoformat(row["valid_until"]), today if row.get("revoked") else None)
        for row in case["given"]["certificates"]
    ]
    assert len(people_certified(held, today)) == case["expect"]["certified_people"] == 1
    assert people_certified(held, today) == {"b"}
