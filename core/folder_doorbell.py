"""The embedded doorbell: kombu's filesystem transport, whose files appear whole or not at all.

The original creates a file and locks it afterwards: whoever lists the folder in between reads an empty message or an empty
binding table, and its worker dies of it. A bell that cannot be read is a lost bell; the sweeper rings again (ADR 0001).
"""

from __future__ import annotations

import logging
import os
import tempfile
import uuid
from json import JSONDecodeError
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

log = logging.getLogger("channelpress.jobs")


class Channel(filesystem.Channel):  # type: ignore[misc]
    """Differs in how files come into being and in what an unreadable one means."""

    def get_table(self, exchange: str) -> list[Any]:
        try:
            table: list[Any] = super().get_table(exchange)  # type: ignore[no-untyped-call]
        except JSONDecodeError:
            return []
        return table

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None) -> None:
        """Everybody binds the same queues, so the last of two writers at once takes nothing away."""
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        known = self.get_table(exchange)
        if bound not in known:
            self.control_folder.mkdir(exist_ok=True)
            target: Path = self._exchange_file(exchange)  # type: ignore[no-untyped-call]
            _write_whole(target, _json([bound, *known]))

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        _write_whole(Path(self.data_folder_out) / f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg", _json(payload))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        while True:
            try:
                return super()._get(queue)  # type: ignore[no-untyped-call]
            except JSONDecodeError as error:
                log.warning("a bell could not be read, the sweeper will ring again", extra={"error": str(error)})


class Transport(filesystem.Transport):  # type: ignore[misc]
    Channel = Channel


def _json(value: Any) -> str:
    return str(dumps(value))  # type: ignore[no-untyped-call]


def _write_whole(target: Path, text: str) -> None:
    """In the same folder under a name that nobody reads, then moved into place."""
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(name, target)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise ChannelError(f"cannot write {target}") from error


def install() -> None:
    """From now on `filesystem://` means this transport."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
