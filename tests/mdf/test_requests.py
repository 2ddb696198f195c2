"""Requests as verbs: what they refuse with field, reason code and fix, and how money and evidence follow the decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from core.clock import FixedClock
from core.database import Database
from core.errors import Forbidden, Invalid, NotFound, Refused
from core.events import OutboxEvent
from core.ids import TypeID, new_id
from enablement import CertificationMissing
from mdf import (
    ActivityType,
    BudgetDraft,
    BudgetStatus,
    DeclineReason,
    FundRequest,
    LedgerEntry,
    LineDraft,
    RequestAction,
    RequestStatus,
    answer_request,
    cancel_request,
    change_budget_status,
    create_budget,
    decide_request,
    save_request,
    submit_request,
)
from mdf.models import Claim, ClaimStatus, RequestLine
from mdf.programme import FundTerms
from mdf.queries import balances_of, fund_lines
from mdf.rules.catalogue import contract
from mdf.rules.duties import conflict_of_duties
from mdf.rules.kinds import Provider
from mdf.rules.states import REQUESTS
from tests.mdf.conftest import CLOSES, ENDS, STARTS, Funds, a_draft, a_saved_request, an_open_budget, let_time_pass

Work = Callable[[str], Any]
ONE = LineDraft("Advertising", 100_000)


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"lines": (LineDraft("x", -100),)}, "line-1-cost", "amount_not_positive"),
        ({"lines": (LineDraft("x", 0),)}, "line-1-cost", "amount_not_positive"),
        ({"lines": (ONE, LineDraft("x", 10_000_000_001))}, "line-2-cost", "amount_absurd"),
        ({"lines": (LineDraft(" ", 100),)}, "line-1-description", "description_missing"),
        ({"lines": (ONE,) * 21}, "lines", "too_many_lines"),
        ({"expected_pipeline_minor": 0}, "expected_pipeline", "amount_not_positive"),
        ({"expected_pipeline_minor": 10**15}, "expected_pipeline", "amount_absurd"),
        ({"expected_leads": 0}, "expected_leads", "number_absurd"),
        ({"target_size": 10**9}, "target_size", "number_absurd"),
        ({"currency": "USD"}, "currency", "currency_mismatch"),
        ({"participation_rate": 51}, "participation_rate", "share_above_most"),
        ({"participation_rate": 0}, "participation_rate", "share_not_percent"),
        ({"participation_rate": 101}, "participation_rate", "share_not_percent"),
        ({"starts_on": date(2025, 12, 31)}, "starts_on", "date_out_of_window"),
        ({"ends_on": CLOSES + timedelta(days=1)}, "ends_on", "date_out_of_window"),
        ({"ends_on": STARTS - timedelta(days=1)}, "ends_on", "ends_before_start"),
        ({"title": "\u202e "}, "title", "title_missing"),
        ({"goal": "x" * 2001}, "goal", "too_long"),
        ({"budget_id": new_id("bdg")}, "budget", "budget_unknown"),
        ({"campaign_id": new_id("cmp")}, "campaign", "campaign_unknown"),
        ({"placement_ids": (new_id("plc"),)}, "placements", "placement_unknown"),
    ],
)
def test_nonsense_does_not_even_become_a_draft(work: Work, funds: Funds, changed: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal, work("pia") as ctx:
        save_request(ctx, funds.kestrel, a_draft(funds, **changed))
    assert refusal.value.reasons == {field: code}
    assert refusal.value.errors[field].endswith(".")
    with work("system") as ctx:
        assert (ctx.session.query(FundRequest).count(), ctx.session.query(RequestLine).count()) == (0, 0)


@pytest.mark.parametrize("who", ["pia", "system"])
def test_only_own_living_placements_are_funded(work: Work, funds: Funds, who: str) -> None:
    """The hub itself, which sees every placement, refuses a foreign one as well."""
    for placement, code in ((funds.rival_placement, "placement_unknown"), (funds.ended_placement, "placement_ended")):
        with pytest.raises(Invalid) as refusal, work(who) as ctx:
            save_request(ctx, funds.kestrel, a_draft(funds, placement_ids=(funds.placement, placement)))
        assert refusal.value.reasons == {"placements": code}


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"goal": ""}, "goal", "goal_missing"),
        ({"target_group": " \n "}, "target_group", "target_group_missing"),
        ({"target_size": None}, "target_size", "target_size_missing"),
        ({"expected_pipeline_minor": None}, "expected_pipeline", "expected_pipeline_missing"),
        ({"expected_leads": None}, "expected_leads", "expected_leads_missing"),
        ({"campaign_id": None}, "campaign", "campaign_missing"),
        ({"starts_on": None}, "starts_on", "date_missing"),
        ({"starts_on": date(2026, 3, 1)}, "starts_on", "starts_in_past"),
        ({"lines": ()}, "line-1-cost", "cost_missing"),
        ({"lines": (LineDraft("Sticker", 1),)}, "line-1-cost", "share_is_nothing"),
        ({"placement_ids": ()}, "placements", "placement_missing"),
    ],
)
def test_gaps_may_stand_in_a_draft_but_not_be_submitted(work: Work, funds: Funds, changed: dict[str, Any], field: str, code: str) -> None:
    with work("pia") as ctx:
        request = a_saved_request(ctx, funds, **changed)
    with pytest.raises(Invalid) as refusal, work("pia") as ctx:
        submit_request(ctx, request.id)
    assert refusal.value.reasons[field] == code
    with work("pia") as ctx:
        assert ctx.session.get_one(FundRequest, request.id).status is RequestStatus.DRAFT


def test_share_and_amount_are_fixed_at_submission(work: Work, funds: Funds, submitted: TypeID) -> None:
    with work("pia") as ctx:
        request = ctx.session.get_one(FundRequest, submitted)
        assert (request.participation_rate, request.requested_minor) == (50, 500_000)
        with pytest.raises(Refused, match="cannot be changed"):
            save_request(ctx, funds.kestrel, a_draft(funds, lines=(ONE,)), submitted)
    with work("rita") as ctx:
        assert balances_of(ctx, funds.budget).available == 2_000_000


def test_a_smaller_share_may_be_asked_for(work: Work, funds: Funds) -> None:
    with work("pia") as ctx:
        assert submit_request(ctx, a_saved_request(ctx, funds, participation_rate=30).id).requested_minor == 300_000


def test_an_uncertified_partner_cannot_submit(work: Work, funds: Funds, closed_gate: str) -> None:
    with pytest.raises(CertificationMissing, match=closed_gate), work("pia") as ctx:
        submit_request(ctx, a_saved_request(ctx, funds).id)


def test_budgets_of_other_regions_and_of_the_future_do_not_exist(work: Work, funds: Funds) -> None:
    with work("rita") as ctx:
        foreign = an_open_budget(ctx, region="uki")
        planned = create_budget(ctx, BudgetDraft("Later", "2026-Q3", "EUR", date(2026, 7, 1), date(2026, 9, 30))).id
    for budget_id in (foreign, planned):
        with pytest.raises(Invalid) as refusal, work("pia") as ctx:
            save_request(ctx, funds.kestrel, a_draft(funds, budget_id=budget_id))
        assert refusal.value.reasons == {"budget": "budget_unknown"}


def test_no_money_from_a_frozen_budget(work: Work, funds: Funds, submitted: TypeID) -> None:
    with work("rita") as ctx:
        change_budget_status(ctx, funds.budget, BudgetStatus.FROZEN)
    with pytest.raises(Refused) as refusal, work("rita") as ctx:
        decide_request(ctx, submitted, RequestAction.APPROVE)
    assert refusal.value.code == "budget_not_open"
    with pytest.raises(Invalid) as invalid, work("pia") as ctx:
        submit_request(ctx, a_saved_request(ctx, funds).id)
    assert invalid.value.reasons == {"budget": "budget_not_open"}


@pytest.mark.parametrize(
    ("amounts", "codes"),
    [
        ((-1, 200_000), {"amount_negative"}),
        ((300_001, 200_000), {"above_share"}),
        ((0, 0), {"nothing_granted"}),
        ((300_000,), {"amount_missing"}),
    ],
)
def test_amounts_that_cannot_be_granted(work: Work, funds: Funds, submitted: TypeID, amounts: tuple[int, ...], codes: set[str]) -> None:
    with work("rita") as ctx:
        lines = ctx.session.get_one(FundRequest, submitted).lines
        granted = {line.id: amount for line, amount in zip(lines, amounts, strict=False)}
    with pytest.raises(Invalid) as refusal, work("rita") as ctx:
        decide_request(ctx, submitted, RequestAction.APPROVE_PARTLY, granted, "Because")
    assert set(refusal.value.reasons.values()) == codes
    with work("rita") as ctx:
        assert ctx.session.query(LedgerEntry).count() == 1


def test_a_foreign_line_cannot_be_granted(work: Work, submitted: TypeID) -> None:
    with pytest.raises(Invalid) as refusal, work("rita") as ctx:
        decide_request(ctx, submitted, RequestAction.APPROVE, {new_id("mrl"): 1})
    assert set(refusal.value.reasons.values()) == {"unknown_line", "amount_missing"}


def test_granting_all_of_it_is_an_approval_whatever_the_button(work: Work, submitted: TypeID) -> None:
    with work("rita") as ctx:
        amounts = {line.id: share for line, share in zip(ctx.session.get_one(FundRequest, submitted).lines, (300_000, 200_000), strict=True)}
        assert decide_request(ctx, submitted, RequestAction.APPROVE_PARTLY, amounts).status is RequestStatus.APPROVED


def test_an_approval_announces_signs_and_sets_the_deadline(work: Work, cast: Any, approved: TypeID, funds: Funds) -> None:
    with work("rita") as ctx:
        request = ctx.session.get_one(FundRequest, approved)
        assert request.claim_due_on == ENDS + timedelta(days=60) == date(2026, 5, 28)
        assert (request.decided_by, request.decided_rule_version) == (str(cast["rita"].user_id), "1")
        told = ctx.session.query(OutboxEvent).filter_by(name="mdf.request_approved.v1").one().payload
        assert told == {"request_id": str(approved), "partner_id": str(funds.kestrel), "amount_minor": 500_000, "currency": "EUR"}


def test_returned_requests_come_back(work: Work, funds: Funds, submitted: TypeID) -> None:
    with work("rita") as ctx:
        decide_request(ctx, submitted, RequestAction.RETURN, reason="Too dear", reason_code=DeclineReason.FIGURES)
    with work("pia") as ctx:
        save_request(ctx, funds.kestrel, a_draft(funds, lines=(ONE,)), submitted)
        assert submit_request(ctx, submitted).requested_minor == 50_000


def test_declining_is_final_and_needs_reason_and_code(work: Work, submitted: TypeID) -> None:
    for told, field in (({"reason": ""}, "reason"), ({"reason": "No", "reason_code": "mood"}, "reason_code")):
        with pytest.raises(Invalid) as refusal, work("rita") as ctx:
            decide_request(ctx, submitted, RequestAction.DECLINE, **told)
        assert field in refusal.value.errors
    with work("rita") as ctx:
        row = decide_request(ctx, submitted, RequestAction.DECLINE, reason="Not this year", reason_code=DeclineReason.PRIORITIES)
        assert (row.status, row.reason_code) == (RequestStatus.DECLINED, "other_priorities")
    for person, verb in (("pia", lambda ctx: submit_request(ctx, submitted)), ("pia", lambda ctx: cancel_request(ctx, submitted, "x"))):
        with pytest.raises(Refused, match="not possible"), work(person) as ctx:
            verb(ctx)


def test_who_applied_does_not_approve() -> None:
    assert conflict_of_duties("usr_1", {"applicant": "usr_1"}) == "applicant"
    assert conflict_of_duties("usr_2", {"applicant": "usr_1", "request_approver": "usr_2"}) == "request_approver"
    assert conflict_of_duties("usr_3", {"applicant": "usr_1", "request_approver": ""}) is None
    assert conflict_of_duties("", {"applicant": ""}) is None


def test_separation_of_duties_in_the_verb(work: Work, cast: Any, submitted: TypeID) -> None:
    with work("system") as ctx:
        ctx.session.get_one(FundRequest, submitted).submitted_by = str(cast["rita"].user_id)
    with pytest.raises(Refused) as refusal, work("rita") as ctx:
        decide_request(ctx, submitted, RequestAction.APPROVE)
    assert refusal.value.code == "separation_of_duties"
    with work("ruben") as ctx:
        decide_request(ctx, submitted, RequestAction.APPROVE)


def test_strangers_and_readers(work: Work, funds: Funds, submitted: TypeID) -> None:
    for verb in (
        lambda ctx: submit_request(ctx, submitted),
        lambda ctx: cancel_request(ctx, submitted, "x"),
        lambda ctx: answer_request(ctx, submitted, "x"),
        lambda ctx: save_request(ctx, funds.brightwater, a_draft(funds), submitted),
        lambda ctx: save_request(ctx, funds.kestrel, a_draft(funds)),
    ):
        with pytest.raises(NotFound), work("zed") as ctx:
            verb(ctx)
    with pytest.raises(Forbidden), work("cleo") as ctx:
        decide_request(ctx, submitted, RequestAction.APPROVE)
    with pytest.raises(Forbidden), work("pia") as ctx:
        decide_request(ctx, submitted, RequestAction.APPROVE)


def test_cancelling_gives_the_money_back(work: Work, funds: Funds, approved: TypeID) -> None:
    with work("pia") as ctx:
        cancel_request(ctx, approved, "The page goes away")
        assert balances_of(ctx, funds.budget).available == 2_000_000
        assert [(line.committed_minor, line.paid_minor) for line in fund_lines(ctx)] == [(0, 0)]
    with pytest.raises(Refused), work("pia") as ctx:
        cancel_request(ctx, approved, "Again")


def _a_claim(ctx: Any, request: FundRequest, status: ClaimStatus) -> None:
    told = {"partner_id": request.partner_id, "request_id": request.id, "status": status, "currency": request.currency}
    ctx.session.add(Claim(id=new_id("clm"), status_since=ctx.now, created_at=ctx.now, **told))


def test_money_that_a_claim_needs_is_not_given_back(work: Work, database: Database, clock: FixedClock, funds: Funds, approved: TypeID) -> None:
    with work("system") as ctx:
        _a_claim(ctx, ctx.session.get_one(FundRequest, approved), ClaimStatus.IN_REVIEW)
    with pytest.raises(Refused) as refusal, work("pia") as ctx:
        cancel_request(ctx, approved, "x")
    assert refusal.value.code == "claim_open"
    clock.move(timedelta(days=120))
    let_time_pass(database, work)
    with work("rita") as ctx:
        assert balances_of(ctx, funds.budget).committed == 500_000


def test_days_come(work: Work, database: Database, clock: FixedClock, funds: Funds, approved: TypeID) -> None:
    """Starts on its first day, is in time on the last day of the claim, lapses on the day after; each once."""
    expected = (
        (date(2026, 3, 8), RequestStatus.APPROVED, 500_000),
        (date(2026, 3, 9), RequestStatus.EXECUTING, 500_000),
        (date(2026, 5, 28), RequestStatus.EXECUTING, 500_000),
        (date(2026, 5, 29), RequestStatus.LAPSED, 0),
        (date(2026, 5, 30), RequestStatus.LAPSED, 0),
    )
    for day, status, committed in expected:
        clock.move(timedelta(days=(day - clock.today()).days))
        let_time_pass(database, work)
        with work("rita") as ctx:
            assert ctx.session.get_one(FundRequest, approved).status is status, day
            assert balances_of(ctx, funds.budget).committed == committed, day
    with work("rita") as ctx:
        assert [entry.kind.value for entry in ctx.session.query(LedgerEntry).order_by(LedgerEntry.seq)] == ["allocate", "commit", "release"]


def test_paid_money_is_counted_on_its_day(work: Work, clock: FixedClock, funds: Funds, approved: TypeID) -> None:
    from mdf import EntryKind
    from mdf.services.ledger import post

    clock.move(timedelta(days=60))
    with work("rita") as ctx:
        request = ctx.session.get_one(FundRequest, approved)
        for kind in (EntryKind.APPROVE_CLAIM, EntryKind.PAY):
            post(ctx, funds.budget, kind, 320_000, request=request)
        day = ctx.today
        assert [(line.committed_minor, line.paid_minor) for line in fund_lines(ctx)] == [(180_000, 320_000)]
        assert [line.paid_minor for line in fund_lines(ctx, first=day, last=day)] == [320_000]
        assert [line.paid_minor for line in fund_lines(ctx, last=day - timedelta(days=1))] == [0]
        assert [line.paid_minor for line in fund_lines(ctx, first=day + timedelta(days=1))] == [0]


@pytest.mark.parametrize("kind", list(ActivityType))
def test_every_activity_asks_for_an_invoice_and_for_something_that_proves_it(kind: ActivityType) -> None:
    items = contract(kind, ["plc_a", "plc_b"], STARTS, ENDS, FundTerms())
    required = [item for item in items if item.required]
    assert [item.code for item in items].count("invoice") == 1
    assert len(required) > 1
    assert all(item.due_on is None or STARTS <= item.due_on <= ENDS for item in items)
    assert all((item.placement_id is None) or item.provider is Provider.HUB for item in items)


def test_a_short_activity_has_no_two_pictures_of_one_day() -> None:
    for days, codes in ((0, ["start"]), (1, ["start", "end"]), (2, ["start", "middle", "end"])):
        items = contract(ActivityType.SYNDICATION_PLACEMENT, ["plc_a"], STARTS, STARTS + timedelta(days=days), FundTerms())
        assert [item.code.removeprefix("screenshot_") for item in items if item.due_on] == codes


def test_the_catalogue_of_section_8() -> None:
    """For each kind what is uploaded besides invoice and payment, and what the hub brings for one placement."""
    codes = {
        kind: [item.code for item in contract(kind, ["plc_a"], STARTS, ENDS, FundTerms()) if item.code not in ("invoice", "payment")]
        for kind in ActivityType
    }
    measured = ["sealed_counts", "timeline", "screenshot_start", "screenshot_middle", "screenshot_end", "page_check", "invalid_traffic"]
    assert codes == {
        ActivityType.SYNDICATION_PLACEMENT: measured,
        ActivityType.LANDING_PAGE: [*measured, "leads", "published_page"],
        ActivityType.EMAIL_ELSEWHERE: ["creative", "list_size", "delivery_report"],
        ActivityType.DIGITAL_ADVERTISING: ["sealed_counts", "invalid_traffic", "platform_report", "ad_screenshot"],
        ActivityType.PRINT: ["tear_sheet"],
        ActivityType.SIGNAGE: ["photo"],
        ActivityType.EVENT: ["invitation", "agenda", "attendee_list", "photo", "result_form"],
        ActivityType.TELEMARKETING: ["call_report", "script", "result_list"],
        ActivityType.TRAINING: ["award_records"],
    }


def test_the_documented_states_are_the_states() -> None:
    from pathlib import Path

    text = (Path(__file__).parents[2] / "docs" / "funds.md").read_text(encoding="utf-8")
    assert REQUESTS.as_markdown() in text
