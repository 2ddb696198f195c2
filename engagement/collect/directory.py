"""What exists, as the collector needs it: one immutable table, read again when the public state's generation number changes."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from core.ctx import SYSTEM
from core.ids import TypeID
from partners import active_partners
from syndication import Asset, Localization, generation, shown_placements

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

log = logging.getLogger("channelpress.engagement")

_CHECK_EVERY_S = 1.0
#: A table at which nobody has looked for so long (seconds) may lack what was made meanwhile: then everybody waits for the one who reads.
_TOO_OLD_S = 3.0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message can come from: a placement, or (without `placement`) a partner's pages on the hub.

    `partner` and `placement` are the hex digits of their ids. An empty `allowed` allows every site.
    """

    partner: str
    placement: str | None
    allowed: tuple[str, ...]
    campaign: str

    @property
    def partner_bytes(self) -> bytes:
        return bytes.fromhex(self.partner)


@dataclass(frozen=True, slots=True)
class Directory:
    """`spots` by the id that a message names; `assets` from TypeID to hex."""

    number: int
    spots: dict[str, Spot]
    assets: dict[str, str]
    locales: frozenset[str]


def read_directory(ctx: Ctx) -> Directory:
    """Four statements, whatever the size."""
    number = generation(ctx)
    spots = {str(partner.id): Spot(partner.id.uuid.hex, None, (), "") for partner in active_partners(ctx)}
    locales = set(ctx.session.scalars(select(Localization.locale).distinct()))
    for placement_id, shown in shown_placements(ctx).items():
        partner = spots[shown.words.partner_id]
        placement = TypeID.parse(placement_id, "plc").uuid.hex
        spots[placement_id] = Spot(partner.partner, placement, shown.allowed_domains, shown.words.campaign)
        locales.add(shown.locale)
    assets = {str(asset_id): asset_id.uuid.hex for asset_id in ctx.session.scalars(select(Asset.id))}
    return Directory(number, spots, assets, frozenset(locales))


class CurrentDirectory:
    """Hands out the table; looks for a newer one at most once a second, and keeps the old one when the database is away.

    The first callers of all, and the first after a quiet time, wait for the one who reads; in steady traffic nobody waits.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looking = threading.Lock()
        self._looked = float("-inf")
        self._current: Directory | None = None

    def __call__(self) -> Directory:
        age = time.monotonic() - self._looked
        must_wait = self._current is None or age >= _TOO_OLD_S
        if (must_wait or age >= _CHECK_EVERY_S) and self._looking.acquire(blocking=must_wait):
            try:
                self._look()
            finally:
                self._looking.release()
        if self._current is None:
            raise DirectoryMissing
        return self._current

    def refresh(self) -> None:
        """Looks now: for tests and for the process that has just changed something."""
        with self._looking:
            self._looked = float("-inf")
            self._look()

    def _look(self) -> None:
        if time.monotonic() - self._looked < _CHECK_EVERY_S:
            return
        try:
            with self._database.reading(SYSTEM) as ctx:
                if self._current is None or generation(ctx) != self._current.number:
                    self._current = read_directory(ctx)
        except SQLAlchemyError:
            log.exception("the directory of placements cannot be read; the last one stays in use")
        finally:
            self._looked = time.monotonic()


class DirectoryMissing(Exception):
    """This process has never reached the database: it cannot tell a placement from an invention, so the sender must try again."""
