"""Pages that compose several rooms: the start pages, the line from impressions to the return, campaigns, the style guide."""

from core.i18n import lazy_gettext as _l
from core.permissions import SIGNED_IN
from core.permissions import Perm as Core
from core.registry import Registry
from partners import Perm as Partners


def register(registry: Registry) -> None:
    from hub.pages import bank, governance, lines, people, permissions, search, start
    from hub.pages.campaign_links import campaign_links
    from hub.pages.delivery import placement_delivery

    for blueprint in (
        start.front,
        start.desk,
        start.portal,
        lines.desk,
        lines.portal,
        governance.bp,
        people.desk,
        people.portal,
        permissions.bp,
        bank.portal,
        search.desk,
        search.portal,
    ):
        registry.blueprint(blueprint)
    registry.nav("desk", "start", _l("Start"), "desk.start", SIGNED_IN, 10, "home")
    registry.nav("portal", "start", _l("Start"), "portal.start", SIGNED_IN, 10, "home")
    registry.nav("desk", "governance", _l("Governance"), "governance.index", SIGNED_IN, 90, "governance")
    registry.nav("portal", "people", _l("People"), "people.index", Core.PEOPLE_MANAGE, 95, "users")
    registry.govern(
        "people", _l("People"), _l("Who can sign in, for the vendor and for each partner."), "desk_people.index", Core.PEOPLE_MANAGE, 15, "users"
    )
    registry.govern(
        "permissions",
        _l("Permissions"),
        _l("What each role may do, and how many people have it."),
        "permissions.index",
        Core.PERMISSIONS_READ,
        20,
        "lock",
    )
    registry.nav("portal", "bank", _l("Bank account"), "bank_account.show", Partners.BANK_EDIT, 96, "funds")
    registry.slot("payment_target", bank.payment_target)
    registry.slot("placement_delivery", placement_delivery)
    registry.slot("campaign_links", campaign_links)
    _programme(registry)
    _decisions(registry)
    _running(registry)


def _running(registry: Registry) -> None:
    """How the hub itself is doing: mail and notices, audit, privacy, health, jobs."""
    from core.jobs import mine, views
    from core.mail.public_views import bp as unsubscribe
    from core.mail.views import bp as mail
    from core.notices.views import desk as desk_notices
    from core.notices.views import portal as portal_notices
    from core.privacy.views import bp as privacy
    from core.turns.views import desk as desk_tasks
    from core.turns.views import portal as portal_tasks
    from hub.pages import audit_pages, health_page

    for blueprint in (mail, unsubscribe, portal_notices, desk_notices, portal_tasks, desk_tasks):
        registry.blueprint(blueprint)
    hint = _l("What was sent, held or refused, how every notice reads, and which addresses get no mail.")
    registry.govern("mail", _l("Mail"), hint, "mail.index", Core.OPERATIONS_READ, 70, "mail")
    for blueprint in (audit_pages.bp, health_page.bp):
        registry.blueprint(blueprint)
    hint = _l("Who did what, when and why: searched, checked against the chain, and taken along.")
    registry.govern("audit", _l("Audit log"), hint, "audit.index", Core.AUDIT_READ, 40, "verified")
    registry.blueprint(privacy)
    hint = _l("What is done with personal data, how long it is kept, and what persons asked for.")
    registry.govern("privacy", _l("Privacy"), hint, "privacy.index", Core.PRIVACY_READ, 50, "users")
    hint = _l("Whether every part of the service works, since when not, and what to do about it.")
    registry.govern("health", _l("Health"), hint, "health.index", Core.OPERATIONS_READ, 80, "results")
    for blueprint in (views.bp, mine.desk, mine.portal):
        registry.blueprint(blueprint)
    hint = _l("What the hub does by itself: what failed and why, what recurs, which destinations rest.")
    registry.govern("jobs", _l("Jobs"), hint, "jobs.index", Core.OPERATIONS_READ, 60, "refresh")


def _decisions(registry: Registry) -> None:
    """Decisions with their appeals, and the times that were agreed for them."""
    from hub.pages import appeals, clocks, decisions

    for blueprint in (decisions.bp, clocks.bp, appeals.bp):
        registry.blueprint(blueprint)
    hint = _l("What was decided by which rule and why, taken again on each page, and the appeals of partners.")
    registry.govern("decisions", _l("Decisions"), hint, "decisions.index", Core.DECISION_READ, 30, "check")
    hint = _l("What partners wait for, until when, and how often the agreed times are kept.")
    registry.govern("clocks", _l("Agreed times"), hint, "clocks.index", Core.CLOCK_READ, 31, "waiting")


def _programme(registry: Registry) -> None:
    """The programme file: its editor for the vendor, its guide for everybody."""
    from core.sla import programme_words  # noqa: F401 - declares
    from hub.pages import programme, programme_drafts, programme_notice, programme_roles  # noqa: F401 - declares
    from hub.pages.programme_links import foot_link, rules_link

    for blueprint in (programme.desk, programme_drafts.bp, programme.portal):
        registry.blueprint(blueprint)
    hint = _l("Tiers, deadlines, protection, proofs and answer times: what holds, what is announced, what is being written.")
    registry.govern("programme", _l("Programme"), hint, "desk_programme.index", Core.PROGRAMME_READ, 10, "file")
    registry.slot("shell_foot", foot_link)
    registry.slot("programme_rules", rules_link)
