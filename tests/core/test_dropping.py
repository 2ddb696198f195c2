"""An erasure drops objects while others put the same bytes: whoever is second finds what the first has left (docs/adr/0015)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from typing import Any

import pytest

from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.errors import NotFound
from core.ids import new_id
from core.privacy.models import PrivacyRequest, RequestKind
from core.privacy.wiping import delete_bytes, drop_object
from core.storage import get_object, put_object, store_for

BYTES = b"the same bytes"


def _put(ctx: Ctx) -> str:
    """Puts the bytes and names them."""
    key = put_object(ctx, BYTES, "application/zip", public=False).key
    told = {"kind": RequestKind.ACCESS, "email": "a@b.example", "locale": "en", "checked_how": "", "created_at": ctx.now}
    ctx.session.add(PrivacyRequest(id=new_id("prq"), object_key=key, received_on=date(2026, 3, 2), due_on=date(2026, 4, 2), **told))
    ctx.session.flush()
    return key


def _lies_there(database: Database) -> str:
    """Put once, and named by nothing."""
    with database.unit_of_work(SYSTEM) as ctx:
        return put_object(ctx, BYTES, "application/zip", public=False).key


def _dropped(database: Database, key: str) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        drop_object(ctx, key)


def _bytes_deleted(database: Database, key: str) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        delete_bytes(ctx, key)


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("remove", [_dropped, _bytes_deleted])
def test_what_somebody_is_putting_is_not_taken_away(database: Database, remove: Callable[[Database, str], Any], is_known: bool) -> None:
    if is_known:
        _lies_there(database)
    with ThreadPoolExecutor(1) as other:
        with database.unit_of_work(SYSTEM) as ctx:
            key = _put(ctx)
            removing = other.submit(remove, database, key)
            with suppress(TimeoutError):  # it waits, where it has seen anything to wait for
                removing.result(0.5)
        removing.result(20)
    with database.reading(SYSTEM) as ctx:
        assert get_object(ctx, key)[1] == BYTES


def test_what_nothing_names_goes_row_and_bytes_and_twice_is_once(database: Database) -> None:
    key = _lies_there(database)
    for _time in range(2):
        _dropped(database, key)
        _bytes_deleted(database, key)
    with database.reading(SYSTEM) as ctx, pytest.raises(NotFound):
        get_object(ctx, key)
    with pytest.raises(NotFound):
        store_for(database.settings).get(key)
