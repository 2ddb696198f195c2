"""The programme's part about learning, in words."""

from __future__ import annotations

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import ngettext
from core.programme import Programme
from core.programme.words import Chapter, declare_words, in_words
from enablement.programme import LearningTerms


def chapter(programme: Programme) -> Chapter:
    terms = programme.section(LearningTerms)
    return Chapter(
        "learning",
        _("Learning"),
        (
            _("Each course tells its own terms. Unless it says otherwise, these hold:"),
            ngettext("A certificate is valid for %(n)s month.", "A certificate is valid for %(n)s months.", terms.valid_months),
            _(
                "It can be renewed in the last %(time)s; a renewal adds to the old end, so nobody loses a day by being early.",
                time=in_words(terms.renewal_days, "days"),
            ),
            ngettext(
                "A quiz asks %(n)s question; %(share)s right answers are needed, and the limit itself is enough.",
                "A quiz asks %(n)s questions; %(share)s right answers are needed, and the limit itself is enough.",
                terms.questions_asked,
                share=in_words(terms.pass_mark, "percent"),
            ),
            _("After a failed attempt the next one is possible after %(time)s.", time=in_words(terms.cool_down_hours, "hours"))
            if terms.cool_down_hours
            else _("After a failed attempt the next one is possible at once."),
        ),
    )


declare_words("learning", _l("Learning"), order=20, chapter=chapter)
