"""What partners make of their leads: most are answered within two days, some become customers, the newest still wait.

A lead that became a deal goes the way of its deal (dealing).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from sqlalchemy import select

from core.ctx import Actor
from core.database import Database
from core.ids import TypeID
from deals import Registration
from engagement import Lead, LeadAction, LeadStatus, change_lead_status

#: Leads younger than this are left for whoever tries the demo.
LEFT_ALONE_DAYS = 10
_OPEN = (LeadStatus.NEW, LeadStatus.ACCEPTED, LeadStatus.CONTACTED, LeadStatus.QUALIFIED)
_REASONS = {
    "de": ("Kein Budget in diesem Jahr", "Hat sich für die Lösung des Vermieters entschieden"),
    "en": ("No budget this year", "Went with the landlord's own meters"),
    "ar": ("لا ميزانية هذا العام", "تأجّل المشروع"),
    "ja": ("今期は予算なし", "計画が延期された"),
}


def follow_up(database: Database, actor: Actor, day: date, last_day: date) -> None:
    """The steps that are due for this partner's leads on a working day. Asks each lead's state, so a second run changes nothing."""
    if day.weekday() >= 5:
        return
    with database.reading(actor) as ctx:
        in_deals = select(Registration.lead_id).where(Registration.lead_id.is_not(None))
        waiting = list(ctx.session.scalars(select(Lead).where(Lead.status.in_(_OPEN), Lead.id.not_in(in_deals))))
        due = [step for lead in waiting for step in _due(lead, day, last_day)]
    for lead_id, action, reason in due:
        with database.unit_of_work(actor) as ctx:
            change_lead_status(ctx, lead_id, action, reason)


def _due(lead: Lead, day: date, last_day: date) -> Iterator[tuple[TypeID, LeadAction, str]]:
    """At most one step a day."""
    came = lead.created_at.date()
    if (last_day - came).days < LEFT_ALONE_DAYS:
        return
    chance = Random(f"{lead.email}/{came.isoformat()}")
    answered = 1 + chance.randrange(2)
    outcome = chance.choices((LeadAction.QUALIFY, LeadAction.LOSE, None), (58, 24, 18))[0]
    converts = chance.random() < 0.45
    plan = {
        LeadStatus.NEW: (answered, LeadAction.ACCEPT),
        LeadStatus.ACCEPTED: (answered + 1, LeadAction.CONTACT),
        LeadStatus.CONTACTED: (answered + 4 + chance.randrange(5), outcome),
        LeadStatus.QUALIFIED: (answered + 18 + chance.randrange(8), LeadAction.CONVERT if converts else None),
    }
    age, action = plan[lead.status]
    if action is not None and (day - came).days >= age:
        reason = chance.choice(_REASONS[lead.locale]) if action is LeadAction.LOSE else ""
        yield lead.id, action, reason
