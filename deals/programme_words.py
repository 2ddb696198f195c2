"""The programme's part about deals, in words."""

from __future__ import annotations

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import ngettext
from core.programme import Programme
from core.programme.words import Chapter, GuideTable, amount_in_words, declare_words, in_words
from deals.programme import DealTerms


def chapter(programme: Programme) -> Chapter:
    terms = programme.section(DealTerms)
    rows = tuple((code, amount_in_words(units, code)) for code, units in terms.least_amount.items())
    table = GuideTable(_("Smallest deal that can be registered"), (_("Currency"), _("From")), rows)
    return Chapter("deals", _("Deals"), (*_protection(terms), *_admission(terms)), (table,) if rows else ())


def _protection(terms: DealTerms) -> tuple[str, ...]:
    held = ngettext(
        "An approved registration protects the customer for the product line for %(n)s day, to the end of the last day.",
        "An approved registration protects the customer for the product line for %(n)s days, to the end of the last day.",
        terms.protection_days,
    )
    if not terms.extensions or not terms.extension_days:
        return held, _("The protection is not extended.")
    extended = ngettext(
        "It can be extended once by %(time)s, asked for before it ends.",
        "It can be extended %(n)s times by %(time)s each, asked for before it ends.",
        terms.extensions,
        time=in_words(terms.extension_days, "days"),
    )
    return held, extended


def _admission(terms: DealTerms) -> tuple[str, ...]:
    return (
        _(
            "Who registers first comes first. Another registration for the same customer and product line is looked at by a person before anything is decided."
        ),
        _(
            "The same domain is the same customer. Names in one country that are alike by %(share)s are compared by a person.",
            share=in_words(terms.similar_names_percent, "percent"),
        ),
        ngettext(
            "A customer with whom we were in contact ourselves within the last %(n)s day is not registered.",
            "A customer with whom we were in contact ourselves within the last %(n)s days is not registered.",
            terms.direct_engagement_days,
        ),
        _("A tender that is published already is not registered: it would protect nobody who comes after it."),
        _("The order is expected at most %(time)s ahead.", time=in_words(terms.longest_outlook_days, "days")),
    )


declare_words("deals", _l("Deals"), order=30, chapter=chapter)
