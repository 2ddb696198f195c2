"""Taking an import batch in: what is new, what changed, what stays, and a report of each file that could not be used.

Importing the same source twice changes nothing. A source that changed makes a new revision, and translations of the older
text become stale. One broken item stops only itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import HubError
from core.gates import AcceptedImage, accept_upload
from core.i18n import DEFAULT_LOCALE
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.storage import StoredObject, put_object
from syndication.importing import ImportBatch, ImportedImage, ImportedItem, ImportIssue
from syndication.models import Asset, ImportRun, ImportStatus, Localization
from syndication.notices import tell_over
from syndication.permissions import Perm
from syndication.services.imported_texts import store_item

if TYPE_CHECKING:
    from core.ctx import Ctx

Accepted = Mapping[str, AcceptedImage | HubError]


@dataclass
class Outcome:
    """What became of the items: counts by kind, and issues found on the way."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    assets: int = 0
    images: int = 0
    issues: list[ImportIssue] = field(default_factory=list)


def import_batch(ctx: Ctx, batch: ImportBatch, source: str, *, accepted: Accepted | None = None, run: ImportRun | None = None) -> ImportRun:
    """Stores a batch and returns the run with its report.

    `accepted` are pictures that passed the gate already (`accept_pictures`, which needs no transaction); others pass it here.
    """
    ctx.require(Perm.ASSET_IMPORT)
    run = run or begin_run(ctx, source, ImportStatus.RUNNING)
    outcome = Outcome(issues=list(batch.issues))
    taken: set[tuple[str, str]] = set()
    pictures = dict(accepted if accepted is not None else accept_pictures(batch, pictures_needed(ctx, batch)))
    stored = {address: _stored(ctx, one) for address, one in pictures.items() if isinstance(one, AcceptedImage)}
    # English first: it is what the others were translated from, and its file speaks for the whole asset.
    for item in sorted(batch.items, key=lambda one: one.locale != DEFAULT_LOCALE):
        _take_in(ctx, batch, item, run, stored, taken, outcome)
    outcome.issues += [_picture_issue(batch, address, one) for address, one in pictures.items() if isinstance(one, HubError)]
    _finish(ctx, run, batch, outcome, {group for group, _locale in taken})
    return run


def begin_run(ctx: Ctx, source: str, status: ImportStatus, uploads: Mapping[str, str] | None = None) -> ImportRun:
    """The row that the report page shows from the first moment on."""
    run = ImportRun(
        id=new_id("imp"),
        source=source[:300],
        status=status,
        actor_name=ctx.actor.name,
        started_by=str(ctx.actor.user_id) if ctx.actor.user_id else None,
        locale=ctx.locale,
        started_at=ctx.now,
        uploads=dict(uploads or {}),
        counts={},
        report=[],
    )
    ctx.session.add(run)
    ctx.session.flush()
    return run


def pictures_needed(ctx: Ctx, batch: ImportBatch) -> set[str]:
    """Addresses of the pictures of new and changed items: only these have to be drawn anew."""
    needed: set[str] = set()
    known = _known_hashes(ctx, batch)
    for item in batch.items:
        if known.get((item.group, item.locale)) != fingerprint(batch, item):
            needed |= {address for address in (*item.images, item.image or "") if address in batch.images}
    return needed


def accept_pictures(
    batch: ImportBatch, needed: set[str], progress: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, AcceptedImage | HubError]:
    """Each picture through the gate; a refusal is kept with its address. No database: may take seconds."""
    judged: dict[str, AcceptedImage | HubError] = {}
    for number, address in enumerate(sorted(needed)):
        progress(number, len(needed))
        try:
            judged[address] = accept_upload(batch.images[address].data, kind="image", field=batch.images[address].path)
        except HubError as refusal:
            judged[address] = refusal
    return judged


def fingerprint(batch: ImportBatch, item: ImportedItem) -> str:
    """Names everything an item is made of: its file and the pictures in it."""
    digest = hashlib.sha256(item.sha256.encode("ascii"))
    for address in sorted({*item.images, item.image or ""}):
        picture: ImportedImage | None = batch.images.get(address)
        digest.update(f"{address} {picture.sha256 if picture else ''}\n".encode())
    return digest.hexdigest()


def _known_hashes(ctx: Ctx, batch: ImportBatch) -> dict[tuple[str, str], str | None]:
    query = select(Asset.external_key, Localization.locale, Localization.source_sha256).join(Asset, Asset.id == Localization.asset_id)
    groups = {item.group for item in batch.items}
    return {(key, locale): sha256 for key, locale, sha256 in ctx.session.execute(query) if key is not None and key in groups}


def _take_in(
    ctx: Ctx,
    batch: ImportBatch,
    item: ImportedItem,
    run: ImportRun,
    pictures: Mapping[str, StoredObject],
    taken: set[tuple[str, str]],
    outcome: Outcome,
) -> None:
    place = (item.group, item.locale)
    if place in taken:
        text = _("Another file of this import has the same article in the same language. This one was left out.")
        outcome.issues.append(ImportIssue(item.source_path, None, "error", "same_article_twice", text))
        outcome.failed += 1
        return
    taken.add(place)
    try:
        with ctx.session.begin_nested():
            result = store_item(ctx, item, fingerprint(batch, item), run.id, pictures)
    except HubError as refusal:
        outcome.issues.append(ImportIssue(item.source_path, None, "error", refusal.code, refusal.message))
        outcome.failed += 1
        return
    setattr(outcome, result.what, getattr(outcome, result.what) + 1)
    outcome.issues += [ImportIssue(item.source_path, None, "warning", code, text) for code, text in result.warnings]


def _stored(ctx: Ctx, picture: AcceptedImage) -> StoredObject:
    return put_object(ctx, picture.data, picture.media_type, width=picture.width, height=picture.height)


def _picture_issue(batch: ImportBatch, address: str, refusal: HubError) -> ImportIssue:
    errors: Mapping[str, str] = getattr(refusal, "errors", {})
    message = next(iter(errors.values()), refusal.message)
    return ImportIssue(batch.images[address].path, None, "warning", "picture_refused", message)


def _finish(ctx: Ctx, run: ImportRun, batch: ImportBatch, outcome: Outcome, groups: set[str]) -> None:
    run.status, run.finished_at, run.uploads = ImportStatus.DONE, ctx.now, {}
    run.counts = {
        "items": len(batch.items),
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "failed": outcome.failed + len(batch.failed_files),
        "assets": len(groups),
        "pictures": len(batch.images),
    }
    run.report = [asdict(issue) for issue in sorted(outcome.issues, key=lambda one: (one.file, one.line or 0, one.code))]
    ctx.session.flush()
    ctx.audit("syndication.import.finished", run, after={"source": run.source, **run.counts})
    tell_over(ctx, run)


def assets_of_import(ctx: Ctx, import_id: TypeID) -> list[Asset]:
    """The assets that this import made or changed last."""
    return list(ctx.session.scalars(select(Asset).where(Asset.import_id == import_id).order_by(Asset.id.desc())).unique())
