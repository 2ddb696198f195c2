"""The drain's statements: plain SQL that SQLite and PostgreSQL both speak, executed for many rows at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, TextClause, bindparam, text

from core.bulk import insert_new
from engagement.drain.gathering import EventRow, Key
from engagement.models import RawId
from engagement.rules.visitors import estimate, merged

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def _statement(sql: str, *ids: str) -> TextClause:
    """`ids` are the parameters that hold the 16 raw bytes of an id."""
    typed: list[BindParameter[bytes]] = [bindparam(name, type_=RawId()) for name in ids]
    return text(sql).bindparams(*typed)


EVENT_COLUMNS = (
    *("id", "partner_id", "placement_id", "asset_id"),
    *("kind", "verdict", "locale", "received_ms", "day", "visitor", "rule", "page"),
)


def _counting(table: str, columns: dict[str, str]) -> TextClause:
    """Adds to the count of a key, or begins it. `columns` maps a column to its parameter."""
    names = [*columns, "day", "kind", "verdict", "count"]
    values = [*columns.values(), "day", "kind", "verdict", "count"]
    key = names[:-1]
    return _statement(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + value for value in values)})"  # noqa: S608
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET count = {table}.count + excluded.count",
        *(parameter for column, parameter in columns.items() if column.endswith("_id")),
    )


_PLACEMENT = _counting(
    "engagement_placement_day",
    {"partner_id": "partner", "placement_id": "placement", "asset_id": "asset", "locale": "locale"},
)
_PARTNER = _counting("engagement_partner_day", {"partner_id": "partner"})
_ASSET = _counting("engagement_asset_day", {"asset_id": "asset", "locale": "locale"})
_PROGRAMME = _counting("engagement_programme_day", {})
_REFUSED = text(
    "INSERT INTO engagement_refused_day (day, reason, count) VALUES (:day, :reason, :count)"
    " ON CONFLICT (day, reason) DO UPDATE SET count = engagement_refused_day.count + excluded.count"
)


def write_events(session: Session, rows: Sequence[EventRow]) -> None:
    """The raw events, straight to the driver: SQLAlchemy's own handling of parameters takes four times as long as the insert."""
    connection = session.connection()
    convert = RawId.for_driver(connection.dialect)
    told: Sequence[Sequence[Any]] = rows if convert is None else [(*map(convert, row[:4]), *row[4:]) for row in rows]
    insert_new(connection, "engagement_event", EVENT_COLUMNS, told)


def write_counts(session: Session, counts: Counter[Key]) -> None:
    """All four levels. The coarser ones add up the keys of the finest, not the events."""
    partners: Counter[tuple[bytes, str, str, str]] = Counter()
    assets: Counter[tuple[bytes, str, str, str, str]] = Counter()
    programme: Counter[tuple[str, str, str]] = Counter()
    finest = []
    for (partner, placement, asset, locale, day, kind, verdict), count in counts.items():
        when = {"day": day, "kind": kind, "verdict": verdict, "count": count}
        finest.append({"partner": partner, "placement": placement, "asset": asset, "locale": locale, **when})
        partners[partner, day, kind, verdict] += count
        assets[asset, locale, day, kind, verdict] += count
        programme[day, kind, verdict] += count
    _many(session, _PLACEMENT, finest)
    _many(session, _PARTNER, _rows(("partner", "day", "kind", "verdict"), partners))
    _many(session, _ASSET, _rows(("asset", "locale", "day", "kind", "verdict"), assets))
    _many(session, _PROGRAMME, _rows(("day", "kind", "verdict"), programme))


def _rows(names: tuple[str, ...], counts: Counter[Any]) -> list[dict[str, Any]]:
    return [dict(zip((*names, "count"), (*key, count), strict=True)) for key, count in counts.items()]


def _many(session: Session, statement: TextClause, rows: list[dict[str, Any]]) -> None:
    if rows:
        # In the order of the keys, so that two writers take the same locks in the same order.
        session.execute(statement, sorted(rows, key=lambda row: tuple(row.values())))


def write_refused(session: Session, refused: Counter[tuple[str, str]]) -> None:
    _many(session, _REFUSED, _rows(("day", "reason"), refused))


class _SketchTable:
    """Reads, merges and writes the visitor sketches of one level."""

    def __init__(self, table: str, id_columns: tuple[str, ...]) -> None:
        key = [*id_columns, "day"]
        where = " AND ".join(f"{name} = :{name}" for name in key)
        self._select = _statement(f"SELECT sketch FROM {table} WHERE {where}", *id_columns)  # noqa: S608
        names = [*key, "sketch", "estimate"]
        self._upsert = _statement(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"  # noqa: S608
            f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET sketch = excluded.sketch, estimate = excluded.estimate",
            *id_columns,
        )

    def add(self, session: Session, found: Iterable[tuple[dict[str, Any], set[bytes]]]) -> None:
        """`found` gives the key columns and the visitors seen."""
        rows = []
        for key, visitors in found:
            sketch = merged(session.execute(self._select, key).scalar() or b"", visitors)
            rows.append({**key, "sketch": sketch, "estimate": estimate(sketch)})
        _many(session, self._upsert, rows)


_PLACEMENT_VISITORS = _SketchTable("engagement_placement_visitors", ("partner_id", "placement_id"))
_PARTNER_VISITORS = _SketchTable("engagement_partner_visitors", ("partner_id",))
_PROGRAMME_VISITORS = _SketchTable("engagement_programme_visitors", ())


def write_visitors(session: Session, visitors: dict[tuple[bytes, bytes, str], set[bytes]]) -> None:
    """Three levels: distinct over a placement, a partner, everything. One is not the sum of the other."""
    partners: dict[tuple[bytes, str], set[bytes]] = defaultdict(set)
    programme: dict[str, set[bytes]] = defaultdict(set)
    for (partner, _placement, day), seen in visitors.items():
        partners[partner, day] |= seen
        programme[day] |= seen
    _PLACEMENT_VISITORS.add(
        session,
        (({"partner_id": who, "placement_id": where, "day": day}, seen) for (who, where, day), seen in visitors.items()),
    )
    _PARTNER_VISITORS.add(session, (({"partner_id": who, "day": day}, seen) for (who, day), seen in partners.items()))
    _PROGRAMME_VISITORS.add(session, (({"day": day}, seen) for day, seen in programme.items()))
