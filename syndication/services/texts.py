"""Changing what an asset says: every change is a revision, and translations of an older text become stale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Invalid, NotFound, Refused
from core.gates import CLEAN_VERSION, clean, clean_text
from core.i18n import gettext as _
from core.ids import TypeID
from syndication.delivery import touch_collections
from syndication.events import AssetEdited
from syndication.models import Asset, Localization, LocalizationRevision, TranslationStatus
from syndication.permissions import Perm
from syndication.rules import AssetStatus, is_stale
from syndication.services.assets import collections_of

if TYPE_CHECKING:
    from core.ctx import Ctx

TITLE_LIMIT = 300
SUMMARY_LIMIT = 2000


@dataclass(frozen=True)
class LocalizationEdit:
    """What the form of a localization holds; `body_html` None leaves the body as it is."""

    title: str
    summary: str
    body_html: str | None = None


def edit_localization(ctx: Ctx, localization_id: TypeID, edit: LocalizationEdit, *, seen_revision: int | None = None) -> Localization:
    """Stores a new revision. Text equal to the present one changes nothing.

    `seen_revision` is the revision the person had in front of them: when somebody else saved meanwhile it is Refused.
    """
    ctx.require(Perm.ASSET_EDIT)
    text = locked_localization(ctx, localization_id)
    if seen_revision is not None and seen_revision != text.revision:
        raise Refused("edited_meanwhile", _("Somebody else has changed this text meanwhile. Reload the page to see the new text."))
    title, summary = _checked(edit)
    body = text.body_html if edit.body_html is None else str(clean(edit.body_html))
    if (title, summary, body) == (text.title, text.summary, text.body_html):
        return text
    before = {"title": text.title, "summary": text.summary, "body": text.body_html}
    keep_revision(ctx, text)
    text.title, text.summary, text.body_html = title, summary, body
    if edit.body_html is not None:
        text.raw, text.raw_format, text.clean_version = edit.body_html, "html", CLEAN_VERSION
    after = {"title": title, "summary": summary, "body": body}
    changed = [key for key in after if before[key] != after[key]]
    ctx.audit(
        "syndication.localization.edited",
        text.asset,
        before={"locale": text.locale, **{key: _short(before[key]) for key in changed}},
        after={"locale": text.locale, "revision": text.revision + 1, **{key: _short(after[key]) for key in changed}},
    )
    text_changed(ctx, text)
    return text


def restore_revision(ctx: Ctx, localization_id: TypeID, revision: int) -> Localization:
    """Undo: the text of an earlier revision becomes a new one."""
    ctx.require(Perm.ASSET_EDIT)
    kept = ctx.session.get(LocalizationRevision, (localization_id, revision))
    if kept is None:
        raise NotFound("revision")
    return edit_localization(ctx, localization_id, LocalizationEdit(kept.title, kept.summary, kept.body_html))


def keep_revision(ctx: Ctx, text: Localization) -> None:
    """Puts the present text aside before it is replaced."""
    ctx.session.add(
        LocalizationRevision(
            localization_id=text.id,
            revision=text.revision,
            title=text.title,
            summary=text.summary,
            body_html=text.body_html,
            saved_at=text.updated_at,
            saved_by=ctx.actor.name,
        )
    )


def text_changed(ctx: Ctx, text: Localization) -> None:
    """Counts revisions, marks translations as stale, and orders new views where the asset is shown."""
    asset = text.asset
    text.revision += 1
    text.updated_at = asset.updated_at = ctx.now
    if text.locale == asset.source_locale:
        asset.revision += 1
    text.source_revision = asset.revision
    mark_stale(asset)
    ctx.session.flush()
    ctx.emit(AssetEdited(str(asset.id), str(text.id), text.locale, text.revision))
    if asset.status is AssetStatus.PUBLISHED:
        touch_collections(ctx, collections_of(ctx, asset.id))


def mark_stale(asset: Asset) -> None:
    """Sets `current` or `stale` on every localization that is past review."""
    for text in asset.localizations:
        if text.status in (TranslationStatus.CURRENT, TranslationStatus.STALE):
            stale = is_stale(asset.source_locale, text.locale, asset.revision, text.source_revision)
            text.status = TranslationStatus.STALE if stale else TranslationStatus.CURRENT


def locked_localization(ctx: Ctx, localization_id: TypeID) -> Localization:
    """The localization, its asset locked first; NotFound when there is none."""
    asset_id = ctx.session.scalar(select(Localization.asset_id).where(Localization.id == localization_id))
    if asset_id is None:
        raise NotFound("localization")
    ctx.session.scalar(select(Asset).where(Asset.id == asset_id).with_for_update())
    return ctx.session.get_one(Localization, localization_id)


def _checked(edit: LocalizationEdit) -> tuple[str, str]:
    title, summary = " ".join(clean_text(edit.title).split()), clean_text(edit.summary).strip()
    errors: dict[str, str] = {}
    if not title:
        errors["title"] = _("Enter a title: it is the link that visitors click.")
    elif len(title) > TITLE_LIMIT:
        errors["title"] = _("Shorten the title to %(limit)s characters.", limit=TITLE_LIMIT)
    if len(summary) > SUMMARY_LIMIT:
        errors["summary"] = _("Shorten the summary to %(limit)s characters.", limit=SUMMARY_LIMIT)
    if errors:
        raise Invalid(errors)
    return title, summary


def _short(text: str) -> str:
    """The audit log keeps what a reader can compare, not whole articles; those stand in the revisions."""
    return text if len(text) <= 300 else text[:300] + "…"
