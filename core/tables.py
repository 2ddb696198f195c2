"""Every table and job of the kernel, imported in one place so that none is forgotten by a migration or a worker."""

from core import audit, breaker, events, jobs, kv, measures, signing, storage
from core.accounts import models as accounts
from core.decisions import telling as decisions
from core.mail import digest as mail_digests
from core.mail import models as mail
from core.mail import sending as mail_sending
from core.notices import models as notices
from core.privacy import models as privacy
from core.programme import models as programme
from core.search import models as search
from core.signed_actions import models as signed_actions
from core.sla import duties as sla_duties
from core.sla import tasks as sla
from core.turns import models as turns
from core.web import submissions

__all__ = [
    "accounts",
    "audit",
    "breaker",
    "decisions",
    "events",
    "jobs",
    "kv",
    "mail",
    "mail_digests",
    "mail_sending",
    "measures",
    "notices",
    "privacy",
    "programme",
    "search",
    "signed_actions",
    "signing",
    "sla",
    "sla_duties",
    "storage",
    "submissions",
    "turns",
]
