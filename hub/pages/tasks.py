"""What needs somebody: the tasks of their side by due date, and below them the open ends that nobody waits for."""

from __future__ import annotations

from flask import url_for

from cobranding import kit_of, pages_for
from cobranding.rules.pages import PageStatus
from core.ctx import Ctx
from core.i18n import gettext as _
from core.i18n import ngettext
from core.ids import TypeID
from core.turns.queries import next_tasks
from core.turns.showing import shown
from engagement.queries.leads import counts_by_view
from hub.pages.partner_money_tasks import missing_certificates
from hub.pages.task import SHOWN, Task
from syndication import AssetStatus, PlacementStatus, placements_for
from syndication.queries import LibraryFilter, library_page, recent_imports

#: Tasks on a start page; the rest is counted and linked.
MOST = 12


def waiting_tasks(ctx: Ctx) -> list[Task]:
    """The soonest due that the reader could do and nobody else has taken."""
    rows, total = next_tasks(ctx, MOST)
    found = [
        Task(one.words.title, one.words.why, one.href, one.words.action, one.words.glyph, one.tone, one.due, one.overdue) for one in shown(ctx, rows)
    ]
    if total > MOST:
        more = ngettext("%(n)s more task", "%(n)s more tasks", total - MOST)
        found.append(Task(more, "", tasks_href(ctx), _("Show all"), "more"))
    return found


def partner_tasks(ctx: Ctx, partner_id: TypeID) -> list[Task]:
    """What waits, then the certificates without which nothing can be asked for."""
    return waiting_tasks(ctx) + missing_certificates(ctx, partner_id)


def tasks_href(ctx: Ctx) -> str:
    return url_for("portal_tasks.index" if ctx.actor.partner_id else "desk_tasks.index")


def vendor_hints(ctx: Ctx) -> list[Task]:
    """Computed from what is there; only what the actor may act on."""
    found: list[Task] = []
    if ctx.may("syndication:asset:import"):
        found += _failed_imports(ctx)
    if ctx.may("syndication:asset:publish"):
        found += _unpublished(ctx)
    if ctx.may("engagement:lead:read"):
        found += _unanswered_leads(ctx)
    found += _unseen_placements(ctx, None)
    return found


def _failed_imports(ctx: Ctx) -> list[Task]:
    found = []
    for run in recent_imports(ctx, 5):
        errors = sum(1 for issue in run.report if issue.get("severity") == "error")
        if errors:
            title = ngettext(
                "%(n)s file of the import “%(source)s” could not be read",
                "%(n)s files of the import “%(source)s” could not be read",
                errors,
                source=run.source,
            )
            href = url_for("imports.show", import_id=run.id)
            found.append(
                Task(title, _("The rest came in. The report names each file and line."), href, _("Open the report"), "attention", "negative")
            )
    return found[:1]


def _unpublished(ctx: Ctx) -> list[Task]:
    found = []
    for status, state, why in (
        (AssetStatus.IN_REVIEW, "in_review", _("Nobody sees it before it is approved.")),
        (AssetStatus.APPROVED, "approved", _("Choose the collections it belongs to.")),
        (AssetStatus.DRAFT, "draft", _("Partners see it as soon as it is published to a collection.")),
    ):
        page = library_page(ctx, LibraryFilter(status=status.value), size=SHOWN)
        for asset in page.assets[:2]:
            text = asset.localizations[0].title if asset.localizations else asset.slug
            href = url_for("assets.show", asset_id=asset.id)
            found.append(Task(_state_sentence(state, text), why, href, _("Open"), "edit"))
        if page.total > 2:
            more = ngettext("%(n)s more asset in the same state", "%(n)s more assets in the same state", page.total - 2)
            found.append(Task(more, "", url_for("library.show", status=status.value), _("Show all"), "more"))
    return found


def _state_sentence(state: str, title: str) -> str:
    return {
        "in_review": _("“%(title)s” waits for a review", title=title),
        "approved": _("“%(title)s” is approved but not published", title=title),
        "draft": _("“%(title)s” is a draft", title=title),
    }[state]


def _unanswered_leads(ctx: Ctx) -> list[Task]:
    count = counts_by_view(ctx)["new"]
    if not count:
        return []
    title = ngettext("%(n)s new lead waits for its partner", "%(n)s new leads wait for their partners", count)
    return [Task(title, _("A lead answered within a day is worth most."), url_for("desk_leads.index", view="new"), _("Show them"), "leads")]


def _unseen_placements(ctx: Ctx, partner_id: TypeID | None) -> list[Task]:
    planned = [row for row in placements_for(ctx, partner_id) if row.status is PlacementStatus.PLANNED]
    if not planned:
        return []
    title = ngettext("%(n)s placement has not been seen on a page yet", "%(n)s placements have not been seen on a page yet", len(planned))
    why = _("Its snippet or feed is not in use, or nobody has visited the page.")
    href = url_for("partners.index") if partner_id is None else url_for("placements.index")
    return [Task(title, why, href, _("Look at it"), "placements")]


def partner_hints(ctx: Ctx, partner_id: TypeID) -> list[Task]:
    """What could be better."""
    found: list[Task] = []
    if ctx.may("cobranding:kit:edit"):
        found += _kit_gaps(ctx, partner_id)
    if ctx.may("cobranding:page:read"):
        found += _draft_pages(ctx, partner_id)
    found += _unseen_placements(ctx, partner_id)
    return found


def _kit_gaps(ctx: Ctx, partner_id: TypeID) -> list[Task]:
    kit = kit_of(ctx, partner_id)
    href = url_for("brand_kit.show")
    if kit is None or not kit.logo:
        why = _("Pages, banners and the portal carry it.")
        return [Task(_("Your brand kit has no logo yet"), why, href, _("Upload your logo"), "palette", "attention")]
    if not kit.contact_email:
        return [Task(_("Your brand kit has no contact yet"), _("Visitors see it below every page."), href, _("Add it"), "palette")]
    return []


def _draft_pages(ctx: Ctx, partner_id: TypeID) -> list[Task]:
    drafts = [page for page in pages_for(ctx, partner_id) if page.status is PageStatus.DRAFT]
    return [
        Task(
            _("“%(title)s” is not published yet", title=page.headline),
            _("Nobody can open the page."),
            url_for("my_pages.show", page_id=page.id),
            _("Finish it"),
            "pages",
        )
        for page in drafts[:2]
    ]
