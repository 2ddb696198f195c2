"""Identity: organizations, people, passwords (argon2id) and server-side sessions.

Owns who somebody is and which role they have. Does not own what a partner is (partners) or what a role may do (hub).
"""

from core.accounts.models import Organization, OrganizationKind, User
from core.accounts.services import add_organization, add_user, begin_session, end_session, recognise, remember_failure
from core.accounts.sessions import actor_for_session, actor_of_person

__all__ = [
    "Organization",
    "OrganizationKind",
    "User",
    "actor_for_session",
    "actor_of_person",
    "add_organization",
    "add_user",
    "begin_session",
    "end_session",
    "recognise",
    "remember_failure",
]
