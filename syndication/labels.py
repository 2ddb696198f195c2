"""The room's codes in the reader's words. Everything is translated when asked, never at import time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.i18n import format_list, language_name
from core.i18n import gettext as _
from syndication.rules import Action, AssetStatus


def content_type_label(code: str) -> str:
    """A word for a content type; an unknown code from an import is shown as it is, readable."""
    labels = {
        "product_page": _("Product page"),
        "white_paper": _("White paper"),
        "whitepaper": _("White paper"),
        "article": _("Article"),
        "blog": _("Blog post"),
        "guide": _("Guide"),
        "campaign_asset": _("Campaign material"),
        "release_note": _("Release note"),
        "reference": _("Customer story"),
        "customer_reference": _("Customer story"),
        "case_study": _("Customer story"),
        "webinar": _("Webinar"),
        "event": _("Event"),
        "news": _("News"),
        "video": _("Video"),
    }
    return labels.get(code) or code.replace("_", " ").capitalize()


def status_label(status: AssetStatus) -> str:
    """As the state chip says it, for filters."""
    labels = {
        AssetStatus.DRAFT: _("Draft"),
        AssetStatus.IN_REVIEW: _("In review"),
        AssetStatus.APPROVED: _("Approved"),
        AssetStatus.PUBLISHED: _("Published"),
        AssetStatus.EXPIRED: _("Expired"),
        AssetStatus.WITHDRAWN: _("Withdrawn"),
    }
    return labels[status]


def action_label(action: Action) -> str:
    """The words on the button of a step."""
    labels = {
        Action.SUBMIT: _("Submit for review"),
        Action.RETURN: _("Return to draft"),
        Action.APPROVE: _("Approve"),
        Action.PUBLISH: _("Publish"),
        Action.EXPIRE: _("Let expire"),
        Action.WITHDRAW: _("Withdraw"),
        Action.REOPEN: _("Reopen as draft"),
    }
    return labels[action]


def turn_label(turn: str, since: str) -> str:
    """Whose turn it is and since when, as one sentence."""
    sentences = {
        "editor": _("With the editors since %(day)s", day=since),
        "reviewer": _("Waiting for review since %(day)s", day=since),
        "publisher": _("Ready to publish since %(day)s", day=since),
    }
    return sentences.get(turn) or _("In this state since %(day)s", day=since)


def reason_label(code: str) -> str:
    """Why a partner receives an asset, or does not."""
    reasons = {
        "in_audience": _("In the audience of the collection"),
        "no_language": _("No text in a language that this placement shows"),
        "no_placement": _("The partner has not placed this collection anywhere"),
        "other_region": _("The collection is for other regions"),
        "other_tier": _("The collection is for other tiers"),
        "not_named": _("The collection names other partners"),
        "not_active": _("The partner is not active"),
        "no_collection": _("The asset stands in no collection"),
        "not_published": _("The asset is not published"),
    }
    return reasons[code]


def severity_tone(severity: str) -> str:
    """The design system's tone for an import issue."""
    return {"error": "negative", "warning": "attention"}.get(severity, "neutral")


def severity_label(severity: str) -> str:
    return {"error": _("Error"), "warning": _("Warning")}.get(severity) or _("Note")


def layout_label(layout: str) -> str:
    return {"list": _("List"), "cards": _("Cards")}[layout]


def audience_sentence(audience: Mapping[str, list[str]], partner_names: Mapping[str, str]) -> str:
    """Who receives a collection, in words."""
    parts = []
    if audience.get("tiers"):
        parts.append(_("tier %(tiers)s", tiers=format_list([tier.capitalize() for tier in audience["tiers"]])))
    if audience.get("regions"):
        parts.append(_("region %(regions)s", regions=format_list([region.upper() for region in audience["regions"]])))
    if audience.get("partners"):
        names = [partner_names.get(partner_id, partner_id) for partner_id in audience["partners"]]
        parts.append(_("only %(partners)s", partners=format_list(names)))
    return _("Active partners: %(limits)s", limits="; ".join(parts)) if parts else _("All active partners")


def event_sentence(action: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """One line of a timeline out of an audit entry."""
    values = {**(before or {}), **(after or {})}
    locale = language_name(str(values.get("locale", ""))) if values.get("locale") else ""
    collections = format_list([str(name) for name in values.get("collections", [])])
    sentences = {
        "syndication.asset.imported": _("Imported from %(file)s", file=values.get("source", "")),
        "syndication.asset.submit": _("Submitted for review"),
        "syndication.asset.return": _("Returned to draft"),
        "syndication.asset.approve": _("Approved"),
        "syndication.asset.publish": _("Published"),
        "syndication.asset.expire": _("Expired"),
        "syndication.asset.withdraw": _("Withdrawn"),
        "syndication.asset.reopen": _("Reopened as draft"),
        "syndication.asset.added_to_collection": _("Added to %(collections)s", collections=collections),
        "syndication.asset.removed_from_collection": _("Removed from a collection"),
        "syndication.localization.edited": _("Text edited (%(language)s)", language=locale),
        "syndication.localization.imported": _("Text updated by an import (%(language)s)", language=locale),
        "syndication.collection.created": _("Collection created"),
        "syndication.collection.edited": _("Collection changed"),
        "syndication.campaign.created": _("Campaign created"),
        "syndication.campaign.edited": _("Campaign changed"),
        "syndication.placement.created": _("Placement created"),
        "syndication.placement.edited": _("Placement changed"),
        "syndication.placement.ended": _("Placement ended"),
        "partners.partner.admitted": _("Admitted to the programme"),
        "partners.partner.suspended": _("Suspended"),
    }
    return sentences.get(action) or action.rpartition(".")[2].replace("_", " ")
