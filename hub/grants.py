"""The permission matrix: what each kind of role holds. Rooms declare permissions, this file alone gives them away."""

from __future__ import annotations

_READ_PROGRAMME = {
    "partners:partner:read",
    "syndication:asset:read",
    "syndication:collection:read",
    "syndication:campaign:read",
    "syndication:placement:read",
    "engagement:results:read",
    "enablement:learning:read",
    "deals:registration:read",
    "mdf:budget:read",
    "mdf:request:read",
    "mdf:claim:read",
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
VENDOR_ENABLEMENT = VENDOR_READER | {"enablement:certification:edit", "enablement:award:manage"}
#: Budgets, requests, claims, payments; who approved a request never reviews its claim (mdf.rules.duties).
VENDOR_FINANCE = VENDOR_READER | {"mdf:budget:manage", "mdf:request:decide", "mdf:claim:decide", "mdf:claim:pay"}
VENDOR_LEAD = VENDOR_MARKETING | {
    "partners:partner:manage",
    "core:audit:read",
    "core:operations:read",
    "enablement:certification:edit",
    "enablement:award:manage",
    "deals:registration:decide",
    "mdf:request:decide",
}

_PARTNER_BASE = frozenset(
    {
        "syndication:content:read",
        "syndication:placement:read",
        "engagement:results:read",
        "enablement:learning:read",
        "enablement:quiz:take",
    }
)
_SELLING = frozenset({"engagement:lead:read", "engagement:lead:edit", "deals:registration:read", "deals:registration:edit"})
_FUNDS = frozenset({"mdf:request:read", "mdf:request:edit", "mdf:claim:read", "mdf:claim:edit"})
_MARKETING = frozenset(
    {
        "cobranding:kit:edit",
        "cobranding:page:read",
        "cobranding:page:edit",
        "cobranding:page:publish",
        "syndication:placement:edit",
    }
)
PARTNER_WEBMASTER = _PARTNER_BASE | {"syndication:placement:edit", "cobranding:page:read"}
PARTNER_SALES = _PARTNER_BASE | _SELLING
PARTNER_MARKETER = _PARTNER_BASE | _MARKETING | _SELLING | _FUNDS
PARTNER_ADMIN = PARTNER_MARKETER | {"core:people:manage"}
