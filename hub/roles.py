"""Which role may do what: the one file that says so (A-08)."""

from __future__ import annotations

from core.i18n import lazy_gettext as _l
from core.permissions import ROLES as ANNOUNCED
from core.permissions import Perm as Core
from core.permissions import Role
from hub.grants import (
    PARTNER_ADMIN,
    PARTNER_MARKETER,
    PARTNER_SALES,
    PARTNER_WEBMASTER,
    VENDOR_ENABLEMENT,
    VENDOR_FINANCE,
    VENDOR_LEAD,
    VENDOR_MARKETING,
    VENDOR_READER,
)

_ROLES = (
    Role(
        "channel_lead",
        _l("Channel lead"),
        "vendor",
        VENDOR_LEAD | {Core.PEOPLE_MANAGE, Core.PROGRAMME_EDIT, Core.ESCALATION_LAST, Core.PRIVACY_READ, Core.PRIVACY_MANAGE},
    ),
    Role("partner_manager", _l("Channel manager"), "vendor", VENDOR_LEAD),
    Role("partner_marketing", _l("Channel marketing"), "vendor", VENDOR_MARKETING),
    Role("enablement", _l("Enablement"), "vendor", VENDOR_ENABLEMENT),
    Role("partner_finance", _l("MDF reviewer"), "vendor", VENDOR_FINANCE),
    Role(
        "compliance",
        _l("Compliance"),
        "vendor",
        VENDOR_READER
        | {Core.AUDIT_READ, Core.PERMISSIONS_READ, Core.DECISION_READ, Core.APPEAL_DECIDE, Core.CLOCK_READ, Core.PRIVACY_READ, Core.PRIVACY_MANAGE},
    ),
    Role("crm_reader", _l("CRM reader"), "vendor", VENDOR_READER),
    Role("partner_admin", _l("Partner administrator"), "partner", PARTNER_ADMIN),
    Role("partner_marketer", _l("Partner marketing"), "partner", PARTNER_MARKETER),
    Role("partner_webmaster", _l("Partner webmaster"), "partner", PARTNER_WEBMASTER),
    Role("partner_sales", _l("Partner sales"), "partner", PARTNER_SALES),
)

ROLES = {role.code: Role(role.code, role.label, role.side, frozenset(str(permission) for permission in role.permissions)) for role in _ROLES}
ANNOUNCED.update(ROLES)
