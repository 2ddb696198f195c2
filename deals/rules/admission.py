"""What may be registered (A-29). Each rule returns a code of the list in requirements section 6 and the field it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from deals.programme import DealTerms


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


Rule = Callable[[Application, DealTerms], Finding | None]


def duplicate(told: Application, terms: DealTerms) -> Finding | None:
    return Finding(ReasonCode.DUPLICATE_REGISTRATION, "customer_domain") if told.has_own_earlier else None


def own_company(told: Application, terms: DealTerms) -> Finding | None:
    """Nobody is their own end customer."""
    return Finding(ReasonCode.CUSTOMER_DECLINED, "customer_domain") if told.customer_key == told.partner_key else None


def direct_engagement(told: Application, terms: DealTerms) -> Finding | None:
    if told.direct_contact_on is None:
        return None
    recent = told.today - told.direct_contact_on <= timedelta(days=terms.direct_engagement_days)
    return Finding(ReasonCode.DIRECT_ENGAGEMENT, "customer_domain") if recent else None


def minimum(told: Application, terms: DealTerms) -> Finding | None:
    return Finding(ReasonCode.BELOW_MINIMUM, "amount") if told.amount_minor < terms.least_minor(told.currency) else None


def authorised(told: Application, terms: DealTerms) -> Finding | None:
    sold_here = told.line_is_active and (not told.line_tiers or told.partner_tier in told.line_tiers)
    return None if sold_here else Finding(ReasonCode.NOT_AUTHORISED, "product_line")


def tender(told: Application, terms: DealTerms) -> Finding | None:
    """A tender that everybody can read protects nobody who comes after it."""
    published = told.tender and told.tender_published_on is not None and told.tender_published_on <= told.today
    return Finding(ReasonCode.TENDER_PUBLISHED, "tender_published_on") if published else None


RULES: tuple[Rule, ...] = (duplicate, own_company, direct_engagement, minimum, authorised, tender)


def admission(told: Application, terms: DealTerms) -> tuple[Finding, ...]:
    """Every rule that says no; empty means admitted."""
    return tuple(finding for rule in RULES if (finding := rule(told, terms)) is not None)
