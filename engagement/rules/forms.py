"""What a lead form must hold. Error codes only; the page's own language supplies the sentences."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cobranding import is_email
from core.gates import clean_text

#: A person needs longer than this to read and fill a form; a script does not (seconds).
LEAST_SECONDS = 2
#: As long as a click id is kept: an older form is shown again before it is taken (seconds).
MOST_SECONDS = 90 * 24 * 3600
HONEYPOT = "website_url"
CONSENT = "consent"

_KEY = re.compile(r"[0-9a-f]{32}")


class Fault(StrEnum):
    """Why an entry cannot be taken."""

    REQUIRED = "required"
    EMAIL = "email"
    TOO_LONG = "too_long"
    CONSENT = "consent"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Filled:
    """`values` are trimmed and free of line breaks where a field is one line; nothing is cleared by a fault."""

    values: dict[str, str]
    faults: dict[str, Fault]


def check_form(told: Mapping[str, str], fields: Collection[str], required: Collection[str], limits: Mapping[str, int]) -> Filled:
    """Looks at the page's own fields only; whatever else was sent is not even kept."""
    values = {name: _tidy(told.get(name, ""), one_line=name != "message") for name in fields}
    faults = {name: fault for name in fields if (fault := _fault(name, values[name], name in required, limits[name])) is not None}
    if not told.get(CONSENT):
        faults[CONSENT] = Fault.CONSENT
    else:
        values[CONSENT] = "1"
    return Filled(values, faults)


def _tidy(text: str, *, one_line: bool) -> str:
    """A header cannot be injected through a field that has no line end."""
    if one_line:
        return clean_text(text)
    return "\n".join(clean_text(line) for line in text.splitlines()).strip()


def _fault(name: str, value: str, required: bool, limit: int) -> Fault | None:
    if not value:
        return Fault.REQUIRED if required else None
    if len(value) > limit:
        return Fault.TOO_LONG
    if name == "email" and not is_email(value):
        return Fault.EMAIL
    return None


def is_submission_key(text: str) -> bool:
    """32 hex digits, as the page was given."""
    return _KEY.fullmatch(text) is not None


def was_hasty(rendered_s: float, now_s: float) -> bool:
    """Sent sooner than a person can fill it in."""
    return now_s - rendered_s < LEAST_SECONDS
