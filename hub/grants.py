"""The permission matrix: what each kind of role holds. Rooms declare permissions, this file alone gives them away."""

from __future__ import annotations

_READ_PROGRAMME = {
    "core:programme:read",
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
#: Sees every decision and every promise, decides appeals, is told when an agreed time is over.
GOVERNING = frozenset({"core:decision:read", "core:appeal:decide", "core:clock:read", "core:escalation:second"})
VENDOR_MARKETING = VENDOR_READER | _PUBLISH | {"syndication:placement:edit", "engagement:lead:read", "engagement:consent:withdraw"}
VENDOR_ENABLEMENT = VENDOR_READER | {"enablement:certification:edit", "enablement:award:manage"}
#: Budgets, requests, claims, payments; who approved a request never reviews its claim (mdf.rules.duties).
VENDOR_FINANCE = VENDOR_READER | GOVERNING | {"mdf:budget:manage", "mdf:request:decide", "mdf:claim:decide", "mdf:claim:pay", "partners:bank:read"}
VENDOR_LEAD = (
    VENDOR_MARKETING
    | GOVERNING
    | {
        "core:permissions:read",
        "partners:partner:manage",
        "core:audit:read",
        "core:operations:read",
        "core:jobs:manage",
        "enablement:certification:edit",
        "enablement:award:manage",
        "deals:registration:decide",
        "mdf:request:decide",
    }
)

_PARTNER_BASE = frozenset(
    {
        "core:programme:read",
        "syndication:content:read",
        "syndication:placement:read",
        "engagement:results:read",
        "enablement:learning:read",
        "enablement:quiz:take",
    }
)
_SELLING = frozenset(
    {
        "engagement:lead:read",
        "engagement:lead:edit",
        "engagement:consent:withdraw",
        "deals:registration:read",
        "deals:registration:edit",
        "core:appeal:raise",
    }
)
_FUNDS = frozenset({"mdf:request:read", "mdf:request:edit", "mdf:claim:read", "mdf:claim:edit", "core:appeal:raise"})
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
PARTNER_ADMIN = PARTNER_MARKETER | {"core:people:manage", "partners:bank:edit", "partners:bank:read"}
