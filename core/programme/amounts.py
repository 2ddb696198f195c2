"""Amounts of money in the programme file: whole units of each currency, as people write them; a rule asks for minor units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from core.amounts import CURRENCIES, LARGEST_TYPED
from core.i18n import gettext as _
from core.money import digits


def _known(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(_("%(code)s is no currency of this hub. Known are: %(known)s.", code=code[:20], known=", ".join(CURRENCIES)))
    return code


Currency = Annotated[str, AfterValidator(_known)]
#: Currency code → whole units (euros, not cents).
Amounts = dict[Currency, Annotated[int, Field(ge=0, le=LARGEST_TYPED)]]


def minor_of(amounts: Mapping[str, int], currency: str) -> int:
    """In minor units; a currency that is not named has no limit, which is 0."""
    return amounts.get(currency, 0) * int(10 ** digits(currency))
