"""Readiness and metrics over HTTP: what a load balancer and a Prometheus ask."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import Any

from flask import Request

from core.ctx import Ctx
from core.errors import HubError, NotFound
from core.health import checks
from core.settings import Settings

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")


class NeedsToken(HubError):
    """The scrape has no token, or another one."""

    status = 401

    def __init__(self) -> None:
        super().__init__("needs_token", "Send CHANNELPRESS_METRICS_TOKEN as a bearer token.")


def readiness(ctx: Ctx, *, whole: bool) -> dict[str, Any]:
    """The body of /readyz: each check by name as yes or no; with `whole`, below `checks`, its state, since when, and what to do."""
    found = checks(ctx)
    brief = {"ready": all(check.passes for check in found), **{check.name: check.state != "bad" for check in found}}
    if not whole:
        return brief
    told = {
        check.name: {
            "state": check.state,
            "blocks": check.blocks,
            "since": check.since.isoformat(timespec="seconds") if check.since else None,
            "what": check.words,
            **({"fix": check.fix} if check.fix else {}),
        }
        for check in found
    }
    return {**brief, "checks": told}


def admit_scrape(settings: Settings, request: Request) -> None:
    """Lets in who has the token; without one set, only this machine, and nobody where the hub is reached under another address.

    Behind a proxy every request comes from this machine: then only a token tells Prometheus from the world.
    """
    if settings.metrics_token:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), settings.metrics_token.encode()):
            raise NeedsToken()
        return
    if settings.public_url or settings.is_public or any(name in request.headers for name in _FORWARDED) or not _is_loopback(request.remote_addr):
        raise NotFound("page")


def may_scrape(settings: Settings, request: Request) -> bool:
    """Whether `admit_scrape` lets this request in."""
    try:
        admit_scrape(settings, request)
    except (NeedsToken, NotFound):
        return False
    return True


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False
