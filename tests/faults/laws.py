"""The laws that hold after any fault (architecture): L1, L2, L3, L4 and L7, checked on an installation against what went in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, select

from core.audit import verify
from core.ctx import SYSTEM, VISITOR, Ctx
from core.events import InboxKey
from core.jobs import Job, JobStatus
from deals import DealStatus, Registration
from engagement import Lead
from engagement.models import Event, PlacementDay
from mdf import FundRequest
from mdf.models import Budget, Claim, EntryKind, LedgerEntry
from syndication import snapshot_of
from tests.faults.installation import Installation, wait_for
from tests.faults.load import KINDS, Tally
from tests.faults.town import Town


def check_laws(hub: Installation, town: Town, tally: Tally, fault: str, *, seconds: float = 180) -> None:
    """Waits for quiet, then asserts every law and prints one line: what went in, what came out."""
    settle(hub, tally, seconds)
    with hub.database.reading(SYSTEM) as ctx:
        came_out = _exactly_once(ctx, tally)
        jobs = final_states(ctx)
        each_event_heard_once(ctx)
        budgets = _within_budget(ctx)
    items = no_item_twice(hub, town.placement)
    entries = chain_holds(hub)
    counted = "; ".join(
        f"{kind} {len(tally.sent[kind])} sent {len(tally.acknowledged[kind])} acknowledged {came_out[kind]} stored"
        for kind in KINDS
        if tally.sent[kind]
    )
    engine = hub.database.engine.dialect.name
    print(
        f"{engine}, {fault}: {counted}; {tally.statuses['approvals'][409]} approvals refused for want of money; {tally.again} sent again; {jobs}; {budgets}; feed items {items}; audit chain holds, {entries} entries"
    )


def chain_holds(hub: Installation) -> int:
    """L7, after the sealer has had its time; returns the number of entries."""
    wait_for(lambda: verify(hub.database).unsealed == 0, 60, "the audit log is sealed")
    report = verify(hub.database)
    assert report.first_bad is None, f"L7: {report.first_bad}"
    return report.entries


def settle(hub: Installation, tally: Tally, seconds: float = 180) -> None:
    """Every acknowledged event has left the spool, every due job has ended, the audit log is sealed."""
    wait_for(lambda: _quiet(hub, tally), seconds, "the hub comes to rest; worker: " + hub.log("worker")[-1500:])


def _quiet(hub: Installation, tally: Tally) -> bool:
    with hub.database.reading(SYSTEM) as ctx:
        stored = set(stored_events(ctx))
        return tally.acknowledged["events"] <= stored and not open_jobs(ctx) and verify(hub.database).unsealed == 0


def open_jobs(ctx: Ctx) -> int:
    """Jobs that are due, or wait for another try; those of the schedule come again and again."""
    due = Job.status.in_([JobStatus.QUEUED, JobStatus.RUNNING]) & ((Job.due_at <= ctx.now) | (Job.attempts > 0))
    return ctx.session.scalar(select(func.count()).select_from(Job).where(due, Job.key.is_(None) | Job.key.not_like("schedule:%"))) or 0


def stored_events(ctx: Ctx) -> list[str]:
    return [str(page).rpartition("/")[2] for page in ctx.session.scalars(select(Event.page).where(Event.kind == "loaded"))]


def _exactly_once(ctx: Ctx, tally: Tally) -> dict[str, int]:
    """L1: acknowledged exists once; what got no answer exists once or not at all; nothing else exists."""
    commits = select(LedgerEntry.request_id).where(LedgerEntry.kind == EntryKind.COMMIT, LedgerEntry.request_id.in_(_new_requests()))
    exists: dict[str, Iterable[object]] = {
        "events": stored_events(ctx),
        "leads": ctx.session.scalars(select(Lead.email)),
        "deals": ctx.session.scalars(select(Registration.customer_name).where(Registration.status != DealStatus.DRAFT)),
        "requests": ctx.session.scalars(select(FundRequest.title).where(FundRequest.title.like("Open day %"))),
        "approvals": ctx.session.scalars(commits),
        "claims": ctx.session.scalars(select(Claim.request_id)),
    }
    stored = {kind: exactly_once(kind, marks, tally.acknowledged[kind], tally.sent[kind]) for kind, marks in exists.items()}
    _rollups_agree(ctx, stored["events"])
    return stored


def exactly_once(kind: str, marks: Iterable[object], acknowledged: set[str], sent: set[str]) -> int:
    """L1 for one kind; returns how many there are."""
    times = Counter(str(mark) for mark in marks)
    lost, doubled = acknowledged - set(times), {mark: n for mark, n in times.items() if n > 1}
    assert not lost, f"L1: acknowledged {kind} are lost: {sorted(lost)[:5]}"
    assert not doubled, f"L1: {kind} exist more than once: {doubled}"
    assert set(times) <= sent, f"L1: {kind} that nobody sent: {sorted(set(times) - sent)[:5]}"
    return len(times)


def events_exactly_once(ctx: Ctx, acknowledged: set[str], sent: set[str]) -> int:
    """L1 for what visitors report, roll-ups included."""
    stored = exactly_once("events", stored_events(ctx), acknowledged, sent)
    _rollups_agree(ctx, stored)
    return stored


def _rollups_agree(ctx: Ctx, stored: int) -> None:
    counted = ctx.session.scalar(select(func.sum(PlacementDay.count)).where(PlacementDay.kind == "loaded")) or 0
    assert counted == stored, f"L1: {stored} events, the roll-ups say {counted}"


def _new_requests() -> object:
    return select(FundRequest.id).where(FundRequest.title.like("Open day %"))


def final_states(ctx: Ctx) -> str:
    """L2: delivered, or given up with the reason on its row; after these faults nothing has a reason to give up."""
    dead = list(ctx.session.execute(select(Job.name, Job.last_error).where(Job.status == JobStatus.DEAD)))
    assert dead == [], f"L2: given up: {dead[:3]}"
    done = ctx.session.scalar(select(func.count()).select_from(Job).where(Job.status == JobStatus.DONE))
    return f"jobs done {done} open {open_jobs(ctx)} given up {len(dead)}"


def each_event_heard_once(ctx: Ctx) -> None:
    """L3, inside: one inbox key, which is unique, for each (event, subscriber)."""
    wanted = ctx.session.scalar(select(func.count()).select_from(Job).where(Job.name == "core.deliver_event"))
    heard = ctx.session.scalar(select(func.count()).select_from(InboxKey))
    assert heard == wanted, f"L3: {wanted} deliveries, {heard} were heard"


def no_item_twice(hub: Installation, placement: str) -> int:
    """L3, outside: the feed shows no item twice."""
    with hub.database.reading(VISITOR) as ctx:
        answer = snapshot_of(ctx).find(f"/feeds/{placement}/feed.json")
    ids = [item["id"] for item in json.loads(answer.body())["items"]] if answer else []
    assert len(ids) == len(set(ids)), "L3: the feed shows an item twice"
    return len(ids)


def _within_budget(ctx: Ctx) -> str:
    """L4: what is reserved and paid never exceeds what was allocated, at any entry; the balances are the sums."""
    told = []
    for budget in ctx.session.scalars(select(Budget)):
        entries = list(ctx.session.scalars(select(LedgerEntry).where(LedgerEntry.budget_id == budget.id).order_by(LedgerEntry.seq)))
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1)), "L4: the ledger has a gap"
        for entry in entries:
            assert 0 <= entry.committed_minor + entry.paid_minor <= entry.allocated_minor, f"L4: {entry.id} exceeds the budget"
        sums = Counter[EntryKind]()
        for entry in entries:
            sums[entry.kind] += entry.amount_minor
        last = entries[-1]
        assert last.committed_minor == sums[EntryKind.COMMIT] - sums[EntryKind.RELEASE] - sums[EntryKind.PAY], "L4: the balance is not the sum"
        told.append(f"{last.committed_minor / 100:.0f} of {last.allocated_minor / 100:.0f}")
    return "reserved " + " and ".join(sorted(told))
