"""Requests and claims of the demo: one running, one finished and ready to be claimed, one in review, two paid, two waiting.

A script of deeds, each with its day before loading and the person whose work it is. A deed and the note that it is done are one
transaction, so a load that was interrupted repeats none and leaves none out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from core.ctx import Ctx
from core.database import Database
from core.gates import AcceptedDocument
from core.ids import TypeID
from core.kv import read_value, write_value
from hub.demo import paperwork
from hub.demo.building import Built
from hub.demo.cast import actor_by_id
from hub.demo.travelling import TravellingClock
from mdf import (
    ActivityType,
    ClaimAction,
    ClaimDraft,
    ClaimLineDraft,
    FundRequest,
    LineDraft,
    RequestAction,
    RequestDraft,
    accept_open,
    attach_upload,
    decide_claim,
    decide_request,
    open_claim,
    pay_claim,
    save_claim,
    save_request,
    submit_claim,
    submit_request,
    take_claim,
)

DONE = "demo.deeds"


@dataclass
class Story:
    """What the deeds find: the world as it was built, and the ids that earlier deeds left under their names."""

    built: Built
    last_day: date
    ids: dict[str, str] = field(default_factory=dict)

    def day(self, before: int) -> date:
        """A negative number lies ahead."""
        return self.last_day - timedelta(days=before)

    def request(self, name: str) -> TypeID:
        return TypeID.parse(self.ids[f"{name}/request"], "mrq")

    def claim(self, name: str) -> TypeID:
        return TypeID.parse(self.ids[f"{name}/claim"], "clm")


Papers = Sequence[tuple[str, AcceptedDocument]]


@dataclass(frozen=True)
class Deed:
    """`papers` are made before the transaction begins; `verb` returns the id to keep, if there is one."""

    name: str
    before: int
    who: str
    verb: Callable[[Ctx, Story, Papers], TypeID | None]
    papers: Callable[[Story], Papers] = lambda story: ()
    hour: int = 9


def fund(own: Database, clock: TravellingClock, built: Built, script: Sequence[Deed], until: date) -> None:
    """Does everything that is due up to a day and was not done before, each on its own day."""
    story = Story(built, date.fromisoformat(built.last_day))
    for deed in sorted(script, key=lambda one: (-one.before, one.hour)):
        day = story.day(deed.before)
        if day > until:
            return
        clock.at(datetime.combine(day, time(deed.hour), UTC))
        _do(own, story, deed)


def _do(own: Database, story: Story, deed: Deed) -> None:
    actor = actor_by_id(own, story.built.people[deed.who])
    with own.reading(actor) as ctx:
        story.ids = dict(read_value(ctx, DONE) or {})
    if deed.name in story.ids:
        return
    papers = deed.papers(story)
    with own.unit_of_work(actor) as ctx:
        left = deed.verb(ctx, story, papers)
        write_value(ctx, DONE, story.ids | {deed.name: str(left or "")})


@dataclass(frozen=True)
class Plan:
    """A request as its partner writes it. `begins` and `ends` are days before loading; `costs` are full costs in minor units."""

    partner: str
    budget: str
    currency: str
    campaign: str
    title: str
    kind: ActivityType
    begins: int
    ends: int
    costs: tuple[tuple[str, int], ...]
    goal: str
    target_group: str
    target_size: int
    leads: int
    pipeline: int
    placement: str = ""


def submit(plan: Plan) -> Callable[[Ctx, Story, Papers], TypeID]:
    def verb(ctx: Ctx, story: Story, papers: Papers) -> TypeID:
        built = story.built
        draft = RequestDraft(
            title=plan.title,
            budget_id=TypeID.parse(built.budgets[plan.budget], "bdg"),
            activity_type=plan.kind,
            currency=plan.currency,
            campaign_id=TypeID.parse(built.campaigns[plan.campaign], "cmp"),
            goal=plan.goal,
            target_group=plan.target_group,
            target_size=plan.target_size,
            expected_pipeline_minor=plan.pipeline,
            expected_leads=plan.leads,
            starts_on=story.day(plan.begins),
            ends_on=story.day(plan.ends),
            participation_rate=50,
            lines=tuple(LineDraft(*cost) for cost in plan.costs),
            placement_ids=(TypeID.parse(built.placements[plan.placement]["id"], "plc"),) if plan.placement else (),
        )
        request = save_request(ctx, TypeID.parse(built.partners[plan.partner], "prt"), draft)
        submit_request(ctx, request.id)
        return request.id

    return verb


def decide(name: str, action: RequestAction, reason: str = "", cut_to: int | None = None) -> Callable[[Ctx, Story, Papers], None]:
    """`cut_to`: what is granted for the first line, in minor units; the others as asked."""

    def verb(ctx: Ctx, story: Story, papers: Papers) -> None:
        request_id, amounts = story.request(name), None
        if cut_to is not None:
            request = ctx.session.get_one(FundRequest, request_id)
            shares = [line.cost_minor // 2 for line in request.lines]
            amounts = {line.id: share for line, share in zip(request.lines, [cut_to, *shares[1:]], strict=True)}
        decide_request(ctx, request_id, action, amounts, reason)

    return verb


@dataclass(frozen=True)
class Bill:
    """The invoice behind a claim; `dated` in days before loading. `papers` are further files by the code of their evidence item."""

    number: str
    supplier: str
    tax_id: str
    dated: int
    papers: tuple[tuple[str, Callable[[Story], str]], ...] = ()


def _open(name: str) -> Callable[[Ctx, Story, Papers], TypeID]:
    def verb(ctx: Ctx, story: Story, papers: Papers) -> TypeID:
        return open_claim(ctx, story.request(name)).id

    return verb


def _papers(name: str, plan: Plan, bill: Bill) -> Callable[[Story], Papers]:
    def make(story: Story) -> Papers:
        lines = [(_ascii(number), _amount(cost, plan.currency)) for number, (_what, cost) in enumerate(plan.costs, start=1)]
        total = _amount(sum(cost for _what, cost in plan.costs), plan.currency)
        customer = plan.partner.capitalize()
        drawn = [("invoice", paperwork.invoice(bill.supplier, bill.tax_id, bill.number, story.day(bill.dated), customer, lines, total))]
        drawn += [(code, draw(story)) for code, draw in bill.papers]
        return [(code, paperwork.accepted(svg, f"{code.replace('_', '-')}-{bill.number}.png")) for code, svg in drawn]

    return make


def _ascii(number: int) -> str:
    return f"Position {number} as ordered"


def _amount(minor: int, currency: str) -> str:
    return f"{minor / 100:,.2f} {currency}" if currency != "JPY" else f"{minor:,} {currency}"


def _file(name: str, plan: Plan, bill: Bill) -> Callable[[Ctx, Story, Papers], None]:
    def verb(ctx: Ctx, story: Story, papers: Papers) -> None:
        claim_id, request = story.claim(name), ctx.session.get_one(FundRequest, story.request(name))
        lines = tuple(ClaimLineDraft(str(line.id), line.description, line.cost_minor) for line in request.lines)
        draft = ClaimDraft(bill.number, story.day(bill.dated), bill.supplier, bill.tax_id, plan.currency, lines)
        save_claim(ctx, claim_id, draft)
        items = {item.code: item.id for item in request.evidence_items}
        for code, paper in papers:
            attach_upload(ctx, claim_id, items[code], paper)
        submit_claim(ctx, claim_id)

    return verb


def _review(name: str) -> Callable[[Ctx, Story, Papers], None]:
    def verb(ctx: Ctx, story: Story, papers: Papers) -> None:
        accept_open(ctx, story.claim(name))
        decide_claim(ctx, story.claim(name), ClaimAction.APPROVE)

    return verb


def take(name: str) -> Callable[[Ctx, Story, Papers], None]:
    return lambda ctx, story, papers: take_claim(ctx, story.claim(name)) and None


def _pay(name: str, reference: str) -> Callable[[Ctx, Story, Papers], None]:
    return lambda ctx, story, papers: pay_claim(ctx, story.claim(name), reference) and None


def asked(name: str, plan: Plan, before: int, who: str, granted: int | None = None) -> list[Deed]:
    """Submitted, and approved two days later by the channel manager, who neither reviews the claim nor pays it."""
    approve = (
        decide(name, RequestAction.APPROVE)
        if granted is None
        else decide(name, RequestAction.APPROVE_PARTLY, "Half of the usual budget for words; the rest when the first month has shown leads.", granted)
    )
    return [Deed(f"{name}/request", before, who, submit(plan)), Deed(f"{name}/approved", before - 2, "nora", approve, hour=14)]


def claimed(name: str, plan: Plan, bill: Bill, before: int, who: str) -> list[Deed]:
    return [
        Deed(f"{name}/claim", before, who, _open(name)),
        Deed(f"{name}/filed", before, who, _file(name, plan, bill), _papers(name, plan, bill), hour=10),
    ]


def paid(name: str, reference: str, before: int) -> list[Deed]:
    """Reviewed by Rita, paid four days later by Ruben."""
    return [
        Deed(f"{name}/reviewed", before, "rita", _review(name), hour=13),
        Deed(f"{name}/paid", before - 4, "ruben", _pay(name, reference), hour=11),
    ]
