"""What a brand kit may hold: lengths and shapes of its fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from .colours import NotAColour, parse_colour

LENGTHS: Mapping[str, int] = {
    "contact_name": 120,
    "contact_role": 120,
    "contact_email": 254,
    "contact_phone": 40,
    "address": 300,
    "website": 300,
    "intro": 400,
}
_EMAIL = re.compile(r"[^\s@<>\"',;:()\[\]\\]{1,64}@[^\s@<>\"',;:()\[\]\\.]+(\.[^\s@<>\"',;:()\[\]\\.]+)+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,38}")


class KitFault(StrEnum):
    NOT_A_COLOUR = "not_a_colour"
    TOO_LONG = "too_long"
    BAD_EMAIL = "bad_email"
    BAD_PHONE = "bad_phone"
    BAD_WEBSITE = "bad_website"


def is_email(text: str) -> bool:
    """One address without display name; whether it exists only a message can tell."""
    return len(text) <= 254 and bool(_EMAIL.fullmatch(text))


def is_phone(text: str) -> bool:
    """Digits in the usual writing, with or without the country's number."""
    return bool(_PHONE.fullmatch(text))


def faults_of_kit(values: Mapping[str, str], website_ok: bool) -> dict[str, KitFault]:
    """What must be corrected, by field; empty when the kit may be saved."""
    found: dict[str, KitFault] = {}
    for field in ("primary_color", "accent_color"):
        try:
            parse_colour(values[field])
        except NotAColour:
            found[field] = KitFault.NOT_A_COLOUR
    for field, limit in LENGTHS.items():
        if len(values[field]) > limit:
            found[field] = KitFault.TOO_LONG
    if values["contact_email"] and not is_email(values["contact_email"]):
        found.setdefault("contact_email", KitFault.BAD_EMAIL)
    if values["contact_phone"] and not is_phone(values["contact_phone"]):
        found.setdefault("contact_phone", KitFault.BAD_PHONE)
    if values["website"] and not website_ok:
        found.setdefault("website", KitFault.BAD_WEBSITE)
    return found
