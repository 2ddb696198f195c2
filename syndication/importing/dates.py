"""Dates as sources write them. A date that does not exist is refused, a missing one stays missing."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ].*)?", re.DOTALL)


def read_date(text: str) -> date:
    """The day that is written (in the zone it is written in); raises ValueError for anything else."""
    text = text.strip()
    found = _ISO.fullmatch(text)
    if found:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if len(text) > 10 and "-" in text[:10] and len(found[2]) == len(found[3]) == 2:
            datetime.fromisoformat(_tidy(text))  # 25:61 is no time either
        return day
    return parsedate_to_datetime(text).date()


def _tidy(text: str) -> str:
    """`2025-01-02 10:00:00 +0200` → what `fromisoformat` reads."""
    return re.sub(r"\s+([+-]\d\d):?(\d\d)$", r"\1:\2", re.sub(r"\s+(UTC|GMT)$", "Z", text))
