"""Sample values for the style guide page: charts need numbers, and numbers need somebody to invent them."""

from __future__ import annotations

import math
from typing import Any

from core import charts


def sample() -> dict[str, Any]:
    """Values for `core/styleguide.html`: every kind of chart, each also with too little to show."""
    days = [f"{day} Mar" for day in range(1, 32)]
    seen = [round(1180 + 320 * math.sin(day / 3.1) + 14 * day - (500 if day % 7 in (0, 6) else 0)) for day in range(31)]
    clicks = [round(value * (0.041 + 0.006 * math.sin(day))) for day, value in enumerate(seen)]
    partners = [
        charts.Series("Kestrel", (410, 480, 520, 610, 640, 700)),
        charts.Series("Brightwater", (300, 290, 330, 310, 360, 352)),
        charts.Series("Nakhla", (None, None, 80, 140, 210, 260)),
        charts.Series("Minato", (120, 118, None, 131, 125, 140)),
    ]
    months = ["October", "November", "December", "January", "February", "March"]
    return {
        "chart_line": charts.line(
            "Items seen per day", days, [charts.Series("Seen", tuple(seen))], events=[charts.Event(12, "Retrofit campaign starts")]
        ),
        "chart_lines": charts.line("Clicks per partner and month", months, partners, unit="clicks"),
        "chart_bars": charts.bar("Clicks per day", days, [charts.Series("Clicks", tuple(clicks))]),
        "chart_stack": charts.bar(
            "Leads per month, by source",
            months,
            [
                charts.Series("Landing page", (4, 6, 5, 9, 12, 15)),
                charts.Series("Widget", (1, 2, 2, 3, 3, 5)),
                charts.Series("Feed", (0, 1, 0, 1, 2, 2)),
            ],
            unit="leads",
        ),
        "chart_none": charts.line("Items seen per day", days[:1], [charts.Series("Seen", (12,))]),
        "funnel": charts.funnel("From seen to lead", [("Seen", 41208), ("Clicked", 1964), ("Form started", 121), ("Lead", 37)]),
        "spark_up": charts.spark(seen),
        "spark_down": charts.spark(list(reversed(clicks))),
    }
