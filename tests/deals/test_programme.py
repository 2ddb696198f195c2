"""A decision is taken under the programme of its day and keeps it, whatever is published later (A-13, N-06)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.clock import FixedClock
from core.money import Money
from core.programme import packaged, programme_version
from core.programme.printing import as_yaml
from core.programme.publishing import publish_text
from deals import DealAction, Registration, decide_registration
from deals.programme import DealTerms
from deals.services import NotAdmitted
from tests.core.programme.conftest import changed
from tests.deals.conftest import Submit, Work


def publish(work: Work, text: str) -> None:
    with work("system") as ctx:
        publish_text(ctx, text, ctx.today, reason="for the test")


def test_a_decision_made_yesterday_keeps_its_version_and_its_protection(work: Work, submit: Submit, clock: FixedClock) -> None:
    old = submit("pia")
    with work("nora") as ctx:
        until = decide_registration(ctx, old.id, DealAction.APPROVE).protected_until
    clock.move(timedelta(days=1))
    publish(work, changed(as_yaml(packaged()), protection_days=60))
    new = submit("pia", customer_domain="other.example", customer_name="Other AG")
    with work("nora") as ctx:
        decided = decide_registration(ctx, new.id, DealAction.APPROVE)
        kept = ctx.session.get_one(Registration, old.id)
        assert (kept.decided_rule_version, decided.decided_rule_version) == ("1", "2")
        assert kept.protected_until == until
        assert decided.protected_until is not None
        assert decided.protected_until.astimezone(ctx.clock.zone).date() == date(2026, 3, 3) + timedelta(days=61)
        days = [programme_version(ctx, row.decided_rule_version).section(DealTerms).protection_days for row in (kept, decided)]
        assert days == [90, 60]


def test_the_smallest_deal_is_that_of_the_version_in_force(work: Work, submit: Submit) -> None:
    submit("pia", amount=Money(500_000, "EUR"))
    publish(work, "deals: {least_amount: {EUR: 6000}}")
    with pytest.raises(NotAdmitted) as refused:
        submit("pia", customer_domain="other.example", customer_name="Other AG", amount=Money(500_000, "EUR"))
    assert "6,000" in refused.value.errors["amount"]
