"""The permission matrix: what each kind of role holds. Rooms declare permissions, this file alone gives them away."""

from __future__ import annotations

_READ_PROGRAMME = {
    "partners:partner:read",
    "syndication:asset:read",
    "syndication:collection:read",
    "syndication:campaign:read",
    "syndication:placement:read",
    "engagement:results:read",
}
_PUBLISH = {
    "syndication:asset:edit",
    "syndication:asset:import",
    "syndication:asset:review",
    "syndication:asset:publish",
    "syndication:asset:withdraw",
    "syndication:collection:edit",
    "syndication:campaign:edit",
}

VENDOR_READER = frozenset(_READ_PROGRAMME)
VENDOR_MARKETING = VENDOR_READER | _PUBLISH | {"syndication:placement:edit", "engagement:lead:read"}
VENDOR_LEAD = VENDOR_MARKETING | {"partners:partner:manage", "core:audit:read", "core:operations:read"}

_PARTNER_BASE = frozenset({"syndication:content:read", "syndication:placement:read", "engagement:results:read"})
_MARKETING = frozenset(
    {
        "cobranding:kit:edit",
        "cobranding:page:read",
        "cobranding:page:edit",
        "cobranding:page:publish",
        "syndication:placement:edit",
        "engagement:lead:read",
        "engagement:lead:edit",
    }
)
PARTNER_WEBMASTER = _PARTNER_BASE | {"syndication:placement:edit", "cobranding:page:read"}
PARTNER_SALES = _PARTNER_BASE | {"engagement:lead:read", "engagement:lead:edit"}
PARTNER_MARKETER = _PARTNER_BASE | _MARKETING
PARTNER_ADMIN = PARTNER_MARKETER | {"core:people:manage"}
