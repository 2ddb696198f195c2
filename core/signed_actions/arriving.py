"""Who comes with a link, and what they may do with it: exactly its one action, as its person, for as long as that person may."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import current_app, request
from sqlalchemy import func, select

from core.accounts import Organization, actor_of_person
from core.accounts.models import SignInAttempt
from core.clock import wall_now
from core.ctx import SYSTEM, Actor, Ctx
from core.errors import Forbidden, HubError, TooMany
from core.i18n import gettext as _
from core.ids import new_id
from core.signed_actions.kinds import ACTIONS, Action
from core.signed_actions.links import find_link, was_ever_ours
from core.signed_actions.models import SignedAction
from core.web.edge import SESSION_COOKIE, actor_of_token, database

#: Wrong links from one network before it has to wait. The tokens cannot be guessed; this spares the database.
WRONG_LINKS = 60
WINDOW = timedelta(minutes=10)


class LinkOver(HubError):
    """Unknown, cut off, of another purpose, used, expired or withdrawn: one answer, so that trying tells nothing."""

    status = 410

    def __init__(self) -> None:
        super().__init__("link_over", _("This link does not work any more."))


class MayNotAnyMore(HubError):
    """The link is good, but its person may not do this any more."""

    status = 403

    def __init__(self) -> None:
        super().__init__("may_not_any_more", _("You may not do this any more."))


@dataclass(frozen=True)
class Held:
    """A link that works. `person` holds the one permission of the action and nothing else."""

    link: SignedAction
    action: Action
    person: Actor
    organization: str


def held(token: str) -> Held:
    """Raises LinkOver, MayNotAnyMore or TooMany."""
    house = current_app.extensions["channelpress"]
    with database().reading(SYSTEM) as read:
        _refuse_flood(read)
        link = find_link(read, token)
        known = link is not None or was_ever_ours(read, token)
        person = None if link is None else actor_of_person(read, link.user_id, house["roles"])
        organization = "" if person is None else read.session.get_one(Organization, person.organization_id).name
        if link is not None:
            read.session.expunge(link)  # it outlives this read
        may_enter = person is not None and all(door(read, person) for door in house["registry"].doors)
    if link is None:
        if not known:
            _remember_wrong_link()
        raise LinkOver()
    action = ACTIONS[link.kind]
    if person is None or not may_enter or not person.may(action.permission):
        raise MayNotAnyMore()
    return Held(link, action, replace(person, permissions=frozenset({action.permission})), organization)


def signed_in_somebody_else(person: Actor) -> str:
    """The name of the person whose session this browser carries, when it is not the link's. Only ever for a note on the page."""
    cookie = request.cookies.get(SESSION_COOKIE, "")
    other = actor_of_token(cookie) if cookie else None
    return other.name if other is not None and other.kind == "user" and other.user_id != person.user_id else ""


def form_token(found: Held, seen: str) -> str:
    """Proves that this very page was shown: bound to the link and to what the decision rests on. No cookie is needed for it."""
    secret = current_app.extensions["channelpress"]["settings"].secret_key
    return hmac.new(secret.encode(), f"signed action:{found.link.token_hash}:{seen}".encode(), "sha256").hexdigest()


def check_origin() -> None:
    """A form of another site is refused. `null` is what browsers send from our own page, which tells no referrer."""
    origin = request.headers.get("Origin", "null").rstrip("/")
    ours = (request.host_url.rstrip("/"), current_app.extensions["channelpress"]["settings"].url)
    if origin not in ("null", *ours):
        raise Forbidden("csrf")


def _network() -> str:
    secret = current_app.extensions["channelpress"]["settings"].secret_key
    return hmac.new(secret.encode(), f"wrong link:{request.remote_addr or ''}".encode(), "sha256").hexdigest()


def _refuse_flood(read: Ctx) -> None:
    counted = select(func.count()).select_from(SignInAttempt).where(SignInAttempt.who == _network(), SignInAttempt.at > wall_now() - WINDOW)
    if (read.session.scalar(counted) or 0) >= WRONG_LINKS:
        raise TooMany(_("Too many links that do not work came from your network. Wait ten minutes and try again."), int(WINDOW.total_seconds()))


def _remember_wrong_link() -> None:
    """In a transaction of its own: what follows is a refusal, and that would take it back."""
    with database().unit_of_work(SYSTEM) as work:
        work.session.add(SignInAttempt(id=new_id("sia"), who=_network(), at=wall_now()))
