"""What somebody hears about the imports they started: finished, finished with errors, or failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.notices import Channel, declare_notice, notify, person
from syndication.models import ImportRun, ImportStatus
from syndication.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx


def _values(ctx: Ctx, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
    run = ctx.session.get(ImportRun, TypeID.parse(str(params["import"]), "imp"))
    if run is None:
        return None
    errors = sum(1 for issue in run.report if issue.get("severity") == "error")
    assets = int(run.counts.get("created", 0)) + int(run.counts.get("updated", 0))
    return {"source": run.source, "failed": run.status is ImportStatus.FAILED, "errors": errors, "changed": assets}


declare_notice(
    "syndication.import_over",
    title=_l("An import you started is over"),
    mail=Channel.OFF,
    side="vendor",
    permission=Perm.ASSET_IMPORT,
    values=_values,
    sample=lambda: {"source": "spring.zip", "failed": False, "errors": 2, "changed": 41},
)


def tell_over(ctx: Ctx, run: ImportRun) -> None:
    """To whoever started it; a command line has nobody to tell."""
    if run.started_by:
        told, href = {"import": str(run.id)}, f"/desk/publish/imports/{run.id}"
        notify(ctx, person(run.started_by), "syndication.import_over", told, href, object_id=run.id, key=f"import:{run.id}")
