"""Reads for the pages: courses, who holds what, attempts. The session narrows a partner to its own people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from core.accounts import User
from core.errors import NotFound
from core.ids import TypeID
from enablement.gating import HolderLine, held, holder_lines
from enablement.models import Attempt, Award, AwardStatus, Certification, GatedAction, GateRule, Question
from enablement.rules import people_certified, rank
from enablement.services.awards import status_of

if TYPE_CHECKING:
    from datetime import date

    from core.ctx import Ctx

PAGE_ROWS = 25
_ISSUED = (AwardStatus.ACTIVE, AwardStatus.RENEWAL_OPEN, AwardStatus.EXPIRED)


def certifications(ctx: Ctx) -> list[Certification]:
    """Every course, by its code."""
    return list(ctx.session.scalars(select(Certification).order_by(Certification.code)))


def certification_for(ctx: Ctx, certification_id: TypeID) -> Certification:
    """What the vendor offers, it offers to every partner alike."""
    found = ctx.session.get(Certification, certification_id)
    if found is None:
        raise NotFound("certification")
    return found


def open_questions(ctx: Ctx, certification_id: TypeID) -> list[Question]:
    """The pool."""
    query = select(Question).where(Question.certification_id == certification_id, Question.retired_at.is_(None))
    return list(ctx.session.scalars(query.order_by(Question.position)))


def gate_rules(ctx: Ctx) -> list[GateRule]:
    return list(ctx.session.scalars(select(GateRule).order_by(GateRule.action, GateRule.id)).unique())


@dataclass(frozen=True)
class Requirement:
    """One rule of a gate, and how far the partner is with it."""

    certification: Certification
    need: int
    have: int
    holders: tuple[HolderLine, ...]

    @property
    def is_met(self) -> bool:
        return self.have >= self.need


def requirements(ctx: Ctx, partner_id: TypeID) -> dict[GatedAction, list[Requirement]]:
    """Every gate with its rules, open ones too: what the company may do and thanks to whom."""
    awards: dict[TypeID, list[Award]] = defaultdict(list)
    for award in people_awards(ctx, partner_id):
        awards[award.certification_id].append(award)
    found: dict[GatedAction, list[Requirement]] = {action: [] for action in GatedAction}
    for rule in gate_rules(ctx):
        own = awards[rule.certification_id]
        have = len(people_certified(held(own), ctx.today))
        found[rule.action].append(Requirement(rule.certification, rule.minimum_holders, have, holder_lines(own, ctx.today)))
    return found


def people_awards(ctx: Ctx, partner_id: TypeID) -> list[Award]:
    """All awards of those of the partner's people who can sign in."""
    query = select(Award).join(User, User.id == Award.user_id).where(Award.partner_id == partner_id, User.active.is_(True))
    return list(ctx.session.scalars(query.order_by(Award.id)).unique())


def telling(ctx: Ctx, awards: Sequence[Award]) -> list[Award]:
    """Of each person and certification the award that says most about today."""
    best: dict[tuple[TypeID, TypeID], Award] = {}
    for award in sorted(awards, key=lambda one: rank(status_of(ctx, one), one.valid_until)):
        best.setdefault((award.user_id, award.certification_id), award)
    return list(best.values())


@dataclass(frozen=True)
class Standing:
    """One person's own standing with one course. `best` tells most, `attempts` newest first."""

    best: Award | None
    attempts: list[Attempt] = field(default_factory=list)


def standing_of(ctx: Ctx, certification_id: TypeID, user_id: TypeID) -> Standing:
    awards = ctx.session.scalars(select(Award).where(Award.certification_id == certification_id, Award.user_id == user_id)).unique()
    tried = select(Attempt).where(Attempt.certification_id == certification_id, Attempt.user_id == user_id)
    attempts = ctx.session.scalars(tried.order_by(Attempt.started_at.desc(), Attempt.id.desc()))
    return Standing(next(iter(telling(ctx, list(awards))), None), list(attempts))


def attempt_for(ctx: Ctx, attempt_id: TypeID) -> Attempt:
    """One's own; a colleague's does not exist."""
    found = ctx.session.scalar(select(Attempt).where(Attempt.id == attempt_id, Attempt.user_id == ctx.actor.user_id))
    if found is None:
        raise NotFound("attempt")
    return found


def questions_of(ctx: Ctx, attempt: Attempt) -> dict[str, Question]:
    """In the order they were asked, retired ones included."""
    wanted = [TypeID.parse(one["question"], "qst") for one in attempt.asked]
    found = {one.id: one for one in ctx.session.scalars(select(Question).where(Question.id.in_(wanted)))}
    return {str(name): found[name] for name in wanted}


def award_for(ctx: Ctx, award_id: TypeID) -> Award:
    found = ctx.session.scalar(select(Award).where(Award.id == award_id))
    if found is None:
        raise NotFound("award")
    return found


def person_by_email(ctx: Ctx, address: str) -> User | None:
    """Who signs in with this address."""
    return ctx.session.scalar(select(User).where(User.email == address.strip().casefold()[:254]))


@dataclass(frozen=True)
class Reach:
    """How many people and partners hold a valid certificate today."""

    people: int = 0
    partners: int = 0


def reach_by_certification(ctx: Ctx) -> dict[TypeID, Reach]:
    today = ctx.today
    counts = (Award.valid_from <= today, Award.valid_until >= today, or_(Award.revoked_on.is_(None), Award.revoked_on > today), User.active.is_(True))
    query = (
        select(Award.certification_id, func.count(Award.user_id.distinct()), func.count(Award.partner_id.distinct()))
        .join(User, User.id == Award.user_id)
        .where(*counts)
        .group_by(Award.certification_id)
    )
    return {row[0]: Reach(row[1], row[2]) for row in ctx.session.execute(query)}


@dataclass(frozen=True, slots=True)
class AwardFilter:
    """As it stands in the address; empty means any."""

    text: str = ""
    certification_id: str = ""
    partner_id: str = ""
    status: str = ""
    before: str = ""


@dataclass(frozen=True)
class AwardPage:
    """Newest first; `older` is the cursor of the next page."""

    awards: list[Award]
    total: int
    older: str | None


def awards_page(ctx: Ctx, wanted: AwardFilter, *, rows: int | None = PAGE_ROWS) -> AwardPage:
    """One page, or with `rows` None all of them (for the export)."""
    query = _filtered(wanted, ctx.today)
    total = ctx.session.scalar(select(func.count()).select_from(query.with_only_columns(Award.id).order_by(None).subquery())) or 0
    query = query.order_by(Award.id.desc())
    if rows is None:
        return AwardPage(list(ctx.session.scalars(query).unique()), total, None)
    if wanted.before:
        query = query.where(Award.id < wanted.before)
    found = list(ctx.session.scalars(query.limit(rows + 1)).unique())
    return AwardPage(found[:rows], total, str(found[rows - 1].id) if len(found) > rows else None)


def _filtered(wanted: AwardFilter, today: date) -> Select[Award]:
    query = select(Award).join(User, User.id == Award.user_id)
    if wanted.certification_id:
        query = query.where(Award.certification_id == wanted.certification_id)
    if wanted.partner_id:
        query = query.where(Award.partner_id == wanted.partner_id)
    if wanted.status in list(AwardStatus):
        query = query.where(_in_state(AwardStatus(wanted.status), today))
    for word in wanted.text.split()[:5]:
        query = query.where(or_(User.name.icontains(word, autoescape=True), User.email.icontains(word, autoescape=True)))
    return query


def _in_state(status: AwardStatus, today: date) -> ColumnElement[bool]:
    """The same as `status_on`, for the database: states that follow from dates are asked by dates."""
    issued, running = Award.status.in_(_ISSUED), Award.valid_until >= today
    if status is AwardStatus.ACTIVE:
        return and_(issued, running, Award.renewal_from > today)
    if status is AwardStatus.RENEWAL_OPEN:
        return and_(issued, running, Award.renewal_from <= today)
    if status is AwardStatus.EXPIRED:
        return and_(issued, Award.valid_until < today)
    return Award.status == status
