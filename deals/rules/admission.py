"""What may be registered (A-29). Each rule returns a code of the list in requirements section 6 and the field it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


class ReasonCode(StrEnum):
    """Why a registration is refused or rejected; stored and exported."""

    DUPLICATE_REGISTRATION = "duplicate_registration"
    DIRECT_ENGAGEMENT = "direct_engagement"
    EXISTING_CUSTOMER = "existing_customer"
    TENDER_PUBLISHED = "tender_published"
    BELOW_MINIMUM = "below_minimum"
    NOT_AUTHORISED = "not_authorised"
    CERTIFICATION_MISSING = "certification_missing"
    INCOMPLETE = "incomplete"
    CUSTOMER_DECLINED = "customer_declined"
    INACTIVE = "inactive"


@dataclass(frozen=True)
class Programme:
    """The numbers of the rules. `version` is kept with each decision, so that an old one can be read with its own rules."""

    version: str = "2026-1"
    direct_engagement_days: int = 180
    protection_days: int = 90
    longest_outlook_days: int = 3 * 366
    #: In minor units; a currency that is not named has no minimum.
    minimum_minor: Mapping[str, int] = field(
        default_factory=lambda: {
            "EUR": 500_000,
            "USD": 500_000,
            "GBP": 450_000,
            "CHF": 500_000,
            "AED": 2_000_000,
            "SAR": 2_000_000,
            "JPY": 800_000,
            "SEK": 5_500_000,
            "DKK": 3_750_000,
            "NOK": 5_500_000,
            "PLN": 2_200_000,
            "CZK": 12_500_000,
            "AUD": 800_000,
            "CAD": 700_000,
            "INR": 45_000_000,
            "SGD": 700_000,
        }
    )


PROGRAMME = Programme()


@dataclass(frozen=True)
class Application:
    """What the rules look at, gathered by the service. `direct_contact_on`: the vendor's last own contact with the customer."""

    today: date
    customer_key: str
    partner_key: str
    amount_minor: int
    currency: str
    tender: bool
    tender_published_on: date | None
    partner_tier: str
    line_tiers: Sequence[str]
    line_is_active: bool
    direct_contact_on: date | None = None
    has_own_earlier: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that says no, and the field where the partner reads it."""

    code: ReasonCode
    field: str


Rule = Callable[[Application, Programme], Finding | None]


def duplicate(told: Application, programme: Programme) -> Finding | None:
    return Finding(ReasonCode.DUPLICATE_REGISTRATION, "customer_domain") if told.has_own_earlier else None


def own_company(told: Application, programme: Programme) -> Finding | None:
    """Nobody is their own end customer."""
    return Finding(ReasonCode.CUSTOMER_DECLINED, "customer_domain") if told.customer_key == told.partner_key else None


def direct_engagement(told: Application, programme: Programme) -> Finding | None:
    if told.direct_contact_on is None:
        return None
    recent = told.today - told.direct_contact_on <= timedelta(days=programme.direct_engagement_days)
    return Finding(ReasonCode.DIRECT_ENGAGEMENT, "customer_domain") if recent else None


def minimum(told: Application, programme: Programme) -> Finding | None:
    least = programme.minimum_minor.get(told.currency, 0)
    return Finding(ReasonCode.BELOW_MINIMUM, "amount") if told.amount_minor < least else None


def authorised(told: Application, programme: Programme) -> Finding | None:
    sold_here = told.line_is_active and (not told.line_tiers or told.partner_tier in told.line_tiers)
    return None if sold_here else Finding(ReasonCode.NOT_AUTHORISED, "product_line")


def tender(told: Application, programme: Programme) -> Finding | None:
    """A tender that everybody can read protects nobody who comes after it."""
    published = told.tender and told.tender_published_on is not None and told.tender_published_on <= told.today
    return Finding(ReasonCode.TENDER_PUBLISHED, "tender_published_on") if published else None


RULES: tuple[Rule, ...] = (duplicate, own_company, direct_engagement, minimum, authorised, tender)


def admission(told: Application, programme: Programme = PROGRAMME) -> tuple[Finding, ...]:
    """Every rule that says no; empty means admitted."""
    return tuple(finding for rule in RULES if (finding := rule(told, programme)) is not None)
