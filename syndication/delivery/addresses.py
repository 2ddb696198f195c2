"""Which placement, language and format a public address asks for. The ways out register how to read theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """What is asked for; `locale` None means the placement's own. `cors` opens the answer to scripts of any origin."""

    placement_id: str
    format: str
    locale: str | None = None
    cors: bool = False


#: Reads a path such as `/feeds/plc_…/de/rss.xml`; None when the address is not of its kind.
AddressReader = Callable[[str], PublicAddress | None]

_readers: dict[str, AddressReader] = {}


def register_addresses(prefix: str, read: AddressReader) -> None:
    """Says how to read the public addresses below a prefix (`/feeds/`). The same prefix again replaces the reader."""
    _readers[prefix] = read


def read_address(path: str) -> PublicAddress | None:
    """The question an address asks, or None."""
    for prefix, read in _readers.items():
        if path.startswith(prefix):
            return read(path)
    return None
