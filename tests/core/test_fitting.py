"""What does not fit into a column is refused in words on every database, and with the name of the field."""

from __future__ import annotations

import pytest

from core.ctx import SYSTEM
from core.database import Database
from core.errors import Invalid
from core.storage import StoredObject


@pytest.mark.parametrize(("field", "value"), [("media_type", "x" * 81), ("key", "k" * 65), ("size", 2**31), ("width", -(2**31))])
def test_too_long_and_too_large_is_invalid_not_a_crash(database: Database, field: str, value: object) -> None:
    def write(values: dict[str, object]) -> None:
        with database.unit_of_work(SYSTEM) as ctx:
            ctx.session.add(StoredObject(created_at=ctx.now, **values))

    fitting: dict[str, object] = {"key": "k" * 64, "media_type": "x" * 80, "size": 2**31 - 1}
    with pytest.raises(Invalid) as refused:
        write({**fitting, field: value})
    assert list(refused.value.errors) == [field]
    write(fitting)
