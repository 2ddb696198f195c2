"""What becomes of qualified leads: certified partners register deals, the channel manager decides, some are won.

Like `following_up`, each step asks the state it finds, so a day that is played twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from core.ctx import Actor, Ctx
from core.database import Database
from core.errors import HubError
from core.ids import TypeID
from core.money import Money
from deals import (
    DealAction,
    DealStatus,
    Registration,
    RegistrationDraft,
    add_product_line,
    answer_question,
    close_registration,
    decide_registration,
    draft_from_lead,
    save_draft,
    submit_registration,
)
from engagement import Lead, LeadStatus

PRODUCT_LINES = {
    "velorin-meter": {"en": "Velorin Meter", "de": "Velorin Meter"},
    "velorin-lens": {"en": "Velorin Lens", "de": "Velorin Lens"},
    "retrofit-service": {"en": "Retrofit service", "de": "Nachrüstservice"},
}
#: What the source of a lead says when it belongs to no campaign.
NO_CODE = ("", "evergreen")
#: Registrations as young as this wait for whoever tries the demo.
LEFT_ALONE_DAYS = 9


@dataclass(frozen=True)
class Market:
    """How a partner sells: currency, step and number of steps of an amount, and words about its work."""

    currency: str
    step: int
    least: int
    most: int
    done: str
    competitor: str
    answer: str


MARKETS = {
    "kestrel": Market(
        "EUR", 80_000, 12, 70, "Vor-Ort-Termin mit dem Technischen Leiter, Probemessung über sieben Tage, Angebot besprochen.",
        "Zähler des Vermieters", "Das Budget steht im Wirtschaftsplan, der Beirat hat zugestimmt.",
    ),
    "minato": Market("JPY", 50_000, 24, 120, "現地調査と一週間の試験計測を実施し、見積書を提出しました。", "既設メーター", "予算は今期の設備計画に計上済みです。"),
    "nakhla": Market("AED", 100_000, 30, 90, "زيارة للموقع وقياس تجريبي لمدة أسبوع، ثم عرض سعر.", "عدادات المالك", "الميزانية معتمدة لهذا الربع."),
}  # fmt: skip
_QUESTION = "Which of the customer's buildings is this about, and is the budget decided?"
_LOST = {"kestrel": "Der Vermieter baut eigene Zähler ein.", "minato": "予算が来期に延期されました。", "nakhla": "تأجّل المشروع إلى العام المقبل."}


def open_product_lines(ctx: Ctx) -> None:
    """In the channel manager's name."""
    for code, names in PRODUCT_LINES.items():
        add_product_line(ctx, code, names)


def may_register(slug: str) -> bool:
    """Partners whose people were certified, at least for a while."""
    return slug in MARKETS


def sell(own: Database, slug: str, seller: Actor, manager: Actor, day: date, last_day: date) -> None:
    """One working day of a partner and of the vendor's channel manager."""
    if day.weekday() >= 5 or not may_register(slug):
        return
    _register(own, slug, seller, day)
    with own.reading(seller) as ctx:
        rows = list(ctx.session.scalars(select(Registration).where(Registration.submitted_at.is_not(None)).order_by(Registration.submitted_at)))
        lucky = next((row.id for row in rows if row.source_code not in NO_CODE), None)
        due = [step for row in rows for step in _due(row, slug, day, last_day, is_lucky=row.id == lucky)]
    for registration_id, action, text in due:
        vendor = action in (DealAction.APPROVE, DealAction.REJECT, DealAction.ASK)
        with own.unit_of_work(manager if vendor else seller) as ctx:
            _take(ctx, registration_id, action, text)


def _register(own: Database, slug: str, seller: Actor, day: date) -> None:
    with own.reading(seller) as ctx:
        known = set(ctx.session.scalars(select(Registration.lead_id).where(Registration.lead_id.is_not(None))))
        leads = ctx.session.scalars(select(Lead).where(Lead.status.in_((LeadStatus.CONTACTED, LeadStatus.QUALIFIED))).order_by(Lead.id))
        ripe = [lead.id for lead in leads if lead.id not in known and _is_ripe(lead, day)]
    for lead_id in ripe:
        try:
            with own.unit_of_work(seller) as ctx:
                _submit(ctx, lead_id, MARKETS[slug], day)
        except HubError:
            # Two people of one company wrote, or the certificate has run out: this lead becomes no registration.
            continue


def _is_ripe(lead: Lead, day: date) -> bool:
    """Leads of a campaign are what it was made for: they are looked after first."""
    chance = Random(f"deal/{lead.email}")
    age = (day - lead.created_at.date()).days
    if lead.campaign not in NO_CODE:
        return age >= 4
    return chance.random() < 0.85 and age >= 7 + chance.randrange(5)


def _submit(ctx: Ctx, lead_id: TypeID, market: Market, day: date) -> None:
    row = draft_from_lead(ctx, lead_id)
    chance = Random(f"amount/{row.customer_domain}")
    amount = Money(market.step * chance.randint(market.least, market.most), market.currency)
    draft = RegistrationDraft(
        customer_name=row.customer_name,
        customer_domain=row.customer_domain,
        customer_country=row.customer_country,
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        product_line=chance.choice(list(PRODUCT_LINES)),
        amount=amount,
        expected_close=day + timedelta(days=30 + chance.randrange(40)),
        presales_activity=market.done,
    )
    save_draft(ctx, row.partner_id, replace(draft, competitor=market.competitor if chance.random() < 0.4 else ""), row.id)
    submit_registration(ctx, row.id)


def register_visit(ctx: Ctx, partner_id: TypeID) -> TypeID:
    """A deal that came from no lead, for the channel manager to decide: somebody drove there and talked."""
    draft = RegistrationDraft(
        customer_name="Handelskontor Süderelbe GmbH",
        customer_domain="handelskontor-suederelbe.example",
        customer_country="DE",
        contact_name="Gesa Lührs",
        contact_email="luehrs@handelskontor-suederelbe.example",
        product_line="retrofit-service",
        amount=Money(3_640_000, "EUR"),
        expected_close=ctx.today + timedelta(days=45),
        presales_activity="Zwei Termine vor Ort, Verteilungen besichtigt, Messkonzept für drei Hallen vorgestellt.",
    )
    row = save_draft(ctx, partner_id, draft)
    submit_registration(ctx, row.id)
    return row.id


def _due(row: Registration, slug: str, day: date, last_day: date, *, is_lucky: bool) -> Iterator[tuple[TypeID, DealAction, str]]:
    """At most one step a day. A partner's first deal out of a campaign is won: without one there is no return to show."""
    assert row.submitted_at is not None
    entered = row.submitted_at.date()
    if (last_day - entered).days < LEFT_ALONE_DAYS:
        return
    chance = Random(f"fate/{row.customer_domain}")
    decided = 1 + chance.randrange(3)
    fate = chance.choices((DealAction.APPROVE, DealAction.REJECT, DealAction.ASK), (78, 10, 12))[0]
    wins, closes = chance.random() < 0.7, 15 + chance.randrange(18)
    if is_lucky:
        fate, wins = DealAction.APPROVE, True
    age = (day - entered).days
    if row.status is DealStatus.SUBMITTED and age >= decided:
        yield row.id, fate, _QUESTION if fate is DealAction.ASK else ""
    elif row.status is DealStatus.INFO_REQUESTED and age >= decided + 3 and (last_day - entered).days > 14:
        yield row.id, DealAction.ANSWER, MARKETS[slug].answer
    elif row.status is DealStatus.IN_REVIEW and age >= decided + 5:
        yield row.id, DealAction.APPROVE, ""
    elif row.status is DealStatus.APPROVED and age >= closes:
        yield row.id, DealAction.WIN if wins else DealAction.LOSE, "" if wins else _LOST[slug]


def _take(ctx: Ctx, registration_id: TypeID, action: DealAction, text: str) -> None:
    if action is DealAction.ANSWER:
        answer_question(ctx, registration_id, text)
    elif action in (DealAction.WIN, DealAction.LOSE):
        close_registration(ctx, registration_id, action, reason=text)
    elif action is DealAction.REJECT:
        decide_registration(
            ctx,
            registration_id,
            action,
            reason="This site was equipped two years ago and is under our service contract.",
            reason_code="existing_customer",
        )
    elif action is DealAction.APPROVE:
        # A similar name elsewhere asks for a word, and gets one.
        decide_registration(ctx, registration_id, action, reason="Checked against earlier registrations.")
    else:
        decide_registration(ctx, registration_id, action, reason=text)
