"""What can be counted, and the reasons why something is not."""

from enum import StrEnum

#: Version of everything that decides what an event is worth: stored with each event, raised when a rule changes.
#: 1: viewable = 50 % of the pixels for 1 second in a focused tab, 30 % above 242,500 pixels (IAB/MRC display rule).
RULE_VERSION = 1


class Kind(StrEnum):
    """`click` is our own redirect, the one that counts; `tap` is what the widget saw, kept for comparison."""

    LOADED = "loaded"
    RENDERED = "rendered"
    VIEWABLE = "viewable"
    CLICK = "click"
    TAP = "tap"
    PAGE_VIEW = "page_view"
    FORM_START = "form_start"
    LEAD = "lead"


class Verdict(StrEnum):
    """Only `valid` counts. The others are kept and shown as filtered, by reason."""

    VALID = "valid"
    CRAWLER = "crawler"
    NO_AGENT = "no_agent"
    PREFETCH = "prefetch"
    FOREIGN_SITE = "foreign_site"
    OWN_SITE = "own_site"


class RefusalReason(StrEnum):
    """Why the collector took nothing, or not all: counted by day, never stored as an event."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNKNOWN_PLACEMENT = "unknown_placement"
    UNKNOWN_PARTNER = "unknown_partner"
    UNKNOWN_ASSET = "unknown_asset"
    UNKNOWN_LOCALE = "unknown_locale"
    SPOOL_FULL = "spool_full"
