"""Results: one page of numbers, for a partner about itself, for the vendor about everybody and each partner."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for

from core.errors import NotFound
from core.gates import write_csv
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, render
from engagement import labels
from engagement.permissions import Perm
from engagement.queries import results_for
from engagement.views.results_page import Question, export_rows, page_values, read_question, tables_of
from partners import Partner, partner_for

portal = PrivateBlueprint("results", __name__, face="portal", url_prefix="/portal/results")
desk = PrivateBlueprint("desk_results", __name__, face="desk", url_prefix="/desk/results")


@portal.get("/")
@needs(Perm.RESULTS_READ)
def show() -> str:
    return _page(None, url_for("results.show"), url_for("results.export"), url_for("results.definitions"))


@portal.get("/table.csv")
@needs(Perm.RESULTS_READ)
def export() -> Response:
    return _export(None)


@portal.get("/definitions")
@needs(Perm.RESULTS_READ)
def definitions() -> str:
    return _definitions(url_for("results.show"))


@desk.get("/", endpoint="show")
@needs(Perm.RESULTS_READ)
def desk_show() -> str:
    return _page(None, url_for("desk_results.show"), url_for("desk_results.export"), url_for("desk_results.definitions"))


@desk.get("/table.csv", endpoint="export")
@needs(Perm.RESULTS_READ)
def desk_export() -> Response:
    return _export(None)


@desk.get("/definitions", endpoint="definitions")
@needs(Perm.RESULTS_READ)
def desk_definitions() -> str:
    return _definitions(url_for("desk_results.show"))


@desk.get("/<typeid('prt'):partner_id>/", endpoint="partner")
@needs(Perm.RESULTS_READ)
def desk_partner(partner_id: TypeID) -> str:
    """What the partner sees itself, number for number."""
    partner = partner_for(ctx(), partner_id)
    here = url_for("desk_results.partner", partner_id=partner_id)
    export_href = url_for("desk_results.partner_export", partner_id=partner_id)
    return _page(partner, here, export_href, url_for("desk_results.definitions"))


@desk.get("/<typeid('prt'):partner_id>/table.csv", endpoint="partner_export")
@needs(Perm.RESULTS_READ)
def desk_partner_export(partner_id: TypeID) -> Response:
    return _export(partner_for(ctx(), partner_id))


def _page(partner: Partner | None, here: str, export_href: str, definitions_href: str) -> str:
    work = ctx()
    question = read_question(work, _whose(partner))
    _trail(partner, here)
    return render(
        "engagement/results.html",
        partner=partner,
        here=here,
        export_href=export_href,
        definitions_href=definitions_href,
        row_href=_row_href(question, here),
        **page_values(work, question),
    )


def _whose(partner: Partner | None) -> TypeID | None:
    return partner.id if partner is not None else ctx().actor.partner_id


def _trail(partner: Partner | None, here: str) -> None:
    on_desk = ctx().actor.partner_id is None
    trail = [(_("Results"), url_for("desk_results.show") if on_desk else here)]
    g.breadcrumbs = [*trail, (partner.display_name, "")] if partner is not None else trail


def _row_href(question: Question, here: str) -> Any:
    """Where the name in a row leads: a partner to its page, a placement to its own numbers."""

    def href(table: str, key: str) -> str | None:
        if table == "partners":
            return url_for("desk_results.partner", partner_id=key) + question.address()
        if table == "placements":
            return here + question.address(placement=key)
        return None

    return href


def _export(partner: Partner | None) -> Response:
    work = ctx()
    question = read_question(work, _whose(partner))
    tables = {table.key: table for table in tables_of(work, question.scope, results_for(work, question.scope, question.period))}
    table = tables.get(request.args.get("table", "days"))
    if table is None:
        raise NotFound("table")
    answer = Response(write_csv(export_rows(table, question.period)), content_type="text/csv; charset=utf-8")
    name = f"results-{table.key}-{question.period.first}-{question.period.last}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _definitions(back_href: str) -> str:
    g.breadcrumbs = [(_("Results"), back_href), (_("How we count"), "")]
    return render("engagement/definitions.html", definitions=labels.definitions(), label=labels.metric_label)
