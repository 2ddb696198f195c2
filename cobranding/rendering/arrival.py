"""How a visitor came, carried through the form in a signed field: no cookie remembers it (architecture decision 8)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.signing import sign

if TYPE_CHECKING:
    from cobranding.models import LandingPage
    from core.ctx import Ctx

#: The purpose under which engagement opens the form's `cp_context`.
CONTEXT_PURPOSE = "cobranding.form"
UTM_KEYS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "utm_id", "utm_source_platform")
_LONGEST = 100  # characters of one parameter; measures.md, UTM
_PLACEMENT = re.compile(r"plc_[0-7][0-9a-hjkmnp-tv-z]{25}")
_CLICK = re.compile(r"[0-9a-f]{32}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


@dataclass(frozen=True)
class FormState:
    """What a refused form comes back with: values as typed, one message per wrong field, the submission key it carried."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    submission_key: str = ""


def arrival_from(query: Mapping[str, str]) -> dict[str, str]:
    """The parameters we know, cut to their length and without control characters; everything else is dropped.

    They are hostile input that later stands on a dashboard: shapes are checked where a shape is known.
    """
    found = {}
    for key in UTM_KEYS:
        value = _CONTROL.sub("", query.get(key, ""))[:_LONGEST]
        if value:
            found[key] = value
    click = query.get("cp_click", "").lower()
    if _CLICK.fullmatch(click):
        found["cp_click"] = click
    placement = _PLACEMENT.search(query.get("utm_content", "").lower())
    if placement:
        found["placement"] = placement[0]
    return found


def form_context(page: LandingPage, arrival: Mapping[str, str]) -> dict[str, Any]:
    """The source of a lead as the form carries it: page, placement, asset, locale, campaign, click id."""
    return {
        "page": str(page.id),
        "partner": str(page.partner_id),
        "asset": str(page.asset_id),
        "locale": page.locale,
        "placement": arrival.get("placement", ""),
        "campaign": arrival.get("utm_campaign", ""),
        "click": arrival.get("cp_click", ""),
        "utm": {key: arrival[key] for key in UTM_KEYS if key in arrival},
        "consent_version": page.consent_version,
        "revision": page.revision,
    }


def signed_context(ctx: Ctx, context: Mapping[str, Any]) -> str:
    """The field's value; tampering shows. `at`: when the form was first shown (seconds), kept when it comes back with errors."""
    return sign(ctx.settings, CONTEXT_PURPOSE, {"at": int(ctx.now.timestamp()), **context})


def fresh_key() -> str:
    """128 random bits: the same form sent twice is one lead."""
    return secrets.token_hex(16)
