"""What a partner types into a claim, checked and written: invoice, supplier, and its lines on approved lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.amounts import amount_problem
from core.errors import Invalid
from core.gates import clean_text
from core.i18n import format_date
from core.i18n import gettext as _
from core.ids import new_id
from core.money import LARGEST_MINOR, Money
from mdf.models import Claim, ClaimLine, ClaimStatus, FundRequest
from mdf.queries.promised import promised_terms
from mdf.rules.claims import ClaimReason, Window, invoice_date_problem, invoice_window, may_still_come

if TYPE_CHECKING:
    from core.ctx import Ctx

MOST_LINES = 40
LONGEST_DESCRIPTION = 200
#: Field → (reason code, words that say what to do).
Problems = dict[str, tuple[str, str]]
_OUTSIDE = ClaimReason.DATE_OUT_OF_WINDOW.value
_LONGEST = {"invoice_no": 80, "supplier": 200, "supplier_tax_id": 40}


@dataclass(frozen=True, slots=True)
class ClaimLineDraft:
    """One line of the invoice: which approved line it belongs to, its words, its full cost. `row` is its place in the form."""

    request_line_id: str
    description: str
    amount_minor: int
    row: int = 0


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """Everything may be missing in a draft. `currency` is the invoice's; another one than the request's is refused."""

    invoice_no: str = ""
    invoice_on: date | None = None
    supplier: str = ""
    supplier_tax_id: str = ""
    currency: str = ""
    lines: tuple[ClaimLineDraft, ...] = ()
    final: bool = True


def write_draft(ctx: Ctx, claim: Claim, request: FundRequest, draft: ClaimDraft) -> None:
    """Raises Invalid with one message per field before anything is changed."""
    texts = {name: clean_text(getattr(draft, name)) for name in _LONGEST}
    problems = {name: ("too_long", _("Use at most %(limit)s characters.", limit=most)) for name, most in _LONGEST.items() if len(texts[name]) > most}
    problems |= _date_problem(ctx, request, draft) | _currency_problem(request, draft) | _line_problems(request, draft)
    if problems:
        raise Invalid({field: words for field, (_code, words) in problems.items()}, {field: code for field, (code, _words) in problems.items()})
    before = _told(claim)
    claim.invoice_on, claim.final = draft.invoice_on, draft.final
    claim.invoice_no, claim.supplier, claim.supplier_tax_id = texts["invoice_no"], texts["supplier"], texts["supplier_tax_id"]
    claim.lines = [_line(ctx, claim, request, line, position) for position, line in enumerate(draft.lines, start=1)]
    ctx.session.flush()
    if _told(claim) != before:
        ctx.audit("mdf.claim.saved", claim, before=before, after=_told(claim))


def window_of(ctx: Ctx, request: FundRequest) -> Window:
    """The days an invoice for this request may bear."""
    approved_on = request.decided_at.astimezone(ctx.clock.zone).date() if request.decided_at else None
    starts_on = request.starts_on or ctx.today
    return invoice_window(approved_on, starts_on, request.claim_due_on or request.ends_on or ctx.today)


def held_by_draft(ctx: Ctx, request: FundRequest) -> bool:
    """Somebody is writing the claim, and it may still come, late."""
    query = select(Claim.id).where(Claim.request_id == request.id, Claim.status == ClaimStatus.DRAFT).limit(1)
    return may_still_come(request.claim_due_on, ctx.today, promised_terms(ctx, request)) and ctx.session.scalar(query) is not None


def _date_problem(ctx: Ctx, request: FundRequest, draft: ClaimDraft) -> Problems:
    if draft.invoice_on is None:
        return {}
    window = window_of(ctx, request)
    code = invoice_date_problem(draft.invoice_on, window, ctx.today)
    if code is None:
        return {}
    if code == "in_future":
        return {"invoice_on": (_OUTSIDE, _("This day lies in the future. Enter the date that stands on the invoice."))}
    first, last = format_date(window.first), format_date(window.last)
    message = _("The invoice has to be dated from %(first)s to %(last)s, the time this request covers.", first=first, last=last)
    return {"invoice_on": (_OUTSIDE, message)}


def _currency_problem(request: FundRequest, draft: ClaimDraft) -> Problems:
    if draft.currency in ("", request.currency):
        return {}
    message = _("The request was approved in %(currency)s. Have the invoice written in it, or ask your channel manager.", currency=request.currency)
    return {"currency": ("currency_mismatch", message)}


def _line_problems(request: FundRequest, draft: ClaimDraft) -> Problems:
    problems: Problems = {}
    known = {str(line.id) for line in request.lines}
    if len(draft.lines) > MOST_LINES:
        return {"line_1_amount": ("too_many_lines", _("Use at most %(limit)s lines: put small costs together.", limit=MOST_LINES))}
    for position, line in enumerate(draft.lines, start=1):
        row = line.row or position
        if line.request_line_id not in known:
            problems[f"line_{row}_of"] = ("unknown_line", _("Choose the approved line that this cost belongs to."))
        problem = _amount_words(line.amount_minor, request.currency)
        if problem:
            problems[f"line_{row}_amount"] = ("amount_not_positive" if line.amount_minor <= 0 else "amount_absurd", problem)
        if len(clean_text(line.description)) > LONGEST_DESCRIPTION:
            problems[f"line_{row}_text"] = ("too_long", _("Use at most %(limit)s characters.", limit=LONGEST_DESCRIPTION))
    return problems


def _amount_words(amount_minor: int, currency: str) -> str:
    return amount_problem(Money(amount_minor, currency)) if abs(amount_minor) < LARGEST_MINOR else _("This amount is too large.")


def _line(ctx: Ctx, claim: Claim, request: FundRequest, line: ClaimLineDraft, position: int) -> ClaimLine:
    of = next(one for one in request.lines if str(one.id) == line.request_line_id)
    return ClaimLine(
        id=new_id("cln", int(ctx.now.timestamp() * 1000)),
        partner_id=claim.partner_id,
        claim_id=claim.id,
        request_line_id=of.id,
        position=position,
        description=clean_text(line.description) or of.description,
        amount_minor=line.amount_minor,
    )


def _told(claim: Claim) -> dict[str, object]:
    """What the history shows of a draft."""
    return {
        "invoice_no": claim.invoice_no,
        "invoice_on": claim.invoice_on,
        "supplier": claim.supplier,
        "supplier_tax_id": claim.supplier_tax_id,
        "final": claim.final,
        "lines": [[line.description, line.amount_minor] for line in claim.lines],
    }
