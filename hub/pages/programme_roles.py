"""The guide's chapter on who decides what (S-187): read from the permissions themselves, so that it cannot promise anything else."""

from __future__ import annotations

from core.i18n import format_list
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.programme import Programme
from core.programme.words import Chapter, GuideTable, declare_words

#: What partners wait for, in the order of the story.
_DUTIES = (
    *("partners:partner:manage", "enablement:award:manage", "deals:registration:decide", "mdf:request:decide"),
    *("mdf:claim:decide", "mdf:claim:pay", "core:appeal:decide", "core:programme:edit"),
)


def chapter(programme: Programme) -> Chapter:
    from hub.permission_words import WORDS
    from hub.roles import ROLES

    vendor = [role for role in ROLES.values() if role.side == "vendor"]
    rows = tuple((str(WORDS[duty]), format_list([str(role.label) for role in vendor if duty in role.permissions])) for duty in _DUTIES)
    sentences = (_("These people of the vendor decide. Nobody decides about what they have applied for themselves."),)
    return Chapter("roles", _("Who decides what"), sentences, (GuideTable(_("Who decides what"), (_("Decision"), _("Made by")), rows),))


declare_words("roles", _l("Who decides what"), order=60, chapter=chapter)
