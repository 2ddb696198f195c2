"""Gates: may a partner act, and if not, which certificate is missing, who holds or held it, and where to get it (A-25)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.accounts import User
from core.decisions import Explained, explain
from core.errors import Refused
from core.ids import TypeID
from enablement import labels
from enablement.models import Award, AwardStatus, Certification, GatedAction, GateRule
from enablement.rules import Held, people_certified, rank, status_on
from enablement.rules_kept import GATE
from enablement.texts import words_for
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True, slots=True)
class HolderLine:
    """One person's standing with a certification today; `valid_until` is None before the award was issued."""

    name: str
    status: AwardStatus
    valid_until: date | None
    user_id: str = ""

    @property
    def sentence(self) -> str:
        return labels.holder_sentence(self.name, self.status, self.valid_until)


@dataclass(frozen=True, slots=True)
class Gap:
    """A certification of which too few people hold a valid certificate. `title` is in the reader's language."""

    certification_id: TypeID
    code: str
    title: str
    have: int
    need: int
    holders: tuple[HolderLine, ...]
    course_path: str


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a partner may act today: open without gaps."""

    action: GatedAction
    gaps: tuple[Gap, ...]
    partner_name: str = ""

    @property
    def is_open(self) -> bool:
        return not self.gaps

    @property
    def title(self) -> str:
        return labels.gate_title(self.action)

    def need_sentence(self, gap: Gap) -> str:
        return labels.need_sentence(self.action, self.partner_name, gap.title, gap.need, gap.have)

    def holder_sentences(self, gap: Gap) -> list[str]:
        return [line.sentence for line in gap.holders] or [labels.nobody_sentence(self.partner_name)]

    @property
    def message(self) -> str:
        """Everything in words: what is missing, who holds or held it, the way to it."""
        told: list[str] = []
        for gap in self.gaps:
            told += [self.need_sentence(gap), *self.holder_sentences(gap), labels.way_sentence(gap.course_path)]
        return " ".join(told)


class CertificationMissing(Refused):
    """The gate is closed; `gate` says what is missing."""

    def __init__(self, gate: Gate, explained: Explained) -> None:
        super().__init__("certification_missing", gate.message)
        self.gate = gate
        #: What the rule was asked and what it answered: the refusal leaves no trace in the database, and can still be read.
        self.explained = explained


def gate_for(ctx: Ctx, partner_id: TypeID, action: GatedAction) -> Gate:
    """The gate as of today. Without a rule for the action it is open; a stranger finds no partner."""
    partner = partner_for(ctx, partner_id)
    rules = ctx.session.scalars(select(GateRule).where(GateRule.action == action)).unique().all()
    awards = _awards_by_certification(ctx, partner_id, [rule.certification_id for rule in rules])
    gaps = [gap for rule in rules if (gap := _gap(ctx, rule, awards[rule.certification_id])) is not None]
    return Gate(action, tuple(sorted(gaps, key=lambda gap: gap.code)), partner.display_name)


def require_gate(ctx: Ctx, partner_id: TypeID, action: GatedAction) -> None:
    """Raises CertificationMissing while somebody's certificate is missing."""
    gate = gate_for(ctx, partner_id, action)
    if not gate.is_open:
        raise CertificationMissing(gate, explain(ctx, GATE, _inputs(ctx, partner_id, action)))


def _inputs(ctx: Ctx, partner_id: TypeID, action: GatedAction) -> dict[str, object]:
    """What the rule looks at: who holds what until when, people by their ids."""
    rules = ctx.session.scalars(select(GateRule).where(GateRule.action == action).order_by(GateRule.certification_id)).unique().all()
    awards = _awards_by_certification(ctx, partner_id, [rule.certification_id for rule in rules])
    gates = [
        {
            "certification": rule.certification_id,
            "need": rule.minimum_holders,
            "held": [[one.person, one.valid_from, one.valid_until, one.revoked_on] for one in held(awards[rule.certification_id])],
        }
        for rule in rules
    ]
    return {"action": action, "today": ctx.today, "gates": gates}


def certified_people(ctx: Ctx, partner_id: TypeID, on: date, certification_id: TypeID | None = None) -> int:
    """How many people of the partner hold a valid certificate on that day, each counted once (TIER-03)."""
    partner_for(ctx, partner_id)
    query = _of_people(partner_id)
    if certification_id is not None:
        query = query.where(Award.certification_id == certification_id)
    return len(people_certified(held(ctx.session.scalars(query).unique()), on))


def course_path(certification_id: TypeID) -> str:
    """Where a partner's people take the course."""
    return f"/portal/learning/{certification_id}"


def held(awards: Iterable[Award]) -> list[Held]:
    """The issued ones, as the rules see them."""
    return [
        Held(str(award.user_id), award.valid_from, award.valid_until, award.revoked_on)
        for award in awards
        if award.valid_from is not None and award.valid_until is not None
    ]


def holder_lines(awards: Iterable[Award], today: date) -> tuple[HolderLine, ...]:
    """One line per person, the most telling award of each; whoever holds a certificate stands first."""
    lines: dict[TypeID, HolderLine] = {}
    for award in awards:
        status = status_on(award.status, award.renewal_from, award.valid_until, today)
        line = HolderLine(award.holder.name, status, award.valid_until, str(award.user_id))
        known = lines.get(award.user_id)
        if known is None or rank(status, award.valid_until) < rank(known.status, known.valid_until):
            lines[award.user_id] = line
    return tuple(sorted(lines.values(), key=lambda line: (*rank(line.status, line.valid_until), line.name)))


def _of_people(partner_id: TypeID):  # type: ignore[no-untyped-def]
    """Awards of those who can still sign in: whoever has left certifies nobody."""
    return select(Award).join(User, User.id == Award.user_id).where(Award.partner_id == partner_id, User.active.is_(True))


def _awards_by_certification(ctx: Ctx, partner_id: TypeID, wanted: list[TypeID]) -> dict[TypeID, list[Award]]:
    found: dict[TypeID, list[Award]] = defaultdict(list)
    if wanted:
        for award in ctx.session.scalars(_of_people(partner_id).where(Award.certification_id.in_(wanted))).unique():
            found[award.certification_id].append(award)
    return found


def _gap(ctx: Ctx, rule: GateRule, awards: list[Award]) -> Gap | None:
    have = len(people_certified(held(awards), ctx.today))
    if have >= rule.minimum_holders:
        return None
    certification: Certification = rule.certification
    return Gap(
        certification_id=certification.id,
        code=certification.code,
        title=words_for(certification.titles, ctx.locale).text,
        have=have,
        need=rule.minimum_holders,
        holders=holder_lines(awards, ctx.today),
        course_path=course_path(certification.id),
    )
