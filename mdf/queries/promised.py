"""The terms that hold for one request: those it was approved under, whatever the programme file says by now (N-22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import NotFound
from core.programme import packaged, programme_of, programme_version
from mdf.models import FundRequest
from mdf.programme import FundTerms

if TYPE_CHECKING:
    from core.ctx import Ctx


def promised_terms(ctx: Ctx, request: FundRequest) -> FundTerms:
    """Before the decision, what is in force now. Decisions older than the programme file were taken under its first version."""
    if not request.decided_rule_version:
        return programme_of(ctx).section(FundTerms)
    try:
        return programme_version(ctx, request.decided_rule_version).section(FundTerms)
    except NotFound:
        return packaged().section(FundTerms)
