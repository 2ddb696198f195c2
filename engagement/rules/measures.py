"""What the results page shows, and exactly how each number comes about (measures.md 14 and 17; A-60)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engagement.rules.kinds import Kind


class Metric(StrEnum):
    """The names stand in addresses and exports; version 1 of each is defined on the definitions page."""

    VISITORS = "visitors"
    IMPRESSIONS = "impressions"
    VIEWS = "views"
    CLICKS = "clicks"
    CLICK_RATE = "click_rate"
    PAGE_READS = "page_reads"
    LEADS = "leads"


#: Additive metrics and the event that each counts; tables are sorted in this order. Visitors come from sketches, the rate from two others.
COUNTED = {
    Metric.VIEWS: Kind.VIEWABLE,
    Metric.CLICKS: Kind.CLICK,
    Metric.PAGE_READS: Kind.PAGE_VIEW,
    Metric.LEADS: Kind.LEAD,
    Metric.IMPRESSIONS: Kind.RENDERED,
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Valid events by kind, and the estimate of visitor-days (None where it is not kept, such as by asset)."""

    counts: Mapping[str, int]
    visitors: int | None = None

    def value(self, metric: Metric) -> int | float | None:
        if metric is Metric.VISITORS:
            return self.visitors
        if metric is Metric.CLICK_RATE:
            return click_rate(self.counts.get(Kind.CLICK, 0), self.counts.get(Kind.VIEWABLE, 0))
        return self.counts.get(COUNTED[metric], 0)

    @property
    def is_empty(self) -> bool:
        return not self.visitors and not any(self.counts.values())


def click_rate(clicks: int, views: int) -> float | None:
    """Clicks per view; None without views (R3), also where clicks came from feeds only, which nobody can see being viewed."""
    return clicks / views if views else None


def added(numbers: list[Numbers]) -> Numbers:
    """Sums of counts. Visitors are not additive over placements; over days they are, because each day is counted anew."""
    counts: Counter[str] = Counter()
    for one in numbers:
        counts.update(one.counts)
    known = [one.visitors for one in numbers if one.visitors is not None]
    return Numbers(counts, sum(known) if known else None)


def change(now: float | int | None, before: float | int | None) -> float | None:
    """Relative difference to the period before; None when there was nothing to compare with."""
    if now is None or not before:
        return None
    return (now - before) / before
