"""Rules: who is the same customer, what is admitted, who was first, and how long 90 days are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deals.programme import DealTerms
from deals.rules.admission import Application, ReasonCode, admission
from deals.rules.conflicts import Claimant, MatchKind, match, standing
from deals.rules.customers import customer_domain, is_everybodys, name_key, registrable, similar_names
from deals.rules.protection import end_class, is_protected, last_protected_day, protection_end
from deals.rules.states import DEALS, ENDED, LIVE, DealAction, DealStatus, whose_turn
from tests.conftest import ROOT

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("acme.example", "acme.example"),
        ("https://www.Acme.example/about?x=1", "acme.example"),
        ("  ACME.example. ", "acme.example"),
        ("müller.example", "xn--mller-kva.example"),
        ("mail.acme.co.uk", "mail.acme.co.uk"),
        ("acme", None),
        ("ada@acme.example", None),
        ("127.0.0.1", None),
        ("http://[::1]/", None),
        ("foo..bar", None),
        ("javascript:alert(1)", None),
        ("x" * 2000 + ".example", None),
        ("", None),
    ],
)
def test_a_domain_is_read_out_of_what_people_type(typed: str, host: str | None) -> None:
    assert customer_domain(typed) == host


def test_the_registrable_part_knows_shared_suffixes() -> None:
    assert registrable("mail.acme.co.uk") == "acme.co.uk"
    assert registrable("a.b.acme.example") == "acme.example"
    assert is_everybodys("gmail.com") and is_everybodys("mail.gmx.de") and is_everybodys("co.uk")
    assert not is_everybodys("acme.co.uk")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme GmbH", "ACME Gesellschaft mbH"),
        ("Acme GmbH", "acme"),
        ("Müller & Söhne GmbH & Co. KG", "Mueller und Soehne"),
        ("Müller + Söhne", "Muller and Sohne Gesellschaft mit beschränkter Haftung"),
        ("Straße AG", "Strasse"),
        ("Acme S.p.A.", "Acme Spa"),
        ("Novo A/S", "Novo AS"),
        ("株式会社日立", "日立"),
        ("B.A.S.F. SE", "BASF"),
        ("Foo Co., Ltd.", "FOO"),
    ],
)
def test_one_company_in_two_spellings_has_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Acme Nord GmbH", "Acme Süd GmbH"), ("AG", "SE"), ("Alpha", "Beta"), ("", "")])
def test_different_companies_are_not_thrown_together(one: str, other: str) -> None:
    assert not similar_names(name_key(one), name_key(other), TERMS.similar_names_percent)


def test_a_slip_of_the_pen_is_similar() -> None:
    assert similar_names(name_key("Stadtwerke Neuenburg"), name_key("Stadtwerke Neunburg"), TERMS.similar_names_percent)
    assert similar_names(name_key("Neuenburg Stadtwerke GmbH"), name_key("Stadtwerke Neuenburg"), TERMS.similar_names_percent)


TERMS = DealTerms()
FINE = Application(
    today=date(2026, 3, 2),
    customer_key="acme.example",
    partner_key="kestrel.example",
    amount_minor=500_000,
    currency="EUR",
    tender=False,
    tender_published_on=None,
    partner_tier="gold",
    line_tiers=(),
    line_is_active=True,
)


def test_a_complete_application_is_admitted() -> None:
    assert admission(FINE, TERMS) == ()


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"amount_minor": 499_999}, ReasonCode.BELOW_MINIMUM, "amount"),
        ({"amount_minor": 799_999, "currency": "JPY"}, ReasonCode.BELOW_MINIMUM, "amount"),
        ({"line_tiers": ("platinum",)}, ReasonCode.NOT_AUTHORISED, "product_line"),
        ({"line_is_active": False}, ReasonCode.NOT_AUTHORISED, "product_line"),
        ({"tender": True, "tender_published_on": date(2026, 3, 2)}, ReasonCode.TENDER_PUBLISHED, "tender_published_on"),
        ({"direct_contact_on": date(2026, 3, 2) - timedelta(days=180)}, ReasonCode.DIRECT_ENGAGEMENT, "customer_domain"),
        ({"has_own_earlier": True}, ReasonCode.DUPLICATE_REGISTRATION, "customer_domain"),
        ({"partner_key": "acme.example"}, ReasonCode.CUSTOMER_DECLINED, "customer_domain"),
    ],
)
def test_each_rule_names_its_code_and_field(change: dict[str, object], code: ReasonCode, field: str) -> None:
    [found] = admission(replace(FINE, **change), TERMS)  # type: ignore[arg-type]
    assert (found.code, found.field) == (code, field)


@pytest.mark.parametrize(
    "change",
    [
        {"direct_contact_on": date(2026, 3, 2) - timedelta(days=181)},
        {"tender": True, "tender_published_on": date(2026, 3, 3)},
        {"tender": True},
        {"tender": False, "tender_published_on": date(2026, 1, 1)},
        {"line_tiers": ("gold", "platinum")},
    ],
)
def test_the_limits_are_where_the_programme_says(change: dict[str, object]) -> None:
    assert admission(replace(FINE, **change), TERMS) == ()  # type: ignore[arg-type]


def claimant(place: int, **other: object) -> Claimant:
    return replace(Claimant(f"dlr{place}", "acme.example", "acme", "DE", place), **other)  # type: ignore[arg-type]


def test_the_domain_is_a_conflict_and_the_name_is_for_a_person() -> None:
    mine = claimant(5)
    assert match(mine, claimant(1, name_key="other"), TERMS) is MatchKind.DOMAIN
    assert match(mine, claimant(1, customer_key="acme-energy.example"), TERMS) is MatchKind.NAME
    assert match(mine, claimant(1, customer_key="acme-energy.example", country="AT"), TERMS) is MatchKind.NONE
    found = standing(mine, [claimant(1, customer_key="acme-energy.example"), claimant(3)], TERMS)
    assert found.is_conflict and found.match_kind is MatchKind.DOMAIN and len(found.in_the_way) == 2


def test_only_who_came_earlier_or_is_protected_is_in_the_way() -> None:
    assert not standing(claimant(1), [claimant(2)], TERMS).in_the_way
    assert standing(claimant(1), [claimant(2, is_protected=True)], TERMS).protected is not None
    assert standing(claimant(2), [claimant(1)], TERMS).protected is None


@pytest.mark.parametrize(
    ("approved", "last_day"),
    [
        (datetime(2026, 3, 2, 9, 0, tzinfo=UTC), date(2026, 5, 31)),  # over the spring change
        (datetime(2026, 9, 30, 22, 30, tzinfo=UTC), date(2026, 12, 30)),  # already 1 October in Berlin, over the autumn change
        (datetime(2027, 12, 31, 12, 0, tzinfo=UTC), date(2028, 3, 30)),  # over a leap day
    ],
)
def test_protection_is_ninety_local_days_to_the_end_of_the_last(approved: datetime, last_day: date) -> None:
    end = protection_end(approved, BERLIN, TERMS.protection_days)
    local = end.astimezone(BERLIN)
    assert (local.hour, local.minute) == (0, 0)
    assert last_protected_day(end, BERLIN) == last_day
    assert is_protected(end, end - timedelta(seconds=1)) and not is_protected(end, end)


def test_a_rival_learns_a_class_of_days_only() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert [end_class(now + timedelta(days=days), now) for days in (1, 30, 31, 61, 91)] == [30, 30, 60, 90, 90]


def test_every_state_is_reached_and_ended_ones_stay() -> None:
    assert {step.target for step in DEALS.steps} | {DealStatus.DRAFT} == set(DealStatus)
    # An appeal that overturns a rejection is the only way back (N-06).
    assert [step.action for step in DEALS.steps if step.origin in ENDED] == [DealAction.REOPEN]
    assert {*LIVE, *ENDED, DealStatus.DRAFT} == set(DealStatus)
    assert {step.action for step in DEALS.steps} == set(DealAction)
    assert [whose_turn(state) for state in (DealStatus.SUBMITTED, DealStatus.INFO_REQUESTED, DealStatus.WON)] == ["vendor", "partner", "nobody"]


def test_the_documentation_has_the_table_of_states_and_every_refusal() -> None:
    text = (ROOT / "docs" / "deals.md").read_text(encoding="utf-8")
    assert DEALS.as_markdown() in text
    assert [code for code in ReasonCode if f"`{code}`" not in text] == []
