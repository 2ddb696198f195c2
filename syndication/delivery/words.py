"""What differs from placement to placement: the values of a view's slots.

The partner's contact block belongs to a higher floor (cobranding), which registers a provider here when it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syndication.links import NO_CAMPAIGN, utm_value
from syndication.rendering import ViewFormat, guid_of

if TYPE_CHECKING:
    from core.ctx import Ctx

#: Contact blocks (clean HTML) of these partners, by partner id; partners without one may be missing.
ContactProvider = Callable[["Ctx", Collection[str]], Mapping[str, str]]
_providers: list[ContactProvider] = []


def provide_contacts(provider: ContactProvider) -> None:
    """Registers who knows the contact blocks. The last one registered is asked."""
    _providers[:] = [provider]


def contacts_of(ctx: Ctx, partner_ids: Collection[str]) -> Mapping[str, str]:
    """Contact blocks by partner id, empty when no room provides them."""
    return _providers[0](ctx, partner_ids) if _providers and partner_ids else {}


@dataclass(frozen=True, slots=True)
class PlacementWords:
    """Everything a placement puts into a view, before the format's escaping."""

    placement_id: str
    partner_id: str
    source: str
    campaign: str
    layout: str
    partner_name: str
    contact: str

    def values(self, fmt: ViewFormat, self_url: str, guid_keys: list[list[str]]) -> dict[str, bytes]:
        """The slot values for one document in one format; `guid_keys` are the view's (asset id, locale) pairs in order."""
        values = {
            "placement": self.placement_id,
            "partnerid": self.partner_id,
            "source": utm_value(self.source),
            "campaign": utm_value(self.campaign) or NO_CAMPAIGN,
            "layout": self.layout,
            "selfurl": self_url,
            "partnername": fmt.escape(self.partner_name),
            "contact": fmt.escape(self.contact),
        }
        values |= {f"guid{at}": guid_of(asset_id, locale, self.partner_id) for at, (asset_id, locale) in enumerate(guid_keys)}
        return {name: value.encode("utf-8") for name, value in values.items()}

    @property
    def token_values(self) -> dict[str, bytes]:
        """What the entity tag's token is made of; guids follow from partner and view, the address from the placement."""
        words = (self.placement_id, self.partner_id, self.source, self.campaign, self.layout, self.partner_name, self.contact)
        return {str(at): word.encode("utf-8") for at, word in enumerate(words)}
