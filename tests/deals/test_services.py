"""The verbs: submitted once, decided with a reason, ended one way, and the lead moves along."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.audit import AuditEntry, history
from core.clock import FixedClock
from core.errors import Forbidden, Invalid, NotFound, Refused
from core.ids import TypeID
from core.money import Money
from deals import (
    DealAction,
    DealStatus,
    Registration,
    answer_question,
    close_registration,
    decide_registration,
    draft_from_lead,
    note_direct_engagement,
    save_draft,
    submit_registration,
    update_stage,
)
from deals.queries import deal_lines, waiting_counts
from deals.rules.stages import SalesStage
from deals.services import NotAdmitted
from deals.services.closing import expire_protections
from enablement import CertificationMissing, GatedAction, set_gate
from engagement import Lead, LeadStatus
from tests.conftest import Cast
from tests.deals.conftest import GOOD, Submit, Work


def test_a_draft_saves_what_is_there_and_submits_when_complete(work: Work, cast: Cast, programme: TypeID) -> None:
    with work("pia") as ctx:
        row = save_draft(ctx, cast["pia"].partner_id, replace(GOOD, customer_name="", amount=None, expected_close=None, presales_activity=""))
        with pytest.raises(Invalid) as refused:
            submit_registration(ctx, row.id)
        assert list(refused.value.errors) == ["customer_name", "amount", "expected_close", "presales_activity"]
    with work("pia") as ctx:
        save_draft(ctx, cast["pia"].partner_id, GOOD, row.id)
        done = submit_registration(ctx, row.id)
        assert (done.status, done.customer_key, done.place, done.conflict) == (DealStatus.SUBMITTED, "acme.example", 1, False)
        assert done.probability == 50  # the usual one of a proposal
    with work("pia") as ctx, pytest.raises(Refused) as late:
        save_draft(ctx, cast["pia"].partner_id, GOOD, row.id)
    assert late.value.code == "read_only"
    with work("pia") as ctx, pytest.raises(Refused):
        submit_registration(ctx, row.id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": Money(-1, "EUR")}, "amount"),
        ({"amount": Money(0, "EUR")}, "amount"),
        ({"amount": Money(10**15, "EUR")}, "amount"),
        ({"amount": Money(1_000_000, "THB")}, "amount_currency"),
        ({"expected_close": date(2026, 3, 1)}, "expected_close"),
        ({"expected_close": date(2036, 3, 2)}, "expected_close"),
        ({"customer_domain": "acme"}, "customer_domain"),
        ({"customer_domain": "gmail.com"}, "customer_domain"),
        ({"customer_domain": "ada@acme.example"}, "customer_domain"),
        ({"customer_name": "A" * 201}, "customer_name"),
        ({"customer_name": "!!!"}, "customer_name"),
        ({"customer_country": "XX"}, "customer_country"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"presales_activity": "a" * 4001}, "presales_activity"),
        ({"product_line": "unknown"}, "product_line"),
        ({"probability": 101}, "probability"),
        ({"tender": True, "tender_published_on": date(1999, 1, 1)}, "tender_published_on"),
    ],
)
def test_what_nobody_can_mean_is_refused_even_in_a_draft(work: Work, cast: Cast, programme: TypeID, change: dict[str, Any], field: str) -> None:
    with work("pia") as ctx, pytest.raises(Invalid) as refused:
        save_draft(ctx, cast["pia"].partner_id, replace(GOOD, **change))
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize(
    ("name", "change", "code", "field"),
    [
        ("pia", {"amount": Money(499_999, "EUR")}, "below_minimum", "amount"),
        ("pia", {"customer_domain": "kestrel.example"}, "customer_declined", "customer_domain"),
        ("pia", {"customer_domain": "direct.example"}, "direct_engagement", "customer_domain"),
        ("pia", {"tender": True, "tender_published_on": date(2026, 3, 1)}, "tender_published", "tender_published_on"),
        ("zed", {"product_line": "storage"}, "not_authorised", "product_line"),
    ],
)
def test_rules_refuse_with_code_field_and_sentence(work: Work, submit: Submit, name: str, change: dict[str, Any], code: str, field: str) -> None:
    with work("nora") as ctx:
        note_direct_engagement(ctx, "Direct SE", "https://shop.direct.example", date(2026, 2, 1))
    with pytest.raises(NotAdmitted) as refused:
        submit(name, **change)
    assert (refused.value.code, list(refused.value.errors)) == (code, [field])
    assert len(refused.value.errors[field]) > 30


def test_ones_own_earlier_registration_is_a_duplicate_until_it_ends(work: Work, submit: Submit) -> None:
    first = submit("pia")
    with pytest.raises(NotAdmitted) as refused:
        submit("pia", customer_name="Acme Energy", customer_domain="energy.acme.example")
    assert refused.value.code == "duplicate_registration"
    submit("pia", product_line="storage")
    with work("pia") as ctx:
        close_registration(ctx, first.id, DealAction.WITHDRAW, reason="Wrong customer.")
    assert submit("pia").status is DealStatus.SUBMITTED


def test_without_a_certificate_nothing_is_submitted_and_the_gate_says_what_is_missing(work: Work, cast: Cast, programme: TypeID) -> None:
    with work("system") as ctx:
        set_gate(ctx, GatedAction.DEAL_REGISTRATION, programme, 2)
    with work("pia") as ctx:
        row = save_draft(ctx, cast["pia"].partner_id, GOOD)
    with work("pia") as ctx, pytest.raises(CertificationMissing) as refused:
        submit_registration(ctx, row.id)
    assert refused.value.code == "certification_missing"
    assert refused.value.gate.gaps[0].need == 2


def test_the_second_partner_meets_a_conflict_and_learns_nothing_about_the_first(work: Work, submit: Submit) -> None:
    first, second = submit("pia"), submit("zed", customer_name="ACME Gesellschaft mbH", customer_domain="shop.acme.example")
    assert (first.conflict, second.conflict, second.match_kind) == (False, True, "domain")
    with work("zed") as ctx:
        told = [str(value) for entry in history(ctx, second.id) for value in (entry.before, entry.after, entry.reason)]
        assert str(first.id) not in "".join(told) and "Kestrel" not in "".join(told)
        assert ctx.session.scalars(select(Registration.id)).all() == [second.id]


def test_a_similar_name_in_the_same_country_is_flagged_for_a_person(submit: Submit) -> None:
    submit("pia")
    same = submit("zed", customer_name="ACME Gesellschaft mbH", customer_domain="acme-heating.example")
    other = submit("zed", customer_name="Acme GmbH", customer_domain="acme-austria.example", customer_country="AT")
    assert (same.conflict, same.match_kind) == (False, "name")
    assert (other.conflict, other.match_kind) == (False, "")


def test_a_conflict_is_never_approved_in_passing(work: Work, submit: Submit) -> None:
    first, second = submit("pia"), submit("zed")
    with work("nora") as ctx, pytest.raises(Invalid) as silent:
        decide_registration(ctx, second.id, DealAction.APPROVE)
    assert list(silent.value.errors) == ["reason"]
    with work("nora") as ctx:
        assert decide_registration(ctx, first.id, DealAction.APPROVE).status is DealStatus.APPROVED
    with work("nora") as ctx, pytest.raises(Refused) as protected:
        decide_registration(ctx, second.id, DealAction.APPROVE, reason="They were quicker.")
    assert protected.value.code == "protected_for_another"


def test_a_second_approved_past_the_first_protects_it_against_the_first(work: Work, submit: Submit) -> None:
    first, second = submit("pia"), submit("zed")
    with work("nora") as ctx:
        decide_registration(ctx, second.id, DealAction.APPROVE, reason="The customer asked for Brightwater in writing.")
    with work("nora") as ctx, pytest.raises(Refused):
        decide_registration(ctx, first.id, DealAction.APPROVE, reason="Both.")


def test_when_the_first_ends_the_second_is_free_of_conflict(work: Work, submit: Submit) -> None:
    from deals.events import RegistrationDecided
    from deals.services.closing import settle_conflicts

    first, second = submit("pia"), submit("zed")
    with work("nora") as ctx:
        decide_registration(ctx, first.id, DealAction.REJECT, reason="No answer from the customer.", reason_code="inactive")
    with work("system") as ctx:
        for _again in range(2):
            settle_conflicts(ctx, RegistrationDecided(str(first.id), str(first.partner_id), "rejected", "inactive"))
    with work("nora") as ctx:
        row = ctx.session.get_one(Registration, second.id)
        assert (row.conflict, row.match_kind) == (False, "")
        cleared = select(AuditEntry).where(AuditEntry.action == "deals.registration.conflict_cleared")
        assert len(ctx.session.scalars(cleared).all()) == 1
        assert decide_registration(ctx, second.id, DealAction.APPROVE).status is DealStatus.APPROVED


def test_approval_protects_for_ninety_days_and_is_kept_with_its_rules(work: Work, submit: Submit) -> None:
    row = submit("pia")
    with work("nora") as ctx:
        done = decide_registration(ctx, row.id, DealAction.APPROVE)
        assert done.protected_until is not None
        assert done.protected_until.astimezone(ctx.clock.zone).date() == date(2026, 6, 1)  # protected to the end of 31 May
        assert (done.decided_by, done.decided_rule_version) == ("Nora", "1")
    with work("nora") as ctx, pytest.raises(Refused):
        decide_registration(ctx, row.id, DealAction.APPROVE)


def test_a_question_goes_to_the_partner_and_comes_back(work: Work, submit: Submit, cast: Cast) -> None:
    row = submit("pia")
    with work("nora") as ctx:
        with pytest.raises(Invalid):
            decide_registration(ctx, row.id, DealAction.ASK)
        decide_registration(ctx, row.id, DealAction.TAKE)
        decide_registration(ctx, row.id, DealAction.ASK, reason="Which building is it?")
    with work("pia") as ctx:
        changed = save_draft(
            ctx, cast["pia"].partner_id, replace(GOOD, customer_name="Other", customer_domain="other.example", competitor="Rival"), row.id
        )
        assert (changed.customer_name, changed.customer_key, changed.competitor) == ("Acme GmbH", "acme.example", "Rival")
        with pytest.raises(Invalid):
            save_draft(ctx, cast["pia"].partner_id, replace(GOOD, presales_activity=""), row.id)
        with pytest.raises(Invalid):
            answer_question(ctx, row.id, "   ")
        assert answer_question(ctx, row.id, "The office in Neuenburg.").status is DealStatus.IN_REVIEW


def test_a_rejection_needs_a_code_of_the_list_and_words(work: Work, submit: Submit) -> None:
    row = submit("pia")
    with work("nora") as ctx:
        for reason, code, field in (("", "inactive", "reason"), ("Because.", "", "reason_code"), ("Because.", "mood", "reason_code")):
            with pytest.raises(Invalid) as refused:
                decide_registration(ctx, row.id, DealAction.REJECT, reason=reason, reason_code=code)
            assert list(refused.value.errors) == [field]
        done = decide_registration(ctx, row.id, DealAction.REJECT, reason="Their own tender is out.", reason_code="tender_published")
        assert (done.status, done.reason_code, done.message) == (DealStatus.REJECTED, "tender_published", "Their own tender is out.")


def test_protection_runs_out_at_the_end_of_its_last_day_once(work: Work, submit: Submit, clock: FixedClock) -> None:
    row = submit("pia")
    with work("nora") as ctx:
        decide_registration(ctx, row.id, DealAction.APPROVE)
    clock.move(timedelta(days=90))
    with work("system") as ctx:
        expire_protections(ctx)
        assert ctx.session.get_one(Registration, row.id).status is DealStatus.APPROVED
    clock.move(timedelta(days=1))
    for _again in range(2):
        with work("system") as ctx:
            expire_protections(ctx)
    with work("pia") as ctx:
        assert ctx.session.get_one(Registration, row.id).status is DealStatus.EXPIRED
        assert [entry.action for entry in history(ctx, row.id)].count("deals.registration.expire") == 1
    assert submit("zed", expected_close=date(2026, 9, 1)).conflict is False


def test_a_won_deal_keeps_what_was_sold_and_when(work: Work, submit: Submit, clock: FixedClock) -> None:
    row = submit("pia")
    with work("pia") as ctx, pytest.raises(Refused):
        close_registration(ctx, row.id, DealAction.WIN)
    with work("nora") as ctx:
        decide_registration(ctx, row.id, DealAction.APPROVE)
    clock.move(timedelta(days=20))
    with work("pia") as ctx:
        for amount, day, field in (
            (Money(-5, "EUR"), None, "amount"),
            (Money(5, "EUR"), date(2026, 3, 1), "closed_on"),
            (Money(5, "EUR"), date(2026, 3, 23), "closed_on"),
        ):
            with pytest.raises(Invalid) as refused:
                close_registration(ctx, row.id, DealAction.WIN, amount=amount, closed_on=day)
            assert list(refused.value.errors) == [field]
        done = close_registration(ctx, row.id, DealAction.WIN, amount=Money(5_000_000, "EUR"), closed_on=date(2026, 3, 20))
        assert (done.status, done.amount_minor, done.probability) == (DealStatus.WON, 5_000_000, 100)
        [line] = deal_lines(ctx)
        assert (line.status, line.amount_minor, line.submitted_on, line.won_on) == (DealStatus.WON, 5_000_000, date(2026, 3, 2), date(2026, 3, 20))
    with work("pia") as ctx, pytest.raises(Refused):
        update_stage(ctx, row.id, SalesStage.VERBAL)


def test_the_forecast_is_the_partners_and_changes_no_status(work: Work, submit: Submit) -> None:
    row = submit("pia")
    with work("nora") as ctx, pytest.raises(Forbidden):
        update_stage(ctx, row.id, SalesStage.VERBAL)
    with work("pia") as ctx:
        done = update_stage(ctx, row.id, SalesStage.NEGOTIATION, 60, date(2026, 7, 1))
        assert (done.status, done.stage, done.probability, done.expected_close) == (
            DealStatus.SUBMITTED,
            SalesStage.NEGOTIATION,
            60,
            date(2026, 7, 1),
        )
        with pytest.raises(Invalid):
            update_stage(ctx, row.id, SalesStage.VERBAL, 300)


def test_a_lead_becomes_a_deal_with_its_source_and_moves_along(work: Work, submit: Submit, lead: Lead, cast: Cast) -> None:
    with work("pia") as ctx:
        row = draft_from_lead(ctx, lead.id)
        assert (row.customer_name, row.customer_key, row.contact_email) == ("Acme GmbH", "acme.example", "ada@energy.acme.example")
        assert (row.source_code, row.placement_id, row.asset_id) == (lead.campaign, lead.placement_id, lead.asset_id)
        assert draft_from_lead(ctx, lead.id).id == row.id
        assert ctx.session.get_one(Lead, lead.id).status is LeadStatus.ACCEPTED
    with work("pia") as ctx:
        save_draft(ctx, cast["pia"].partner_id, GOOD, row.id)
        submit_registration(ctx, row.id)
        assert ctx.session.get_one(Lead, lead.id).status is LeadStatus.QUALIFIED
    with work("nora") as ctx:
        decide_registration(ctx, row.id, DealAction.APPROVE)
    with work("pia") as ctx:
        close_registration(ctx, row.id, DealAction.WIN)
        assert ctx.session.get_one(Lead, lead.id).status is LeadStatus.CONVERTED
        [line] = deal_lines(ctx)
        assert (line.campaign, line.placement_id) == (lead.campaign, lead.placement_id)


def test_a_lost_deal_loses_its_lead_with_the_reason(work: Work, lead: Lead, cast: Cast) -> None:
    with work("pia") as ctx:
        row = draft_from_lead(ctx, lead.id)
        save_draft(ctx, cast["pia"].partner_id, GOOD, row.id)
        submit_registration(ctx, row.id)
    with work("nora") as ctx:
        decide_registration(ctx, row.id, DealAction.APPROVE)
    with work("pia") as ctx:
        close_registration(ctx, row.id, DealAction.LOSE, reason="Too dear.")
        found = ctx.session.get_one(Lead, lead.id)
        assert found.status is LeadStatus.LOST and found.steps[-1].reason == "Too dear."
    with work("pia") as ctx, pytest.raises(Refused) as closed:
        draft_from_lead(ctx, lead.id)
    assert closed.value.code == "lead_is_closed"


def test_nobody_reaches_a_strangers_registration_or_lead(work: Work, submit: Submit, lead: Lead, cast: Cast) -> None:
    row = submit("pia")
    with work("zed") as ctx:
        for verb in (
            lambda: submit_registration(ctx, row.id),
            lambda: answer_question(ctx, row.id, "x"),
            lambda: close_registration(ctx, row.id, DealAction.WITHDRAW, reason="x"),
            lambda: update_stage(ctx, row.id, SalesStage.VERBAL),
            lambda: draft_from_lead(ctx, lead.id),
            lambda: save_draft(ctx, cast["pia"].partner_id, GOOD),
            lambda: save_draft(ctx, cast["zed"].partner_id, GOOD, row.id),
        ):
            with pytest.raises(NotFound):
                verb()
        with pytest.raises(Forbidden):
            decide_registration(ctx, row.id, DealAction.APPROVE)
    with work("wim") as ctx, pytest.raises(Forbidden):
        save_draft(ctx, cast["wim"].partner_id, GOOD)


def test_what_waits_is_counted_for_each_side(work: Work, submit: Submit, cast: Cast) -> None:
    submit("pia")
    submit("zed")
    with work("pia") as ctx:
        save_draft(ctx, cast["pia"].partner_id, replace(GOOD, customer_name=""))
        assert waiting_counts(ctx) == {"answer": 0, "draft": 1, "ending": 0}
    with work("nora") as ctx:
        assert waiting_counts(ctx) == {"decide": 2, "conflict": 1}
        assert len(deal_lines(ctx)) == 2
        assert deal_lines(ctx, first=date(2026, 3, 3)) == []
