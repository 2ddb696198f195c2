"""Readers of landing pages and hosted pages: cobranding says that a page was read, this room decides whether that counts."""

from __future__ import annotations

from cobranding import PageVisit
from core.spool import SpoolFull
from core.web import database
from engagement.collect import Arrival, Intake, intake_for
from engagement.collect.directory import Directory, DirectoryMissing, Spot
from engagement.rules.kinds import Kind, RefusalReason


def count_visit(visit: PageVisit) -> None:
    """A page waits for this, so it neither waits for the disk nor raises."""
    intake = intake_for(database())
    try:
        _note(intake, intake.known(), visit)
    except DirectoryMissing:
        return
    except SpoolFull:
        intake.refuse(RefusalReason.SPOOL_FULL)


def _note(intake: Intake, known: Directory, visit: PageVisit) -> None:
    spot = _spot(known, visit)
    if spot is None or visit.locale not in known.locales:
        return
    arrival = Arrival(visit.address, visit.user_agent, "", "", visit.purpose)
    event = (Kind.PAGE_VIEW.value, known.assets.get(visit.asset_id))
    intake.note(spot, arrival, intake.judge_agent(arrival), visit.locale, visit.path[:300], (event,))


def _spot(known: Directory, visit: PageVisit) -> Spot | None:
    """The placement the visitor came through, when it is this partner's; else the partner's pages."""
    partner = known.spots.get(visit.partner_id)
    placement = known.spots.get(visit.arrival.get("placement", ""))
    if partner and placement and placement.partner == partner.partner:
        return placement
    return partner
