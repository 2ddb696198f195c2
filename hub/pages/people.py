"""People of an organisation: who is there, what they may do, inviting, changing a role, deactivating. The same page on both sides."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for
from sqlalchemy import select

from core.accounts import Organization
from core.accounts.forgotten import hand_over_password_link
from core.accounts.people import (
    change_role,
    deactivate_person,
    invite_person,
    organization_for,
    people_of,
    person_for,
    reactivate_person,
    roles_of,
)
from core.audit import history
from core.errors import Invalid, Refused
from core.i18n import format_datetime
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import Perm, needs
from core.web import PrivateBlueprint, ctx, flash, render
from hub.permission_words import ROOMS, words
from hub.roles import ROLES

desk = PrivateBlueprint("desk_people", __name__, face="desk", url_prefix="/desk/people")
portal = PrivateBlueprint("people", __name__, face="portal", url_prefix="/portal/people")
Values = dict[str, str]


def _here() -> str:
    return (request.blueprint or "people").split(".")[0]


def _above(here: str) -> list[tuple[str, str]]:
    """On the desk the page is one of Governance; a partner has it in the navigation."""
    return [(_("Governance"), url_for("governance.index"))] if here == "desk_people" else []


def _organization() -> Organization:
    """The one in the address, the own one else."""
    asked = request.values.get("organization", "")
    try:
        return organization_for(ctx(), TypeID.parse(asked, "org") if asked else None)
    except ValueError:
        return organization_for(ctx())


@desk.get("/")
@portal.get("/")
@needs(Perm.PEOPLE_MANAGE)
def index() -> Any:
    return _list(_organization(), {}, {})


def _list(organization: Organization, values: Values, errors: Values, link: str = "", invited: str = "") -> str:
    work, here = ctx(), _here()
    g.breadcrumbs = [*_above(here), (_("People"), url_for(f"{here}.index"))]
    others = [] if work.actor.partner_id else work.session.scalars(select(Organization).order_by(Organization.kind.desc(), Organization.name)).all()
    return render(
        "hub/people.html",
        organization=organization,
        organizations=[(str(one.id), one.name) for one in others],
        people=[(one, role_label(one.role), url_for(f"{here}.show", user_id=one.id)) for one in people_of(work, organization)],
        roles=[(role.code, str(role.label)) for role in roles_of(organization)],
        here=url_for(f"{here}.index"),
        invite_href=url_for(f"{here}.invite"),
        values=values,
        errors=errors,
        link=link,
        invited=invited,
    )


def role_label(code: str) -> str:
    return str(ROLES[code].label) if code in ROLES else code


@desk.post("/invite")
@portal.post("/invite")
@needs(Perm.PEOPLE_MANAGE)
def invite() -> Any:
    organization, values = _organization(), request.form.to_dict()
    try:
        user = invite_person(ctx(), organization, email=values.get("email", ""), name=values.get("name", ""), role=values.get("role", ""))
    except Invalid as error:
        return _list(organization, values, error.errors), error.status
    return _list(organization, {}, {}, hand_over_password_link(ctx(), user), user.name)


@desk.get("/<typeid('usr'):user_id>")
@portal.get("/<typeid('usr'):user_id>")
@needs(Perm.PEOPLE_MANAGE)
def show(user_id: TypeID) -> Any:
    return _person(user_id, {})


def _person(user_id: TypeID, errors: Values, link: str = "", *, mailed: bool = False) -> str:
    work, here = ctx(), _here()
    user, organization = person_for(work, user_id)
    role = ROLES.get(user.role)
    may: dict[str, list[str]] = {}
    for permission in sorted(role.permissions if role else ()):
        may.setdefault(permission.partition(":")[0], []).append(words(permission))
    g.breadcrumbs = [*_above(here), (_("People"), url_for(f"{here}.index", organization=organization.id)), (user.name, "")]
    return render(
        "hub/person.html",
        person=user,
        organization=organization,
        role_label=role_label(user.role),
        is_self=user.id == work.actor.user_id,
        roles=[(one.code, str(one.label)) for one in roles_of(organization)],
        may=[(str(ROOMS[room]), may[room]) for room in ROOMS if room in may],
        events=[_event(entry) for entry in history(work, str(user.id), limit=20)],
        act=lambda verb: url_for(f"{here}.{verb}", user_id=user.id),
        errors=errors,
        link=link,
        mailed=mailed,
    )


def _event(entry: Any) -> dict[str, Any]:
    what = {
        "core.user.added": _("Account created"),
        "core.person.invited": _("Invited"),
        "core.person.role_changed": _("Role changed"),
        "core.person.deactivated": _("Deactivated"),
        "core.person.reactivated": _("Activated again"),
        "core.person.password_chosen": _("Password chosen"),
        "core.person.link_made": _("Link to choose a password made"),
    }.get(entry.action, entry.action)
    told = {"who": entry.actor_name, "entry_id": str(entry.id), "what": what, "when": format_datetime(entry.at, ctx().clock.zone, "short")}
    told |= {"when_iso": entry.at.isoformat(), "reason": entry.reason}
    before, after = (entry.before or {}).get("role"), (entry.after or {}).get("role")
    if entry.action == "core.person.role_changed":
        told |= {"before": role_label(before), "after": role_label(after)}
    return told


@desk.post("/<typeid('usr'):user_id>/role")
@portal.post("/<typeid('usr'):user_id>/role")
@needs(Perm.PEOPLE_MANAGE)
def role(user_id: TypeID) -> Any:
    try:
        user = change_role(ctx(), user_id, request.form.get("role", ""))
    except Invalid as error:
        return _person(user_id, error.errors), error.status
    except Refused as error:
        return _person(user_id, {"role": error.message}), error.status
    flash(_("%(name)s has the role %(role)s now.", name=user.name, role=role_label(user.role)))
    return redirect(url_for(f"{_here()}.show", user_id=user_id), 303)


@desk.post("/<typeid('usr'):user_id>/deactivate")
@portal.post("/<typeid('usr'):user_id>/deactivate")
@needs(Perm.PEOPLE_MANAGE)
def deactivate(user_id: TypeID) -> Any:
    try:
        user = deactivate_person(ctx(), user_id, request.form.get("reason", "")[:500])
    except Refused as error:
        return _person(user_id, {"reason": error.message}), error.status
    flash(_("%(name)s can no longer sign in and was signed out everywhere.", name=user.name))
    return redirect(url_for(f"{_here()}.show", user_id=user_id), 303)


@desk.post("/<typeid('usr'):user_id>/activate")
@portal.post("/<typeid('usr'):user_id>/activate")
@needs(Perm.PEOPLE_MANAGE)
def activate(user_id: TypeID) -> Any:
    user = reactivate_person(ctx(), user_id)
    flash(_("%(name)s can sign in again.", name=user.name))
    return redirect(url_for(f"{_here()}.show", user_id=user_id), 303)


@desk.post("/<typeid('usr'):user_id>/link")
@portal.post("/<typeid('usr'):user_id>/link")
@needs(Perm.PEOPLE_MANAGE)
def link(user_id: TypeID) -> Any:
    """Mailed to the person; where no mail leaves, shown once, on this answer alone."""
    user, _organization_of = person_for(ctx(), user_id)
    if user.id == ctx().actor.user_id or not user.active:
        raise Refused("not_possible_now", _("There is no such link for this person."))
    made = hand_over_password_link(ctx(), user)
    ctx().audit("core.person.link_made", user)
    return _person(user_id, {}, made, mailed=not made)
