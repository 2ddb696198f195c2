"""Verbs of people administration: invite, change a role, deactivate, set a password by a link.

Whoever manages people manages those of their own organisation; the vendor's channel lead those of every organisation. Nobody changes
themselves, and an organisation never loses its last administrator, whoever else is at it at the same moment.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import delete, func, select

from core.accounts.models import Organization, User, UserSession
from core.accounts.services import _hasher, add_user
from core.ctx import Ctx
from core.errors import BadToken, Invalid, NotFound, Refused
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import ROLES, Perm, Role, roles_holding
from core.signing import sign, unsign

#: How long the link of an invitation, and that of a forgotten password, can be used; each only once.
INVITED_HOURS, FORGOTTEN_HOURS = 7 * 24, 2
_PURPOSE = "set-password"


def roles_of(organization: Organization) -> list[Role]:
    """What somebody of this organisation can be, in the order of the matrix."""
    return [role for role in ROLES.values() if role.side == organization.kind.value]


def organization_for(ctx: Ctx, organization_id: TypeID | None = None) -> Organization:
    """The one whose people the actor manages; raises NotFound for a stranger's."""
    ctx.require(Perm.PEOPLE_MANAGE)
    wanted = organization_id or ctx.actor.organization_id
    if wanted is None or (ctx.actor.partner_id is not None and wanted != ctx.actor.organization_id):
        raise NotFound("organization")
    found = ctx.session.get(Organization, wanted)
    if found is None:
        raise NotFound("organization")
    return found


def people_of(ctx: Ctx, organization: Organization) -> Sequence[User]:
    """Active ones first, by name."""
    query = select(User).where(User.organization_id == organization.id).order_by(User.active.desc(), func.lower(User.name), User.id)
    return ctx.session.scalars(query).all()


def person_for(ctx: Ctx, user_id: TypeID) -> tuple[User, Organization]:
    """Somebody the actor manages. Others do not exist."""
    user = ctx.session.get(User, user_id)
    if user is None:
        raise NotFound("person")
    return user, organization_for(ctx, user.organization_id)


def invite_person(ctx: Ctx, organization: Organization, *, email: str, name: str, role: str) -> User:
    """An account without a password: `password_link` lets the person choose one."""
    organization_for(ctx, organization.id)
    _check_role(organization, role)
    user = add_user(ctx, organization, email=email, name=name, role=role, password=secrets.token_urlsafe(32), locale=organization.locale)
    ctx.audit("core.person.invited", user, after={"role": role})
    return user


def change_role(ctx: Ctx, user_id: TypeID, role: str) -> User:
    """Raises Refused for the own role and for the last administrator's."""
    user = _locked(ctx, user_id)
    _check_role(ctx.session.get_one(Organization, user.organization_id), role)
    if role == user.role:
        return user
    if role not in roles_holding(Perm.PEOPLE_MANAGE):
        _keep_an_administrator(ctx, user)
    before, user.role = user.role, role
    ctx.audit("core.person.role_changed", user, before={"role": before}, after={"role": role})
    return user


def deactivate_person(ctx: Ctx, user_id: TypeID, reason: str = "") -> User:
    """Ends the person's sessions with the same commit."""
    user = _locked(ctx, user_id)
    if not user.active:
        return user
    _keep_an_administrator(ctx, user)
    user.active = False
    end_sessions(ctx, user)
    ctx.audit("core.person.deactivated", user, before={"active": True}, after={"active": False}, reason=reason or None)
    return user


def reactivate_person(ctx: Ctx, user_id: TypeID) -> User:
    user = _locked(ctx, user_id)
    if not user.active:
        user.active = True
        ctx.audit("core.person.reactivated", user, before={"active": False}, after={"active": True})
    return user


def end_sessions(ctx: Ctx, user: User) -> None:
    ctx.session.execute(delete(UserSession).where(UserSession.user_id == user.id).execution_options(synchronize_session=False))


def password_link(ctx: Ctx, user: User) -> str:
    """Opens the page where this person, and nobody else, chooses a password; worthless once one was chosen."""
    token = sign(ctx.settings, _PURPOSE, {"person": str(user.id), "state": _state(user)})
    return f"{ctx.settings.url}/auth/password/{token}"


def person_of_link(ctx: Ctx, token: str) -> User:
    """Whose link it is. Raises BadToken when it is forged, too old, used, or its person is no longer here."""
    told = unsign(ctx.settings, _PURPOSE, token, max_age=INVITED_HOURS * 3600)
    user = ctx.session.get(User, TypeID.parse(str(told.get("person", "")), "usr"))
    if user is None or not user.active or not secrets.compare_digest(str(told.get("state", "")), _state(user)):
        raise BadToken("token_used", _("This link has been used or is no longer valid. Ask for a new one."))
    if user.last_sign_in_at is not None:  # not an invitation any more
        unsign(ctx.settings, _PURPOSE, token, max_age=FORGOTTEN_HOURS * 3600)
    return user


def choose_password(ctx: Ctx, token: str, password: str) -> User:
    """Sets the password and ends every session there was. The link cannot be used again, not even at the same moment."""
    user = person_of_link(ctx, token)
    ctx.session.refresh(user, with_for_update=True)
    person_of_link(ctx, token)
    check_password(password)
    user.password_hash = _hasher.hash(password)
    end_sessions(ctx, user)
    ctx.audit("core.person.password_chosen", user)
    return user


def check_password(password: str) -> None:
    """Raises Invalid. Long before complicated (NIST SP 800-63B); an upper limit, because hashing takes time."""
    if len(password) < 10:
        raise Invalid({"password": _("Choose a password of at least 10 characters.")})
    if len(password) > 200:
        raise Invalid({"password": _("Use at most %(limit)s characters.", limit=200)})
    if "\0" in password or not password.isprintable():
        raise Invalid({"password": _("Use characters that can be typed on a keyboard.")})


def _state(user: User) -> str:
    """Changes with the password."""
    return sha256(user.password_hash.encode()).hexdigest()[:32]


def _locked(ctx: Ctx, user_id: TypeID) -> User:
    """The person, after everybody who changes somebody of the same organisation; refuses the actor themselves."""
    user, organization = person_for(ctx, user_id)
    if user.id == ctx.actor.user_id:
        raise Refused("own_account", _("Nobody changes their own access. Ask a colleague who manages people."))
    ctx.session.refresh(organization, with_for_update=True)
    _still_allowed(ctx)
    ctx.session.refresh(user)
    return user


def _still_allowed(ctx: Ctx) -> None:
    """Who was an administrator when the request came may be none any more: the last one to be changed must not change the other."""
    if ctx.actor.user_id is None:
        return
    role, active = ctx.session.execute(select(User.role, User.active).where(User.id == ctx.actor.user_id)).one()
    if not active or role not in roles_holding(Perm.PEOPLE_MANAGE):
        raise Refused("no_longer_allowed", _("Your own access was changed a moment ago. Nothing was done."))


def _keep_an_administrator(ctx: Ctx, user: User) -> None:
    managing = roles_holding(Perm.PEOPLE_MANAGE)
    if user.role not in managing or not user.active:
        return
    others = (
        select(func.count())
        .select_from(User)
        .where(User.organization_id == user.organization_id, User.id != user.id, User.active, User.role.in_(managing))
    )
    if not ctx.session.scalar(others):
        raise Refused("last_administrator", _("This is the last person who can manage people here. Give somebody else that role first."))


def _check_role(organization: Organization, role: str) -> None:
    if role not in {one.code for one in roles_of(organization)}:
        raise Invalid({"role": _("Choose one of the roles in the list.")})
