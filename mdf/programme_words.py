"""The programme's part about funds, in words: deadlines, and what proves each activity."""

from __future__ import annotations

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import ngettext
from core.programme import Programme
from core.programme.words import Chapter, GuideTable, declare_words
from mdf.labels import activity_label, evidence_label
from mdf.programme import UPLOAD_CODES, FundTerms
from mdf.rules.catalogue import codes_asked
from mdf.rules.kinds import ActivityType, Provider


def chapter(programme: Programme) -> Chapter:
    terms = programme.section(FundTerms)
    return Chapter("funds", _("Funds"), _deadlines(terms), (_catalogue(terms),))


def _deadlines(terms: FundTerms) -> tuple[str, ...]:
    late = ngettext(
        "A claim that was begun in time keeps its money for %(n)s day more, and is marked late.",
        "A claim that was begun in time keeps its money for %(n)s days more, and is marked late.",
        terms.late_days,
    )
    return (
        _("Funds are approved before the activity begins. With the approval the list of proofs is fixed; nothing is asked for later."),
        ngettext(
            "The claim is in time until %(n)s day after the last day of the activity.",
            "The claim is in time until %(n)s days after the last day of the activity.",
            terms.claim_due_days,
        ),
        late if terms.late_days else _("A claim that comes later is not paid."),
        ngettext(
            "The result form of an event is due within %(n)s day after its last day.",
            "The result form of an event is due within %(n)s days after its last day.",
            terms.result_within_days,
        ),
        _("Every claim needs the supplier's invoice and the proof that it was paid.")
        if terms.payment_proof_required
        else _("Every claim needs the supplier's invoice; a proof of payment is welcome."),
    )


def _catalogue(terms: FundTerms) -> GuideTable:
    rows = tuple(
        (activity_label(kind), _listed(kind, terms, Provider.UPLOAD), _listed(kind, terms, Provider.HUB) or "–") for kind in terms.activities
    )
    return GuideTable(_("Activities and what proves them"), (_("Activity"), _("You upload"), _("We bring")), rows)


def _listed(kind: ActivityType, terms: FundTerms, provider: Provider) -> str:
    """The pictures of a page are one thing to read about."""
    codes = [code for code, by in codes_asked(kind, terms) if by is provider]
    words = [_("Pictures of the page") if code.startswith("screenshot_") else evidence_label(code) for code in codes]
    return " · ".join(dict.fromkeys(words))


def name_of(path: tuple[str, ...], key: str) -> str:
    if path[-1:] == ("activities",) and key in list(ActivityType):
        return activity_label(ActivityType(key))
    return evidence_label(key) if path[-1:] == ("uploads",) and key in UPLOAD_CODES else ""


declare_words("funds", _l("Funds"), order=40, chapter=chapter, name_of=name_of)
