"""What may be registered, and with whom the vendor talks itself: the channel manager's lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Invalid, NotFound
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from deals.models import DirectEngagement, ProductLine
from deals.permissions import Perm
from deals.rules.customers import customer_domain, is_everybodys, registrable

if TYPE_CHECKING:
    from core.ctx import Ctx

_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def add_product_line(ctx: Ctx, code: str, names: Mapping[str, str], tiers: Sequence[str] = ()) -> ProductLine:
    """`names` by locale, the first one the fallback; `tiers` empty lets every partner sell it."""
    ctx.require(Perm.REGISTRATION_DECIDE)
    errors = {}
    if not _CODE.fullmatch(code):
        errors["code"] = _("Use 1 to 40 lower-case letters, digits and hyphens, such as heat-pumps.")
    elif ctx.session.scalar(select(ProductLine.id).where(ProductLine.code == code)) is not None:
        errors["code"] = _("Another product line has this code. Choose a different one.")
    kept = {tag: name.strip() for tag, name in names.items() if name.strip()}
    if not kept or any(len(name) > 120 for name in kept.values()):
        errors["name"] = _("Enter a name of at most 120 characters.")
    if errors:
        raise Invalid(errors)
    line = ProductLine(id=new_id("pdl"), code=code, names=kept, tiers=list(tiers), is_active=True, submissions=0, created_at=ctx.now)
    ctx.session.add(line)
    ctx.session.flush()
    ctx.audit("deals.product_line.created", line, after={"code": code, "tiers": list(tiers)})
    return line


def set_product_line_active(ctx: Ctx, line_id: TypeID, is_active: bool) -> ProductLine:
    """An ended one takes no new registrations; those it has go on."""
    ctx.require(Perm.REGISTRATION_DECIDE)
    line = ctx.session.get(ProductLine, line_id, with_for_update=True)
    if line is None:
        raise NotFound("product line")
    if line.is_active != is_active:
        ctx.audit("deals.product_line.switched", line, before={"is_active": line.is_active}, after={"is_active": is_active})
        line.is_active = is_active
    return line


def note_direct_engagement(ctx: Ctx, customer_name: str, domain: str, last_contact_on: date) -> DirectEngagement:
    """The vendor talks to this customer itself. Each note keeps its time: what is written after a registration came in cannot stop it (N-06)."""
    ctx.require(Perm.REGISTRATION_DECIDE)
    host, errors = customer_domain(domain), {}
    if not customer_name.strip() or len(customer_name.strip()) > 200:
        errors["customer_name"] = _("Enter the customer's name, at most 200 characters.")
    if host is None or is_everybodys(host):
        errors["customer_domain"] = _("Enter a domain that exists, such as acme.example, without an e-mail address.")
    if last_contact_on > ctx.today:
        errors["last_contact_on"] = _("Enter the day of the last contact, not one to come.")
    if errors or host is None:
        raise Invalid(errors)
    key = registrable(host)
    row = DirectEngagement(
        id=new_id("dde"), customer_domain=key, customer_name=customer_name.strip(), last_contact_on=last_contact_on, created_at=ctx.now
    )
    ctx.session.add(row)
    ctx.session.flush()
    ctx.audit("deals.direct_engagement.noted", row, after={"customer_domain": key, "last_contact_on": last_contact_on})
    return row
