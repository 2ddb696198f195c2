"""The kernel's own notices."""

from core.i18n import lazy_gettext as _l
from core.notices.kinds import Channel, declare_notice
from core.permissions import Perm

#: Never by mail: it says that mail does not work.
MAIL_GIVEN_UP = declare_notice(
    "core.mail_given_up",
    title=_l("A mail could not be delivered"),
    mail=Channel.OFF,
    may_be_switched_off=False,
    why=_l("Somebody did not get what they wait for."),
    side="vendor",
    permission=Perm.OPERATIONS_READ,
    sample=lambda: {"attempts": 12, "answer": "421 4.3.2"},
)
