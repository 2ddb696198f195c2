"""Permissions are named things; roles are sets of them, merged by `hub/roles.py` from what the rooms declare.

A view says `@needs(Perm.X)`. The start-up check of `core.web` refuses to start an application in which a private
route declares nothing, or declares a permission no room has declared.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

#: For pages that every signed-in person may open (own profile, style guide, sign-out).
SIGNED_IN = "core:signed-in"
#: For the few private routes that a stranger must reach (the sign-in form itself).
ANYONE = "core:anyone"


class Perm(enum.StrEnum):
    """Permissions of the kernel itself."""

    AUDIT_READ = "core:audit:read"
    PEOPLE_MANAGE = "core:people:manage"
    PERMISSIONS_READ = "core:permissions:read"
    OPERATIONS_READ = "core:operations:read"
    JOBS_MANAGE = "core:jobs:manage"
    PROGRAMME_READ = "core:programme:read"
    PROGRAMME_EDIT = "core:programme:edit"
    PRIVACY_READ = "core:privacy:read"
    PRIVACY_MANAGE = "core:privacy:manage"
    DECISION_READ = "core:decision:read"
    APPEAL_RAISE = "core:appeal:raise"
    APPEAL_DECIDE = "core:appeal:decide"
    CLOCK_READ = "core:clock:read"
    ESCALATION_SECOND = "core:escalation:second"
    ESCALATION_LAST = "core:escalation:last"


@dataclass(frozen=True)
class Role:
    """`side` is `vendor` or `partner`; `label` is translatable."""

    code: str
    label: Any
    side: str
    permissions: frozenset[str]


def needs(permission: str) -> Callable[[F], F]:
    """Declares the permission of a private view; `core.web` checks it before the view runs."""

    def wrap(view: F) -> F:
        view.needs = str(permission)  # type: ignore[attr-defined]
        return view

    return wrap


#: Every role there is, told by `hub.roles` when it is imported: jobs ask who holds a permission.
ROLES: dict[str, Role] = {}


def roles_holding(permission: str) -> list[str]:
    """Codes of the roles with this permission."""
    return [code for code, role in ROLES.items() if permission in role.permissions]
