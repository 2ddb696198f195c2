"""Verbs of the brand kit: save colours and contact block, put up a logo, put the previous one back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cobranding.events import BrandKitChanged
from cobranding.looks import DEFAULT_ACCENT, DEFAULT_PRIMARY, VENDOR_KEY, kept_logo, kit_of
from cobranding.models import BrandKit
from cobranding.permissions import Perm
from cobranding.rules.colours import parse_colour
from cobranding.rules.kits import LENGTHS, KitFault, faults_of_kit
from core.errors import Invalid, Refused
from core.gates import accept_upload, clean_text, safe_url
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.kv import read_value, write_value
from core.storage import put_object
from syndication import announce_public_change

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.gates.uploads import Readable

FIELDS = ("primary_color", "accent_color", *LENGTHS)
_LINES = ("address", "intro")


def save_kit(ctx: Ctx, partner_id: TypeID, values: Mapping[str, str]) -> BrandKit:
    """Saves colours, contact block and intro; raises Invalid naming each field and its fix."""
    ctx.require(Perm.KIT_EDIT, partner_id)
    wanted = tidy_kit(values)
    faults = faults_of_kit(wanted, website_ok=bool(safe_url(wanted["website"])))
    if faults:
        raise Invalid({field: kit_sentence(field, fault, wanted[field]) for field, fault in faults.items()})
    wanted["primary_color"] = parse_colour(wanted["primary_color"]).hex
    wanted["accent_color"] = parse_colour(wanted["accent_color"]).hex
    wanted["website"] = (safe_url(wanted["website"]) or "") if wanted["website"] else ""
    kit = _kit(ctx, partner_id)
    before = {field: getattr(kit, field) for field in FIELDS}
    changed = [field for field in FIELDS if before[field] != wanted[field]]
    for field in changed:
        setattr(kit, field, wanted[field])
    if changed:
        _record(ctx, kit, "cobranding.kit.saved", {f: before[f] for f in changed}, {f: wanted[f] for f in changed})
    return kit


def tidy_kit(values: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form as plain text; missing ones are empty, a bare host name becomes an https address."""
    tidy = {}
    for field in FIELDS:
        text = str(values.get(field, ""))
        if field in _LINES:
            tidy[field] = "\n".join(line for line in (clean_text(part) for part in text.splitlines()) if line)
        else:
            tidy[field] = clean_text(text)
    website = tidy["website"]
    if website and "://" not in website and ":" not in website.split("/")[0]:
        tidy["website"] = f"https://{website}"
    return tidy


def upload_logo(ctx: Ctx, partner_id: TypeID, stream: Readable | bytes) -> BrandKit:
    """Puts up a new logo and keeps the one before it; raises Invalid or TooLarge about the field `logo`."""
    ctx.require(Perm.KIT_EDIT, partner_id)
    picture = accept_upload(stream, kind="logo", field="logo")
    stored = put_object(ctx, picture.data, picture.media_type, width=picture.width, height=picture.height)
    kit = _kit(ctx, partner_id)
    if kit.logo and kit.logo["key"] == stored.key:
        return kit
    before = kit.logo_key
    kit.previous_logo = kit.logo
    kit.logo = kept_logo(stored.key, picture.media_type, picture.width, picture.height, picture.data)
    _record(ctx, kit, "cobranding.kit.logo_replaced", {"logo": before}, {"logo": stored.key})
    return kit


def undo_logo(ctx: Ctx, partner_id: TypeID) -> BrandKit:
    """Swaps the logo with the previous one, so that undoing twice changes nothing."""
    ctx.require(Perm.KIT_EDIT, partner_id)
    kit = kit_of(ctx, partner_id)
    if kit is None or kit.previous_logo is None:
        raise Refused("no_previous_logo", _("There is no earlier logo to go back to."))
    before = kit.logo_key
    kit.logo, kit.previous_logo = kit.previous_logo, kit.logo
    _record(ctx, kit, "cobranding.kit.logo_undone", {"logo": before}, {"logo": kit.logo_key})
    return kit


def set_vendor_look(ctx: Ctx, *, name: str, primary: str, accent: str, logo: Readable | bytes | None = None) -> None:
    """How the vendor stands beside its partners; for the hub itself and the demo."""
    ctx.require(Perm.KIT_EDIT)
    before = read_value(ctx, VENDOR_KEY)
    kept: dict[str, Any] = {
        "name": clean_text(name),
        "primary": parse_colour(primary).hex,
        "accent": parse_colour(accent).hex,
        "logo": (before or {}).get("logo"),
    }
    if logo is not None:
        picture = accept_upload(logo, kind="logo", field="logo")
        stored = put_object(ctx, picture.data, picture.media_type, width=picture.width, height=picture.height)
        kept["logo"] = kept_logo(stored.key, picture.media_type, picture.width, picture.height, picture.data)
    write_value(ctx, VENDOR_KEY, kept)
    ctx.audit("cobranding.vendor.look_saved", VENDOR_KEY, before=before, after=kept)
    announce_public_change(ctx)


def kit_sentence(field: str, fault: KitFault, value: str) -> str:
    """What is wrong with a field and what to do."""
    if fault is KitFault.NOT_A_COLOUR:
        return _("“%(value)s” is not a colour we can read: write it as #rrggbb, for example #1f6feb.", value=value[:40])
    if fault is KitFault.BAD_EMAIL:
        return _("“%(value)s” is not an e-mail address: write it as name@company.example.", value=value[:60])
    if fault is KitFault.BAD_PHONE:
        return _("“%(value)s” is not a phone number: write it with country code, for example +49 40 123456.", value=value[:40])
    if fault is KitFault.BAD_WEBSITE:
        return _("“%(value)s” is not a web address: write it as https://www.company.example.", value=value[:60])
    return _("This text is too long: use at most %(limit)s characters.", limit=LENGTHS[field])


def _kit(ctx: Ctx, partner_id: TypeID) -> BrandKit:
    kit = kit_of(ctx, partner_id)
    if kit is None:
        kit = BrandKit(
            id=new_id("kit"),
            partner_id=partner_id,
            primary_color=DEFAULT_PRIMARY,
            accent_color=DEFAULT_ACCENT,
            created_at=ctx.now,
            updated_at=ctx.now,
            **dict.fromkeys(LENGTHS, ""),
        )
        ctx.session.add(kit)
        ctx.session.flush()
    return kit


def _record(ctx: Ctx, kit: BrandKit, action: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Audit entry, event, and new contact blocks in feeds and widgets, in the transaction of the change."""
    kit.updated_at, kit.updated_by = ctx.now, ctx.actor.name
    ctx.session.flush()
    ctx.audit(action, kit, before=before, after=after)
    ctx.emit(BrandKitChanged(str(kit.partner_id), sorted(after)))
    announce_public_change(ctx, kit.partner_id)
