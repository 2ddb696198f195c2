"""What is typed into a registration: each field on its own, in words that say what to do. Whether it is admitted is `rules.admission`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from babel import Locale
from sqlalchemy import select

from cobranding import is_email
from core.amounts import CURRENCIES, amount_problem
from core.errors import Invalid
from core.i18n import format_date
from core.i18n import gettext as _
from core.programme import programme_of
from deals.models import ProductLine
from deals.programme import DealTerms
from deals.rules.customers import customer_domain, is_everybodys, name_key

if TYPE_CHECKING:
    from core.ctx import Ctx
    from deals.services.drafting import RegistrationDraft

#: In characters, as the columns hold them.
LIMITS = {"customer_name": 200, "customer_domain": 253, "contact_name": 200, "contact_email": 320, "competitor": 200, "presales_activity": 4000}
_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})
COUNTRIES = frozenset(code for code in Locale("en").territories if isinstance(code, str) and re.fullmatch(r"[A-Z]{2}", code)) - _NO_COUNTRY


def check_draft(ctx: Ctx, draft: RegistrationDraft, *, complete: bool = False) -> None:
    """Raises Invalid with one message per field. Without `complete`, what is left empty is left alone."""
    errors = _missing(draft) if complete else {}
    for name, limit in LIMITS.items():
        if len(getattr(draft, name)) > limit:
            errors[name] = _("Use at most %(limit)s characters.", limit=limit)
    for name, problem in _problems(ctx, draft).items():
        errors.setdefault(name, problem)
    if errors:
        raise Invalid(errors)


def _missing(draft: RegistrationDraft) -> dict[str, str]:
    words = {
        "customer_name": _("Enter the name of the customer's company."),
        "customer_domain": _("Enter the customer's domain, such as acme.example. We recognise the customer by it."),
        "customer_country": _("Choose the country in which the customer buys."),
        "contact_name": _("Enter the person you talk to."),
        "contact_email": _("Enter the e-mail address of the person you talk to."),
        "product_line": _("Choose a product line."),
        "amount": _("Enter the expected amount."),
        "expected_close": _("Enter the day on which you expect the order."),
        "presales_activity": _("Say what you have done for this customer already. It is what the protection is for."),
    }
    told = {name: getattr(draft, name) for name in words}
    return {name: words[name] for name, value in told.items() if not (value.strip() if isinstance(value, str) else value)}


def _problems(ctx: Ctx, draft: RegistrationDraft) -> dict[str, str]:
    found = {**_customer_problems(draft), **_date_problems(ctx, draft)}
    if draft.contact_email.strip() and not is_email(draft.contact_email.strip()):
        found["contact_email"] = _("Enter an e-mail address, such as name@acme.example.")
    if draft.product_line and ctx.session.scalar(select(ProductLine.id).where(ProductLine.code == draft.product_line)) is None:
        found["product_line"] = _("Choose a product line from the list.")
    if draft.amount is not None:
        if draft.amount.currency not in CURRENCIES:
            found["amount_currency"] = _("Choose a currency from the list.")
        if problem := amount_problem(draft.amount):
            found["amount"] = problem
    if draft.probability is not None and not 0 <= draft.probability <= 100:
        found["probability"] = _("Enter a whole number from 0 to 100.")
    return found


def _customer_problems(draft: RegistrationDraft) -> dict[str, str]:
    found = {}
    if draft.customer_name.strip() and not name_key(draft.customer_name):
        found["customer_name"] = _("Enter the name of the customer's company in letters.")
    if draft.customer_domain.strip():
        host = customer_domain(draft.customer_domain)
        if host is None:
            found["customer_domain"] = _("Enter a domain that exists, such as acme.example, without an e-mail address.")
        elif is_everybodys(host):
            found["customer_domain"] = _("Many companies share this domain. Enter the customer's own, such as acme.example.")
    if draft.customer_country and draft.customer_country not in COUNTRIES:
        found["customer_country"] = _("Choose a country from the list.")
    return found


def _date_problems(ctx: Ctx, draft: RegistrationDraft) -> dict[str, str]:
    found = {}
    terms = programme_of(ctx).section(DealTerms)
    if draft.expected_close is not None and (problem := close_problem(ctx.today, draft.expected_close, terms)):
        found["expected_close"] = problem
    outlook = timedelta(days=terms.longest_outlook_days)
    if draft.tender and draft.tender_published_on is not None and abs(draft.tender_published_on - ctx.today) > outlook:
        found["tender_published_on"] = _("Enter the day on which the tender is or was published.")
    return found


def close_problem(today: date, expected: date, terms: DealTerms) -> str:
    """Why nobody can expect an order on this day; empty when it may stand."""
    last = today + timedelta(days=terms.longest_outlook_days)
    if expected < today:
        return _("This day has passed. Enter the day on which you expect the order, from today on.")
    if expected > last:
        return _("This is too far away. Enter a day until %(last)s, and register later projects later.", last=format_date(last))
    return ""
