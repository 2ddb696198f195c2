"""From the list of campaigns to each campaign's own page: fills the slot `campaign_links` of syndication's list."""

from __future__ import annotations

from core.web import render
from core.web.templating import RenderedPart
from hub.pages.line_page import campaign_href
from syndication import Campaign


def campaign_links(campaign: Campaign) -> RenderedPart:
    return RenderedPart(render("hub/campaign_links.html", campaign=campaign, href=campaign_href("/desk", campaign.id)))
