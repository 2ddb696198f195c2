"""Verbs of identity: add people, sign in, sign out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select

from core import rls
from core.accounts.models import Organization, OrganizationKind, SignInAttempt, User, UserSession
from core.clock import wall_now
from core.ctx import Ctx
from core.errors import Invalid, TooMany
from core.gates.spelling import checked_email, checked_name, skeleton
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.jobs import scheduled

#: Failed attempts for one account from one network in the window before the next one is refused unheard.
ATTEMPTS = 8
#: The same for a network with many people, and for an account from anywhere: so many that a stranger who knows
#: somebody's address cannot lock the owner out from one place, and so few that guessing is hopeless.
ATTEMPTS_OF_NETWORK = 40
ATTEMPTS_ON_ACCOUNT = 100
WINDOW = timedelta(minutes=10)
#: Nothing counts attempts over a longer time (`forgotten`, `signed_actions`), so nothing older is kept.
LONGEST_WINDOW = timedelta(hours=1)
_hasher = PasswordHasher()
_ADDRESSES = rls.door("accounts.address", "An address belongs to one person in the whole hub, whichever organisation they are of.")


def add_organization(ctx: Ctx, name: str, kind: OrganizationKind, *, id: TypeID | None = None, locale: str = "en") -> Organization:
    """The vendor, or the identity side of a partner (same UUID as the partner)."""
    row = Organization(id=id or new_id("org"), name=name, kind=kind, locale=locale)
    ctx.session.add(row)
    ctx.session.flush()
    return row


def add_user(ctx: Ctx, organization: Organization, *, email: str, name: str, role: str, password: str, locale: str = "en") -> User:
    """Raises Invalid for a short password or an address that is taken or no address."""
    address = normalise_email(email)
    if len(password) < 10:
        raise Invalid({"password": _("Choose a password of at least 10 characters.")})
    refuse_taken(ctx, address)
    user = User(
        id=new_id("usr"),
        organization_id=organization.id,
        email=address,
        name=checked_name(name),
        role=role,
        locale=locale,
        password_hash=_hasher.hash(password),
        created_at=ctx.now,
    )
    ctx.session.add(user)
    ctx.session.flush()
    ctx.audit("core.user.added", user, after={"role": role, "organization": str(organization.id)})
    return user


def normalise_email(email: str) -> str:
    """Case-folded and trimmed; raises Invalid for what cannot be an address, or could be read as another one."""
    return checked_email(email)


def refuse_taken(ctx: Ctx, address: str) -> None:
    """Raises Invalid when somebody has this address, or one that cannot be told from it by looking.

    Of people elsewhere nothing is told but that this one cannot be used.
    """
    own = ctx.actor.organization_id
    with rls.seeing_all(ctx.session, _ADDRESSES):
        rows = ctx.session.execute(select(User.email, User.organization_id)).all()
    like = [(taken, organization) for taken, organization in rows if skeleton(taken) == skeleton(address)]
    if not like:
        return
    if ctx.actor.partner_id is not None and all(organization != own for _taken, organization in like):
        raise Invalid({"email": _("This address cannot be used here. Ask your channel manager.")})
    if any(taken == address for taken, _organization in like):
        raise Invalid({"email": _("Somebody with this address has an account already.")})
    raise Invalid(
        {"email": _("This address looks like that of somebody who has an account: %(email)s. Use one that nobody can mistake.", email=like[0][0])}
    )


def recognise(ctx: Ctx, email: str, password: str, *, network: str) -> TypeID | None:
    """Whose pair this is; None when it does not fit. Reads only: hashing takes long, and nobody may wait behind it.

    The answer and the time it takes are the same for unknown addresses. Raises TooMany after `ATTEMPTS` failures of
    the account from this network, or far more of either, within `WINDOW`. The caller remembers a failure.
    """
    _refuse_flood(ctx, _limits(ctx, email, network))
    user = ctx.session.scalar(select(User).where(User.email == _account(email)))
    if not _fits(user.password_hash if user else _nobody(), password) or user is None or not user.active:
        return None
    return user.id


def remember_failure(ctx: Ctx, email: str, *, network: str) -> None:
    """Counts against the account and the network."""
    ctx.session.add_all([SignInAttempt(id=new_id("sia"), who=key, at=wall_now()) for key in _limits(ctx, email, network)])


def begin_session(ctx: Ctx, user_id: TypeID, email: str, *, network: str) -> str:
    """The token of a new session of somebody who was recognised."""
    ctx.session.execute(delete(SignInAttempt).where(SignInAttempt.who.in_(list(_limits(ctx, email, network))[:2])))
    ctx.session.get_one(User, user_id).last_sign_in_at = ctx.now
    token = secrets.token_urlsafe(32)
    lifetime = timedelta(hours=ctx.settings.session_hours)
    ctx.session.add(UserSession(token_hash=token_hash(token), user_id=user_id, created_at=wall_now(), expires_at=wall_now() + lifetime))
    return token


def _account(email: str) -> str:
    return email.strip().casefold()[:254]


def account_key(ctx: Ctx, email: str) -> str:
    """Under which failures of an account are counted: a keyed hash, so that only who knows the address finds them."""
    return _who(ctx, "account", _account(email))


def _limits(ctx: Ctx, email: str, network: str) -> dict[str, int]:
    """What is counted, the account's own first; no address and no network is stored in the clear."""
    return {
        _who(ctx, "account at network", f"{_account(email)} {network}"): ATTEMPTS,
        account_key(ctx, email): ATTEMPTS_ON_ACCOUNT,
        _who(ctx, "network", network): ATTEMPTS_OF_NETWORK,
    }


def end_session(ctx: Ctx, token: str) -> None:
    """Signs out; an unknown token is nothing to do."""
    ctx.session.execute(delete(UserSession).where(UserSession.token_hash == token_hash(token)))


@scheduled("core.forget_sign_ins", every=3600)
def forget_sign_ins(ctx: Ctx) -> None:
    """What can no longer open or close a door is deleted: attempts after the longest window, sessions after their time."""
    ctx.session.execute(delete(SignInAttempt).where(SignInAttempt.at < wall_now() - LONGEST_WINDOW))
    ctx.session.execute(delete(UserSession).where(UserSession.expires_at < wall_now()))


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _who(ctx: Ctx, kind: str, value: str) -> str:
    return hmac.new(ctx.settings.secret_key.encode(), f"{kind}:{value}".encode(), "sha256").hexdigest()


def _refuse_flood(ctx: Ctx, limits: Mapping[str, int]) -> None:
    since = wall_now() - WINDOW
    counts = ctx.session.execute(
        select(SignInAttempt.who, func.count()).where(SignInAttempt.who.in_(limits), SignInAttempt.at > since).group_by(SignInAttempt.who)
    ).all()
    if any(count >= limits[who] for who, count in counts):
        message = _("Too many failed sign-ins. Wait %(minutes)s minutes and try again.", minutes=10)
        raise TooMany(message, retry_after=int(WINDOW.total_seconds()))


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash nobody's password fits, so that unknown addresses take as long as known ones."""
    return _hasher.hash(secrets.token_hex(16))
