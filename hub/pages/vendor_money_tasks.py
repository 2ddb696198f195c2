"""What deals and funds ask of the vendor's people: the oldest first, only what the actor may decide (separation of duties)."""

from __future__ import annotations

from flask import url_for

from core.ctx import Ctx
from core.i18n import gettext as _
from core.i18n import ngettext
from core.money import Money
from deals import Perm as DealsPerm
from deals.queries import DealFilter, registrations_page
from engagement.queries.names import partner_names
from hub.pages.task import SHOWN, Task, days_since, waiting_words
from mdf import Perm as MdfPerm
from mdf.queries import RequestFilter, requests_page
from mdf.queries.claims import ClaimFilter, ListedClaim, claims_page
from mdf.rules.duties import APPLICANT, conflict_of_duties
from mdf.services.review import earlier_duties

#: Days after which somebody has waited too long (requirements section 6: 10 and 5 business days, 16 business hours).
CLAIM_DAYS, REQUEST_DAYS, DEAL_DAYS = 14, 7, 3


def vendor_money_tasks(ctx: Ctx) -> list[Task]:
    """Claims first: somebody has spent the money already."""
    found: list[Task] = []
    if ctx.may(MdfPerm.CLAIM_DECIDE):
        found += _claims(ctx)
    if ctx.may(MdfPerm.CLAIM_PAY):
        found += _payments(ctx)
    if ctx.may(MdfPerm.REQUEST_DECIDE):
        found += _requests(ctx)
    if ctx.may(DealsPerm.REGISTRATION_DECIDE):
        found += _registrations(ctx)
    return found


def _mine(ctx: Ctx, view: str) -> list[ListedClaim]:
    """The longest waiting first, without those in which the actor had another part."""
    page = claims_page(ctx, ClaimFilter(view=view), rows=None)
    actor = str(ctx.actor.user_id or "")
    free = [one for one in page.claims if conflict_of_duties(actor, earlier_duties(one.claim, one.request)) is None]
    return sorted(free, key=lambda one: one.claim.status_since)


def _claims(ctx: Ctx) -> list[Task]:
    rows = _mine(ctx, "waiting")
    names = partner_names(ctx, [str(one.claim.partner_id) for one in rows[:SHOWN]])
    found = []
    for one in rows[:SHOWN]:
        days = days_since(ctx, one.claim.submitted_at or one.claim.status_since)
        amount = Money(one.claim.claimed_minor, one.claim.currency).format()
        title = _("%(partner)s claims %(amount)s", partner=names[str(one.claim.partner_id)].text, amount=amount)
        href = url_for("desk_fund_claims.show", claim_id=one.claim.id)
        late = days > CLAIM_DAYS
        found.append(Task(title, one.request.title, href, _("Review"), "funds", "negative" if late else "attention", waiting_words(days), late))
    if len(rows) > SHOWN:
        more = ngettext("%(n)s more claim waits", "%(n)s more claims wait", len(rows) - SHOWN)
        found.append(Task(more, "", url_for("desk_fund_claims.index", view="waiting"), _("Show all"), "more"))
    return found


def _payments(ctx: Ctx) -> list[Task]:
    rows = _mine(ctx, "to_pay")
    names = partner_names(ctx, [str(one.claim.partner_id) for one in rows[:SHOWN]])
    return [
        Task(
            _(
                "%(amount)s are approved for %(partner)s",
                amount=Money(one.claim.approved_minor or 0, one.claim.currency).format(),
                partner=names[str(one.claim.partner_id)].text,
            ),
            one.request.title,
            url_for("desk_fund_claims.show", claim_id=one.claim.id),
            _("Pay"),
            "funds",
            due=waiting_words(days_since(ctx, one.claim.status_since)),
        )
        for one in rows[:SHOWN]
    ]


def _requests(ctx: Ctx) -> list[Task]:
    page = requests_page(ctx, RequestFilter(view="vendor"), rows=None)
    actor = str(ctx.actor.user_id or "")
    rows = [row for row in page.requests if conflict_of_duties(actor, {APPLICANT: row.submitted_by}) is None]
    rows.sort(key=lambda row: row.submitted_at or row.status_since)
    names = partner_names(ctx, [str(row.partner_id) for row in rows[:SHOWN]])
    found = []
    for row in rows[:SHOWN]:
        days = days_since(ctx, row.submitted_at or row.status_since)
        amount = Money(row.requested_minor, row.currency).format()
        title = _("%(partner)s asks for %(amount)s", partner=names[str(row.partner_id)].text, amount=amount)
        late = days > REQUEST_DAYS
        href = url_for("desk_funds.show", request_id=row.id)
        found.append(Task(title, row.title, href, _("Decide"), "funds", "negative" if late else "attention", waiting_words(days), late))
    if len(rows) > SHOWN:
        more = ngettext("%(n)s more request waits", "%(n)s more requests wait", len(rows) - SHOWN)
        found.append(Task(more, "", url_for("desk_funds.index", view="vendor"), _("Show all"), "more"))
    return found


def _registrations(ctx: Ctx) -> list[Task]:
    page = registrations_page(ctx, DealFilter(view="waiting"), rows=None)
    rows = sorted(page.deals, key=lambda row: row.submitted_at or row.status_since)
    names = partner_names(ctx, [str(row.partner_id) for row in rows[:SHOWN]])
    found = []
    for row in rows[:SHOWN]:
        days = days_since(ctx, row.submitted_at or row.status_since)
        title = _("%(partner)s registered a deal with %(customer)s", partner=names[str(row.partner_id)].text, customer=row.customer_name)
        amount = Money(row.amount_minor or 0, row.currency).format()
        why = _("%(amount)s. Somebody else may have been first.", amount=amount) if row.match_kind else amount
        late = days > DEAL_DAYS
        href = url_for("desk_deals.show", registration_id=row.id)
        found.append(Task(title, why, href, _("Decide"), "deals", "negative" if late else "attention", waiting_words(days), late))
    if len(rows) > SHOWN:
        more = ngettext("%(n)s more registration waits", "%(n)s more registrations wait", len(rows) - SHOWN)
        found.append(Task(more, "", url_for("desk_deals.index", view="waiting"), _("Show all"), "more"))
    return found
