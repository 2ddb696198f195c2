"""What the programme file says about tiers: their order, their names, what a partner shows to be in one (S-184)."""

from __future__ import annotations

from pydantic import field_validator

from core.i18n import DEFAULT_LOCALE, normalise_locale
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.programme import ProgrammeSection, declare_section, term
from core.programme.amounts import Amounts


class Tier(ProgrammeSection):
    """One tier."""

    code: str = term("registered", _l("Code"), _l("Stands with partners and in audiences; never changes."), pattern="^[a-z0-9][a-z0-9-]{0,39}$")
    names: dict[str, str] = term(
        lambda: {"en": "Registered"}, _l("Name"), _l("By language; English stands in for languages that are missing."), max_length=40
    )
    certified_people: int = term(0, _l("Certified people"), _l("How many people hold a valid certificate."), unit="count", ge=0, le=1000)
    revenue_12_months: Amounts = term(
        dict, _l("Revenue in 12 months"), _l("Won deals of the last 12 months, in whole units; one currency is enough."), unit="money"
    )

    @field_validator("names")
    @classmethod
    def _readable(cls, names: dict[str, str]) -> dict[str, str]:
        if not names.get(DEFAULT_LOCALE, "").strip():
            raise ValueError(_("Name the tier in English (en) at least."))
        for tag, name in names.items():
            try:
                normalise_locale(tag)
            except ValueError:
                raise ValueError(_("%(tag)s is not a known language tag.", tag=tag[:40])) from None
            if not name.strip() or len(name) > 60:
                raise ValueError(_("A tier's name has 1 to 60 characters."))
        return names

    def name_for(self, locale: str) -> str:
        return self.names.get(locale) or self.names.get(locale.partition("-")[0]) or self.names[DEFAULT_LOCALE]


def _tiers() -> tuple[Tier, ...]:
    return (
        Tier(code="registered", names={"en": "Registered", "de": "Registriert"}),
        Tier(code="silver", names={"en": "Silver", "de": "Silber"}, certified_people=1, revenue_12_months={"EUR": 50_000}),
        Tier(code="gold", names={"en": "Gold", "de": "Gold"}, certified_people=3, revenue_12_months={"EUR": 250_000}),
        Tier(code="platinum", names={"en": "Platinum", "de": "Platin"}, certified_people=6, revenue_12_months={"EUR": 1_000_000}),
    )


class TierTerms(ProgrammeSection):
    """Section `tiers`."""

    tiers: tuple[Tier, ...] = term(
        _tiers, _l("Tiers"), _l("From the first one to the highest; a higher one holds what those before it hold."), max_length=12
    )

    @field_validator("tiers")
    @classmethod
    def _each_once(cls, tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
        codes = [tier.code for tier in tiers]
        if not codes or len(set(codes)) != len(codes):
            raise ValueError(_("List at least one tier, and each code once."))
        return tiers

    def name_for(self, code: str, locale: str) -> str:
        """A tier that the file does not list any more is called by its code."""
        return next((tier.name_for(locale) for tier in self.tiers if tier.code == code), code)


declare_section("tiers", TierTerms)
