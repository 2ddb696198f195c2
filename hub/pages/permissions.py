"""Who may do what: the permission matrix (A-08), as a page, a table file and docs/permissions.md."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, request, url_for
from sqlalchemy import func, select

from core.accounts import User
from core.ctx import Ctx
from core.gates import clean_text, write_csv
from core.i18n import gettext as _
from core.permissions import Perm, needs
from core.web import PrivateBlueprint, ctx, render
from hub.permission_words import ROOMS, WORDS
from hub.roles import ROLES
from hub.rules.matrix import MatrixGroup, matrix

bp = PrivateBlueprint("permissions", __name__, face="desk", url_prefix="/desk/governance/permissions")


def _asked() -> tuple[str, str]:
    side = request.args.get("side", "")
    return clean_text(request.args.get("q", "")[:100]), side if side in ("vendor", "partner") else ""


def _shown(text: str, side: str) -> tuple[list[Any], tuple[MatrixGroup, ...]]:
    roles = [role for role in ROLES.values() if side in ("", role.side)]
    permissions = current_app.extensions["channelpress"]["registry"].permissions
    if side:
        permissions = {one for one in permissions if any(one in role.permissions for role in roles)}
    return roles, matrix(permissions, roles, WORDS, ROOMS, text)


def holders(ctx: Ctx) -> dict[str, int]:
    """How many people who can sign in have each role."""
    counted = select(User.role, func.count()).where(User.active).group_by(User.role)
    return {row[0]: row[1] for row in ctx.session.execute(counted)}


@bp.get("/")
@needs(Perm.PERMISSIONS_READ)
def index() -> Any:
    text, side = _asked()
    roles, groups = _shown(text, side)
    g.breadcrumbs = [(_("Governance"), url_for("governance.index")), (_("Permissions"), url_for(".index"))]
    return render(
        "hub/permissions.html",
        roles=roles,
        groups=groups,
        people=holders(ctx()),
        text=text,
        side=side,
        sides=[("vendor", _("The vendor’s people")), ("partner", _("Partners’ people"))],
        export_href=url_for(".export", q=text or None, side=side or None),
    )


@bp.get("/export.csv")
@needs(Perm.PERMISSIONS_READ)
def export() -> Response:
    roles, groups = _shown(*_asked())
    rows: list[list[Any]] = [[_("Area"), _("Permission"), _("Code"), *(str(role.label) for role in roles)]]
    rows += [[group.label, row.words, row.permission, *("x" if one else "" for one in row.held)] for group in groups for row in group.rows]
    answer = Response(write_csv(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="permissions.csv"'
    return answer
