"""From a collection's content to the view model that a format writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from core.i18n import direction
from syndication.delivery.content import CollectionContent, Showing
from syndication.links import PLATFORM, belongs_to, item_link, tag_link
from syndication.rendering import ItemImage, Slots, SyndicatedItem, ViewModel
from syndication.rendering.body import outgoing_body
from syndication.rules import choose_locale

#: Readers fetch the whole feed for every item in it; older items are on the hub's pages.
VIEW_LIMIT = 100


class ViewMaker:
    """Makes the view models of one collection with one set of slots, so that each body is prepared once for all of them."""

    def __init__(self, content: CollectionContent, hub_url: str, vendor_hosts: tuple[str, ...]) -> None:
        self.content = content
        self.hub_url = hub_url
        self.vendor_hosts = vendor_hosts
        self.slots = Slots.fresh()
        self._body = lru_cache(maxsize=None)(self._prepared_body)

    def newest_change(self, locale: str) -> datetime | None:
        """The last change of anything that the view of this locale shows."""
        return max((one.updated_at for one in self.content.showing(locale, VIEW_LIMIT)), default=None)

    def guid_keys(self, locale: str) -> list[list[str]]:
        """[asset id, locale] of each item in order."""
        return [[str(one.asset.id), one.text.locale] for one in self.content.showing(locale, VIEW_LIMIT)]

    def model(self, locale: str, updated_at: datetime) -> ViewModel:
        """The view of one locale, said to have changed last at `updated_at`."""
        collection, slots = self.content.collection, self.slots
        showing = self.content.showing(locale, VIEW_LIMIT)
        return ViewModel(
            collection_id=str(collection.id),
            title=title_for(collection.titles, collection.name, locale),
            description="",  # the collection's own is a note of the desk, in one language; a format says the title instead
            locale=locale,
            direction=direction(locale),
            hub_url=self.hub_url,
            home_url=f"{self.hub_url}/feeds/{slots.placement}/",
            self_url=slots.self_url,
            updated_at=updated_at,
            items=tuple(self._item(at, one) for at, one in enumerate(showing)),
            slots=slots,
        )

    def _item(self, at: int, one: Showing) -> SyndicatedItem:
        asset, text, slots = one.asset, one.text, self.slots
        return SyndicatedItem(
            asset_id=str(asset.id),
            revision=text.revision,
            content_type=asset.content_type,
            locale=text.locale,
            direction=text.direction,
            title=text.title,
            summary=text.summary,
            body_html=self._body(str(asset.id), text.body_html),
            link=item_link(self.hub_url, str(asset.id), text.locale, placement=slots.placement, source=slots.source, campaign=slots.campaign),
            guid=slots.guid(at),
            image=self._image(one),
            author=text.author or asset.author,
            tags=tuple(str(tag) for tag in asset.tags),
            published_at=one.published_at,
            updated_at=one.updated_at,
        )

    def _image(self, one: Showing) -> ItemImage | None:
        image = one.image
        if image is None:
            return None
        url = self.hub_url + image.path
        return ItemImage(url, image.media_type, image.size, image.width or 0, image.height or 0, one.image_alt or one.text.title)

    def _prepared_body(self, asset_id: str, body_html: str) -> str:
        return outgoing_body(body_html, self.hub_url, self._tagger(asset_id))

    def _tagger(self, asset_id: str) -> Callable[[str], str]:
        slots = self.slots
        parameters = {
            "utm_source": slots.source,
            "utm_medium": "referral",
            "utm_campaign": slots.campaign,
            "utm_content": f"{asset_id}:{slots.placement}:a",
            "utm_source_platform": PLATFORM,
        }
        return lambda link: tag_link(link, parameters) if belongs_to(link, self.vendor_hosts) else link


def title_for(titles: dict[str, str], name: str, locale: str) -> str:
    """The heading visitors read: the collection's title in their language, else its name."""
    chosen = choose_locale(locale, [tag for tag, title in titles.items() if title])
    return titles[chosen] if chosen else name
