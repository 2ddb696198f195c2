"""Speaking to a browser over two pipes (the DevTools protocol): no port that anybody else on this machine could use."""

from __future__ import annotations

import base64
import binascii
import json
import os
import select
import time
from collections.abc import Callable
from typing import Any

_CHUNK = 1 << 16
#: A picture of the largest page we take, as text, is far below.
_LONGEST_MESSAGE = 64 * 2**20


class Silent(Exception):
    """The browser does not answer, or answers nonsense."""


class Conversation:
    """One command after the other; whatever the browser tells in between is looked through for what we wait for."""

    def __init__(self, to_browser: int, from_browser: int, ends: float) -> None:
        self.to_browser, self.from_browser, self.ends = to_browser, from_browser, ends
        self.session = ""
        self.has_loaded = False
        self._number = 0
        self._pending = b""

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer's result. Raises Silent, also when the time is over."""
        number = self.tell(method, **params)
        while True:
            message = self._next(self.ends)
            if message is None:
                raise Silent(f"no answer to {method}")
            if message.get("id") == number:
                if "error" in message:
                    raise Silent(f"{method} was refused")
                result = message.get("result", {})
                return result if isinstance(result, dict) else {}

    def tell(self, method: str, **params: Any) -> int:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        try:
            while data:
                data = data[os.write(self.to_browser, data) :]
        except OSError:
            raise Silent("the browser has gone") from None
        return self._number

    def listen(self, until: Callable[[], bool]) -> None:
        """Hears what the browser tells until `until` says so. Raises Silent when the time is over."""
        while not until():
            if time.monotonic() > self.ends:
                raise Silent("the page does not come to rest")
            self._next(time.monotonic() + 0.05)

    def _next(self, ends: float) -> dict[str, Any] | None:
        while b"\0" not in self._pending:
            left = min(ends, self.ends) - time.monotonic()
            if left <= 0 or not select.select([self.from_browser], [], [], left)[0]:
                return None
            chunk = os.read(self.from_browser, _CHUNK)
            self._pending += chunk
            if not chunk or len(self._pending) > _LONGEST_MESSAGE:
                raise Silent("the browser has gone")
        raw, _, self._pending = self._pending.partition(b"\0")
        try:
            message = json.loads(raw)
        except ValueError:
            raise Silent("the browser speaks another language") from None
        if not isinstance(message, dict):
            return {}
        self._react(message)
        return message

    def _react(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Page.loadEventFired":
            self.has_loaded = True
        elif message.get("method") == "Page.javascriptDialogOpening":
            # A page that asks something would wait for ever.
            self.tell("Page.handleJavaScriptDialog", accept=False)


def photograph(talk: Conversation, address: str, width: int, height: int, at_rest: Callable[[], bool]) -> bytes:
    """Opens the page, waits until it has loaded and nothing more is on its way, and gives the PNG. Raises Silent."""
    target = talk.ask("Target.createTarget", url="about:blank")["targetId"]
    talk.session = str(talk.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
    talk.ask("Page.enable")
    talk.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
    if "errorText" in talk.ask("Page.navigate", url=address):
        raise Silent("the page could not be opened")
    talk.listen(lambda: talk.has_loaded)
    talk.listen(at_rest)
    try:
        return base64.b64decode(talk.ask("Page.captureScreenshot", format="png")["data"])
    except (KeyError, binascii.Error):
        raise Silent("the browser gave no picture") from None
