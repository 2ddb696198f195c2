"""Landing pages as decisions: templates and their zones, states, addresses, and what a saved page must hold."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class PageStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class PageAction(StrEnum):
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Step:
    """One allowed change of state and the permission it needs."""

    origin: PageStatus
    action: PageAction
    target: PageStatus
    permission: str


TABLE: tuple[Step, ...] = (
    Step(PageStatus.DRAFT, PageAction.PUBLISH, PageStatus.PUBLISHED, "cobranding:page:publish"),
    Step(PageStatus.PUBLISHED, PageAction.WITHDRAW, PageStatus.WITHDRAWN, "cobranding:page:publish"),
    Step(PageStatus.WITHDRAWN, PageAction.PUBLISH, PageStatus.PUBLISHED, "cobranding:page:publish"),
)


def step_for(status: PageStatus, action: PageAction) -> Step | None:
    """The step from here, or None when it is not possible now."""
    return next((step for step in TABLE if step.origin is status and step.action is action), None)


def actions_for(status: PageStatus, permissions: Collection[str]) -> tuple[PageAction, ...]:
    """What the page may offer as buttons."""
    return tuple(step.action for step in TABLE if step.origin is status and step.permission in permissions)


@dataclass(frozen=True)
class Zone:
    """One part of a template. A locked zone comes from the vendor's asset and cannot be changed by the partner."""

    name: str
    max_length: int = 0
    locked: bool = False
    required: bool = True


@dataclass(frozen=True)
class PageTemplate:
    """A declared page: which zones it has, what its form asks for at first, how much of the body it shows."""

    name: str
    zones: tuple[Zone, ...]
    fields: tuple[str, ...]
    required: tuple[str, ...]
    whole_body: bool

    def zone(self, name: str) -> Zone:
        return next(zone for zone in self.zones if zone.name == name)


_ZONES = (
    Zone("headline", 110),
    Zone("intro", 420, required=False),
    Zone("body", locked=True),
    Zone("cta_label", 36),
    Zone("form_fields"),
    Zone("consent_text", 700),
    Zone("vendor_notice", locked=True),
)

TEMPLATES: Mapping[str, PageTemplate] = {
    template.name: template
    for template in (
        PageTemplate("guide", _ZONES, ("name", "email", "company"), ("name", "email"), whole_body=False),
        PageTemplate("enquiry", _ZONES, ("name", "email", "company", "phone", "message"), ("name", "email", "message"), whole_body=True),
    )
}
#: Content that is asked about rather than downloaded.
_ENQUIRED = frozenset({"product_page", "campaign_asset", "event"})

#: Fields a form may ask for, in the order in which they stand. E-mail is locked: without it no lead can be answered.
FORM_FIELDS = ("name", "email", "company", "job_title", "phone", "message")
LOCKED_FIELDS = frozenset({"email"})
FIELD_LENGTHS = {"name": 120, "email": 254, "company": 160, "job_title": 120, "phone": 40, "message": 2000}

RESERVED_SLUGS = frozenset({"a", "banner", "lead", "thanks", "brand", "media"})
_LONGEST_SLUG = 62
_SPELLED = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"}
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")


def template_for(content_type: str) -> PageTemplate:
    """The template that fits a kind of content best; the partner may choose the other."""
    return TEMPLATES["enquiry" if content_type in _ENQUIRED else "guide"]


def is_slug(text: str) -> bool:
    """Lower-case letters, digits and inner hyphens, and none of the words our own addresses use."""
    return bool(_SLUG.fullmatch(text)) and text not in RESERVED_SLUGS and not text.startswith("brand-")


def slug_from(title: str, fallback: str) -> str:
    """An address from a title; scripts without a Latin form take the asset's own slug."""
    spelled = "".join(_SPELLED.get(char, char) for char in title.lower())
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    letters = sum(char.isalpha() for char in title)
    if letters == 0 or sum(char.isalpha() for char in plain) < letters * 0.6:
        plain = fallback
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(words) > _LONGEST_SLUG:
        words = words[:_LONGEST_SLUG].rpartition("-")[0] or words[:_LONGEST_SLUG]
    return words if is_slug(words) else f"{words or 'page'}-page".strip("-")


def free_slug(wanted: str, taken: Collection[str]) -> str:
    """The wanted address, or the first of `-2`, `-3`, … that is free."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


def consent_version(locale: str, text: str) -> str:
    """The same words in the same language have the same version for ever, whoever wrote them."""
    return f"{locale}-{hashlib.sha256(text.strip().encode()).hexdigest()[:12]}"


class Fault(StrEnum):
    """Why a zone cannot be saved; the sentences are with the form."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    BAD_SLUG = "bad_slug"
    UNKNOWN_FIELD = "unknown_field"


def faults_of(template: PageTemplate, values: Mapping[str, str], slug: str, fields: Iterable[str]) -> dict[str, Fault]:
    """What must be corrected before saving, by zone; empty when the page may be saved."""
    found: dict[str, Fault] = {}
    for zone in template.zones:
        if zone.locked or zone.name not in values:
            continue
        text = values[zone.name].strip()
        if zone.required and not text:
            found[zone.name] = Fault.MISSING
        elif zone.max_length and len(text) > zone.max_length:
            found[zone.name] = Fault.TOO_LONG
    if not is_slug(slug):
        found["slug"] = Fault.BAD_SLUG
    if set(fields) - set(FORM_FIELDS):
        found["form_fields"] = Fault.UNKNOWN_FIELD
    return found


def ordered_fields(chosen: Iterable[str]) -> list[str]:
    """The chosen fields in the order of the form, the locked ones always among them."""
    wanted = set(chosen) | LOCKED_FIELDS
    return [name for name in FORM_FIELDS if name in wanted]
