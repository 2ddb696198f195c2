"""Where an import comes from: a path on this machine, or files that a browser sent and a job reads later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from core.errors import HubError, Invalid
from core.gates import accept_upload
from core.gates.uploads import Readable
from core.i18n import gettext as _
from core.i18n import use_locale
from core.ids import TypeID
from core.jobs import Cancelled, report_progress
from core.storage import put_object, store_for
from syndication.importing import ImportBatch, Progress, read_feed, read_files, read_folder, read_zip
from syndication.models import ImportRun, ImportStatus
from syndication.notices import tell_over
from syndication.permissions import Perm
from syndication.services.imports import accept_pictures, begin_run, import_batch, pictures_needed

if TYPE_CHECKING:
    from core.ctx import Ctx

MAX_FILES = 500
_BESIDE = frozenset({".md", ".markdown", ".html", ".htm", ".xhtml", ".xml", ".rss", ".atom", ".json"})
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"})


def read_path(path: Path, progress: Progress | None = None) -> ImportBatch:
    """Reads a folder, a zip archive, a feed or a single article. Invalid when there is nothing at the path."""
    if path.is_dir():
        return read_folder(path, progress=progress)
    if not path.is_file():
        raise Invalid({"path": _("There is no file or folder at %(path)s.", path=str(path))})
    return read_uploads({path.name: path.read_bytes()}, progress)


def import_path(ctx: Ctx, path: Path, progress: Progress | None = None) -> ImportRun:
    """`channelpress import PATH`: reads and stores in one go."""
    ctx.require(Perm.ASSET_IMPORT)
    return import_batch(ctx, read_path(path, progress), path.name or str(path))


def read_uploads(files: Mapping[str, bytes], progress: Progress | None = None) -> ImportBatch:
    """Archives one by one, the other files together, so that a picture finds the article it was sent with."""
    batch = ImportBatch()
    loose: dict[str, bytes] = {}
    for name, data in files.items():
        if data.startswith(b"PK\x03\x04"):
            _add(batch, read_zip(data, progress=progress))
        elif PurePosixPath(name).suffix.lower() in _BESIDE | _PICTURES:
            loose[name] = data
        else:
            _add(batch, read_feed(data, name))
    if loose:
        _add(batch, read_files(loose, progress=progress))
    return batch


def _add(batch: ImportBatch, more: ImportBatch) -> None:
    batch.items += more.items
    batch.issues += more.issues
    batch.images |= more.images


def queue_import(ctx: Ctx, files: Sequence[tuple[str, Readable]]) -> ImportRun:
    """Takes uploaded files in and lets a job do the rest. Invalid names the field `files`."""
    from syndication.tasks import run_import

    ctx.require(Perm.ASSET_IMPORT)
    named = [(name, stream) for name, stream in files if name]
    if not named:
        raise Invalid({"files": _("Choose a file: a feed, a zip archive of a folder, or several articles with their pictures.")})
    if len(named) > MAX_FILES:
        raise Invalid({"files": _("Send at most %(limit)s files at once, or put them into one zip archive.", limit=MAX_FILES)})
    uploads = {name: put_object(ctx, _accepted(ctx, name, stream), "application/octet-stream", public=False).key for name, stream in named}
    source = named[0][0] if len(named) == 1 else _("%(name)s and %(count)s more", name=named[0][0], count=len(named) - 1)
    run = begin_run(ctx, source, ImportStatus.QUEUED, uploads)
    ctx.enqueue(run_import, run.id, started_by=ctx.actor.user_id, label=_("Import of %(source)s", source=source))
    return run


def _accepted(ctx: Ctx, name: str, stream: Readable) -> bytes:
    limit = ctx.settings.upload_max_bytes
    if PurePosixPath(name).suffix.lower() in _PICTURES:
        return accept_upload(stream, kind="image", max_bytes=limit, field="files").data
    return accept_upload(stream, kind="import", max_bytes=limit, field="files").data


def perform_import(ctx: Ctx, import_id: TypeID) -> None:
    """Does what `queue_import` ordered. Reading and drawing happen before the transaction begins: they take seconds."""
    with ctx.database.reading(ctx.actor) as read:
        run = read.session.get(ImportRun, import_id)
        if run is None or run.status in (ImportStatus.DONE, ImportStatus.FAILED):
            return
        store = store_for(ctx.settings)
        locale, source = run.locale, run.source
        files = {name: store.get(key) for name, key in run.uploads.items()}
    with use_locale(locale):
        try:
            batch = read_uploads(files, _progress_of(ctx, import_id))
            with ctx.database.reading(ctx.actor) as read:
                needed = pictures_needed(read, batch)
            accepted = accept_pictures(batch, needed, lambda done, total: report_progress(done, total, _("Pictures are drawn anew")))
        except HubError as refusal:
            _fail(ctx, import_id, refusal)
            return
        import_batch(ctx, batch, source, accepted=accepted, run=ctx.session.get_one(ImportRun, import_id))


def _progress_of(ctx: Ctx, import_id: TypeID) -> Progress:
    """Keeps the report page informed while files are read, in transactions of its own."""

    def tell(done: int, total: int) -> None:
        report_progress(done, total, _("Files are read"))
        if done % 10 and done != total:
            return
        with ctx.database.unit_of_work(ctx.actor) as work:
            run = work.session.get_one(ImportRun, import_id)
            run.status, run.counts = ImportStatus.RUNNING, {"read": done, "to_read": total}

    return tell


def stop_import(ctx: Ctx, import_id: str) -> None:
    """Nobody has begun it: its report says so."""
    _fail(ctx, TypeID.parse(import_id, "imp"), Cancelled())


def _fail(ctx: Ctx, import_id: TypeID, refusal: HubError) -> None:
    run = ctx.session.get_one(ImportRun, import_id)
    run.status, run.finished_at, run.uploads = ImportStatus.FAILED, ctx.now, {}
    run.report = [{"file": run.source, "line": None, "severity": "error", "code": refusal.code, "message": refusal.message}]
    ctx.session.flush()
    tell_over(ctx, run)
