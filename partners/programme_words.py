"""The programme's part about tiers, in words."""

from __future__ import annotations

from core.i18n import active_locale, format_list, language_name
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.programme import Programme
from core.programme.words import Chapter, GuideTable, amount_in_words, declare_words, in_words
from partners.programme import TierTerms


def chapter(programme: Programme) -> Chapter:
    terms = programme.section(TierTerms)
    rows = tuple(
        (
            tier.name_for(active_locale()),
            in_words(tier.certified_people) if tier.certified_people else "–",
            format_list([amount_in_words(units, code) for code, units in tier.revenue_12_months.items()]) or "–",
        )
        for tier in terms.tiers
    )
    return Chapter(
        "tiers",
        _("Tiers"),
        (
            _("A partner is in one of these tiers. A higher tier holds everything that the tiers before it hold."),
            _(
                "The number of people with a valid certificate and the won deals of the last 12 months decide; people look at both before they change a tier."
            ),
        ),
        (GuideTable(_("Tiers and what they ask for"), (_("Tier"), _("Certified people"), _("Revenue in 12 months")), rows),),
    )


def name_of(path: tuple[str, ...], key: str) -> str:
    """Tiers are called by their codes in a comparison: their names may be what changes."""
    if path[-1:] == ("names",):
        return language_name(key, active_locale())
    return key


declare_words("tiers", _l("Tiers"), order=10, chapter=chapter, name_of=name_of)
