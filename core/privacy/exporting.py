"""A copy of everything about one person (Art. 15 GDPR): for machines as JSON, for people as one page in their language.

Only columns that are declared as the person's own go out. A text of somebody else's that mentions the person is named by table and id,
not quoted: it may hold other people's data.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader

from core.database import Base
from core.i18n import active_locale, direction, format_datetime, gettext, set_locale
from core.privacy import labels
from core.privacy.declaring import PERSONAL, Personal
from core.privacy.person import Mentions, Person
from core.privacy.rows import key_of, rows_of

if TYPE_CHECKING:
    from core.ctx import Ctx

_NEVER = frozenset({"password_hash", "token_hash", "salt", "link", "who"})


def collect(ctx: Ctx, person: Person) -> dict[str, Any]:
    """By class of data and table; `mentions` by table with the ids of the rows."""
    mentions = Mentions(person)
    own: dict[str, dict[str, list[dict[str, Any]]]] = {}
    elsewhere: dict[str, list[str]] = {}
    for one in PERSONAL:
        table = Base.metadata.tables[one.table]
        rows = rows_of(ctx, person, one, mentions)
        if not rows:
            continue
        if one.subject_by[0].kind == "mention":
            elsewhere.setdefault(one.table, []).extend(_plain(key_of(table, row)) for row in rows)
        else:
            told = own.setdefault(one.data_class.value, {}).setdefault(one.table, [])
            told.extend(_own(table, one, row) for row in rows)
    return {
        "format": "channelpress.subject-access.v1",
        "made_at": ctx.now.isoformat(),
        "identifiers": {"emails": sorted(person.emails), "names": sorted(person.names), "phones": sorted(person.phones)},
        "data": own,
        "mentioned_in": {table: sorted(set(ids)) for table, ids in elsewhere.items() if table not in _tables(own)},
    }


def _tables(own: dict[str, dict[str, Any]]) -> set[str]:
    return {table for tables in own.values() for table in tables}


def _own(table: Any, one: Personal, row: Any) -> dict[str, Any]:
    wanted = [column.name for column in table.primary_key.columns if column.name not in _NEVER]
    wanted += [name for name in (*one.columns, *one.exports) if name not in _NEVER and name not in wanted]
    return {name: _plain(row[name]) for name in wanted}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return "/".join(str(_plain(part)) for part in value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool | int | float | list | dict) or value is None:
        return value
    return str(value)


def packed_copy(ctx: Ctx, person: Person, locale: str) -> bytes:
    """The ZIP: `data.json` and `data.html`."""
    from core.privacy.register import activities

    told = collect(ctx, person)
    before = active_locale()
    set_locale(locale)
    try:
        sources = [one for one in activities() if {str(kind) for kind in one.data_classes} & set(told["data"])]
        page = _page(told, locale, sources, format_datetime(ctx.now, ctx.clock.zone, "long"))
    finally:
        set_locale(before)
    return _zipped({"data.json": json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True), "data.html": page})


def _page(told: dict[str, Any], locale: str, sources: list[Any], moment: str) -> str:
    """A page that stands for itself: it is read on the person's own machine, long after it left here."""
    house = Environment(loader=FileSystemLoader(Path(__file__).resolve().parent.parent / "templates"), autoescape=True)
    values = {"told": told, "labels": labels, "locale": locale, "direction": direction(locale), "activities": sources, "moment": moment}
    return house.get_template("core/privacy/copy.html").render(_=gettext, **values)


def _zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()
