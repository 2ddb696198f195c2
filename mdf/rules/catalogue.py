"""The evidence catalogue (requirements section 8): what a claim will be judged by, fixed when the request is approved (N-22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mdf.programme import FundTerms, UploadTerm
from mdf.rules.kinds import ActivityType, EvidenceKind, Provider


@dataclass(frozen=True)
class ItemDraft:
    """One line of the list. `due_on`: the day on which the hub takes it; None for what is uploaded or sealed daily."""

    code: str
    kind: EvidenceKind
    provider: Provider
    required: bool = True
    placement_id: str | None = None
    due_on: date | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)


def contract(activity_type: ActivityType, placements: Sequence[str], starts_on: date, ends_on: date, terms: FundTerms) -> tuple[ItemDraft, ...]:
    """The exact list for one activity: what the hub brings for each placement, then what is uploaded, the invoice first."""
    hub = [item for placement_id in placements for item in _measured(activity_type, str(placement_id), starts_on, ends_on)]
    if activity_type is ActivityType.LANDING_PAGE:
        hub.append(ItemDraft("leads", EvidenceKind.REPORT, Provider.HUB, terms=_span(starts_on, ends_on)))
    return (*hub, *_always(terms), *_uploads(activity_type, terms))


def codes_asked(activity_type: ActivityType, terms: FundTerms) -> tuple[tuple[str, Provider], ...]:
    """(code, who brings it) without dates and placements: for the form, before anything is chosen."""
    some_day = date(2026, 1, 1)
    has_placements = activity_type in NEEDS_PLACEMENTS or activity_type in TAKES_PLACEMENTS
    items = contract(activity_type, ("",) if has_placements else (), some_day, some_day.replace(day=31), terms)
    return tuple(dict.fromkeys((item.code, item.provider) for item in items if item.required))


#: Without a placement there is nothing that the hub could measure.
NEEDS_PLACEMENTS = frozenset({ActivityType.SYNDICATION_PLACEMENT})
#: Placements may be named, and are then measured.
TAKES_PLACEMENTS = frozenset({ActivityType.LANDING_PAGE, ActivityType.DIGITAL_ADVERTISING})
_PICTURED = frozenset({ActivityType.SYNDICATION_PLACEMENT, ActivityType.LANDING_PAGE})


def _measured(activity_type: ActivityType, placement_id: str, starts_on: date, ends_on: date) -> list[ItemDraft]:
    if activity_type not in NEEDS_PLACEMENTS | TAKES_PLACEMENTS:
        return []
    counts = {**_span(starts_on, ends_on), "counts": ["rendered", "viewable", "clicks"]}
    items = [ItemDraft("sealed_counts", EvidenceKind.REPORT, Provider.HUB, placement_id=placement_id, terms=counts)]
    if activity_type in _PICTURED:
        items.append(ItemDraft("timeline", EvidenceKind.DELIVERY_LOG, Provider.HUB, placement_id=placement_id, terms=_span(starts_on, ends_on)))
        items += _pictures(placement_id, starts_on, ends_on)
        items.append(ItemDraft("page_check", EvidenceKind.PAGE_CHECK, Provider.HUB, placement_id=placement_id, terms=_span(starts_on, ends_on)))
    items.append(ItemDraft("invalid_traffic", EvidenceKind.REPORT, Provider.HUB, placement_id=placement_id, terms=_span(starts_on, ends_on)))
    return items


def _pictures(placement_id: str, starts_on: date, ends_on: date) -> list[ItemDraft]:
    """At the start, in the middle and at the end; an activity of one or two days has fewer different days."""
    middle = starts_on + (ends_on - starts_on) // 2
    days = {"screenshot_start": starts_on, "screenshot_middle": middle, "screenshot_end": ends_on}
    found: dict[date, str] = {}
    for code in ("screenshot_start", "screenshot_end", "screenshot_middle"):
        found.setdefault(days[code], code)
    return [ItemDraft(code, EvidenceKind.SCREENSHOT, Provider.HUB, placement_id=placement_id, due_on=day) for day, code in sorted(found.items())]


def _span(starts_on: date, ends_on: date) -> dict[str, Any]:
    return {"first": starts_on.isoformat(), "last": ends_on.isoformat()}


def _always(terms: FundTerms) -> tuple[ItemDraft, ...]:
    shown = {"shows": ["supplier", "address", "tax_id", "number", "date", "lines"]}
    return (
        ItemDraft("invoice", EvidenceKind.INVOICE, Provider.UPLOAD, terms=shown),
        ItemDraft("payment", EvidenceKind.PAYMENT, Provider.UPLOAD, required=terms.payment_proof_required),
    )


def _uploads(activity_type: ActivityType, terms: FundTerms) -> tuple[ItemDraft, ...]:
    """An activity that the file does not list any more was applied for before: then nothing but the invoice is asked for."""
    told = terms.activities.get(activity_type)
    return tuple(_upload(one, terms) for one in told.uploads) if told else ()


def _upload(one: UploadTerm, terms: FundTerms) -> ItemDraft:
    told: dict[str, Any] = {key: list(values) for key, values in (("shows", one.shows), ("without", one.without)) if values}
    if one.code == "result_form":
        told["within_days"] = terms.result_within_days
    return ItemDraft(one.code, one.kind, Provider.UPLOAD, required=one.required, terms=told)
