"""Words for this room's names, and the definitions that every number links to."""

from __future__ import annotations

from dataclasses import dataclass

from core.i18n import gettext as _
from core.i18n import pgettext
from engagement.models import Lead
from engagement.rules.kinds import Verdict
from engagement.rules.lead_states import LeadAction, LeadStatus
from engagement.rules.measures import Metric
from engagement.rules.sources import SourceKind


def metric_label(metric: Metric) -> str:
    return {
        Metric.VISITORS: _("Visitors"),
        # TRANSLATORS: how often an item was drawn on a page, whether or not it was in sight
        Metric.IMPRESSIONS: _("Impressions"),
        Metric.VIEWS: _("Views"),
        Metric.CLICKS: _("Clicks"),
        Metric.CLICK_RATE: _("Click rate"),
        # TRANSLATORS: how often landing pages and hosted pages were opened
        Metric.PAGE_READS: _("Page visits"),
        Metric.LEADS: _("Leads"),
    }[metric]


def metric_unit(metric: Metric) -> str:
    """What one point of the line means."""
    return _("in per cent, by day") if metric is Metric.CLICK_RATE else _("per day")


@dataclass(frozen=True, slots=True)
class Definition:
    """One entry of the data dictionary as people read it."""

    metric: Metric
    meaning: str
    formula: str
    limits: str


def definitions() -> list[Definition]:
    """In the order of the tiles."""
    return [
        Definition(
            Metric.VISITORS,
            _("How many different visitors met your content, counted anew each day."),
            _(
                "Distinct visitor keys per day, added up over the days of the period. A key is a hash of network and "
                "browser under a secret that is destroyed every night."
            ),
            _(
                "An estimate: people behind one office address look like one, a phone that changes networks looks like "
                "two. Up to 1,024 visitors a day are counted exactly, beyond that with an error of about 3 per cent. "
                "Placements cannot be added up, because one visitor may meet several."
            ),
        ),
        Definition(
            Metric.IMPRESSIONS,
            _("How often an item was drawn on a page, whether or not anybody scrolled to it."),
            _("The widget reports each item once per page view, when it stands in the page."),
            _("Widgets only. What counts as seen is the number of views."),
        ),
        Definition(
            Metric.VIEWS,
            _("How often an item could really be seen."),
            _(
                "At least half of the item's area visible for one continuous second in an active tab (30 per cent for "
                "very large items): the display rule of IAB and MRC."
            ),
            _("Widgets only. Nobody can see whether an item in a feed was looked at."),
        ),
        Definition(
            Metric.CLICKS,
            _("How often somebody followed a link to an item."),
            _("Calls of our redirect, from widgets and from feeds. Looking ahead by the browser and link checks do not count."),
            _("Independent of scripts and of UTM parameters, which some readers remove."),
        ),
        Definition(
            Metric.CLICK_RATE,
            _("How many of the views led to a click."),
            _("Clicks divided by views. Without views there is no rate."),
            _("Clicks from feeds have no views; with many of them the rate looks better than it is."),
        ),
        Definition(
            Metric.PAGE_READS,
            _("How often a landing page or a co-branded page was opened."),
            _("Answered requests for the page by a browser, with or without a click before."),
            _("A page from a browser's own cache is not counted again."),
        ),
        Definition(
            Metric.LEADS,
            _("How many people sent a form and agreed to be contacted."),
            _("Stored leads, each with its consent record. The same form sent twice is one lead; what the spam trap caught is not counted."),
            _("Counted on the day it was sent, at the placement it came from, as far as that is known."),
        ),
    ]


def verdict_label(verdict: str) -> str:
    return {
        Verdict.CRAWLER: _("machines that say so (crawlers, monitoring, scripts)"),
        Verdict.NO_AGENT: _("requests without a browser's name"),
        Verdict.PREFETCH: _("pages loaded ahead by a browser, never looked at"),
        Verdict.FOREIGN_SITE: _("sites on which the placement may not stand"),
        Verdict.OWN_SITE: _("our own previews"),
    }.get(Verdict(verdict), verdict)


def status_label(status: LeadStatus) -> str:
    return {
        LeadStatus.NEW: pgettext("lead", "New"),
        LeadStatus.ROUTED: pgettext("lead", "Routed"),
        LeadStatus.ACCEPTED: pgettext("lead", "Accepted"),
        LeadStatus.CONTACTED: pgettext("lead", "Contacted"),
        LeadStatus.QUALIFIED: pgettext("lead", "Qualified"),
        LeadStatus.CONVERTED: pgettext("lead", "Converted"),
        LeadStatus.LOST: pgettext("lead", "Lost"),
        LeadStatus.DECLINED: pgettext("lead", "Declined"),
        LeadStatus.EXPIRED: pgettext("lead", "Expired"),
        LeadStatus.SPAM: pgettext("lead", "Spam"),
    }[status]


_TONES = {
    LeadStatus.NEW: ("attention", "info"),
    LeadStatus.ROUTED: ("attention", "waiting"),
    LeadStatus.ACCEPTED: ("neutral", "check"),
    LeadStatus.CONTACTED: ("neutral", "mail"),
    LeadStatus.QUALIFIED: ("positive", "positive"),
    LeadStatus.CONVERTED: ("positive", "verified"),
    LeadStatus.LOST: ("neutral", "stop"),
    LeadStatus.DECLINED: ("neutral", "stop"),
    LeadStatus.EXPIRED: ("neutral", "clock"),
    LeadStatus.SPAM: ("negative", "trash"),
}


def status_tone(status: LeadStatus) -> tuple[str, str]:
    """Tone and icon of the chip."""
    return _TONES[status]


def action_label(action: LeadAction) -> str:
    return {
        LeadAction.ACCEPT: _("Accept lead"),
        LeadAction.CONTACT: _("Mark as contacted"),
        LeadAction.QUALIFY: _("Mark as qualified"),
        LeadAction.CONVERT: _("Mark as converted"),
        LeadAction.LOSE: _("Mark as lost …"),
        LeadAction.MARK_SPAM: _("This is spam"),
        LeadAction.RESTORE: _("This is no spam"),
    }[action]


def source_label(kind: str) -> str:
    """How the source was found, best evidence first."""
    return {
        SourceKind.CLICK: _("A counted click led to the page."),
        SourceKind.PLACEMENT: _("The link to the page named the placement; the click itself was not seen."),
        SourceKind.PARTNER: _("Nothing told where the visitor came from; the lead belongs to the owner of the page."),
    }[SourceKind(kind)]


def purpose_label(purpose: str) -> str:
    return {"answer_request": _("To answer this request and to get in touch about its topic")}.get(purpose, purpose)


def period_label(key: str) -> str:
    return {
        "7d": _("Last 7 days"),
        "28d": _("Last 28 days"),
        "90d": _("Last 90 days"),
        "365d": _("Last 365 days"),
        "custom": _("From … to …"),
    }[key]


def lead_title(lead: Lead) -> str:
    """Who it is; before the lead is accepted, as much as may be told."""
    if lead.name or lead.email:
        return lead.name or lead.email
    return _("Somebody from %(company)s", company=lead.company) if lead.company else _("Somebody new")
