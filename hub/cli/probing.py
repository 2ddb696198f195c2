"""Asking a running hub how it is, over its own port."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

from core.settings import Settings


def ask(settings: Settings, path: str) -> tuple[int, dict[str, Any]]:
    """Status and JSON body of one of our own health addresses; status 0 when nobody answers."""
    connection = http.client.HTTPConnection(settings.bind, settings.port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, json.loads(body) if body.startswith(b"{") else {}
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}
    finally:
        connection.close()


def wait_until_ready(settings: Settings, seconds: float) -> bool:
    """True as soon as /readyz says so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ask(settings, "/readyz")[0] == 200:
            return True
        time.sleep(0.25)
    return False
