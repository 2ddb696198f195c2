"""What somebody with full access to the database would do to the audit log: guards off, then anything."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy import Engine, inspect, make_url, select, text
from sqlalchemy.orm import Session

from core.append_only import guards_of
from core.audit import AuditEntry, AuditLane
from core.audit.sealing import EMPTY, HEAD, START, head_told
from core.database import Database
from core.ids import new_id
from core.kv import KeyValue
from core.signing import SigningKey
from tests.engines.postgres import SERVER_USER

TABLES = ("core_audit", "core_audit_words", "core_audit_day", "core_audit_lane", "core_kv", "core_signing_key")
GUARDED = ("core_audit", "core_audit_words", "core_audit_day")
COLUMNS = [column.key for column in inspect(AuditEntry).columns]


@contextmanager
def guards_off(database: Database) -> Iterator[Session]:
    """One transaction in which no trigger stands in the way; they stand again afterwards."""
    sqlite = database.engine.dialect.name == "sqlite"
    dropped = [f"DROP TRIGGER {table}_no_{verb}" for table in GUARDED for verb in ("delete", "update")]
    off = dropped if sqlite else ["SET LOCAL session_replication_role = replica"]
    with _all_powerful(database) as engine, engine.begin() as connection:
        for statement in off:
            connection.execute(text(statement))
        with Session(connection, autoflush=False) as session:
            yield session
            session.flush()
        for statement in [made for table in GUARDED for made in guards_of(table, "sqlite")] if sqlite else ():
            connection.execute(text(statement))


@contextmanager
def _all_powerful(database: Database) -> Iterator[Engine]:
    """The hub's own user may not switch guards off; a thief of the whole server may."""
    if database.engine.dialect.name == "sqlite":
        yield database.engine
        return
    url = make_url(database.settings.database).set(username=SERVER_USER).render_as_string(hide_password=False)
    thief = Database(replace(database.settings, database_url=url), database.clock)
    try:
        yield thief.engine
    finally:
        thief.dispose()


def keep_copy(database: Database) -> None:
    with _all_powerful(database) as engine, engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(f"DROP TABLE IF EXISTS kept_{table}"))
            connection.execute(text(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}"))


def put_back(database: Database) -> None:
    with guards_off(database) as session:
        for table in TABLES:
            session.execute(text(f"DELETE FROM {table}"))
            session.execute(text(f"INSERT INTO {table} SELECT * FROM kept_{table}"))


def drop_copy(database: Database) -> None:
    with _all_powerful(database) as engine, engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(f"DROP TABLE IF EXISTS kept_{table}"))


def first_difference(database: Database) -> int | None:
    """The first number of the chain at which something else stands now: what `verify` has to name."""
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    with _all_powerful(database) as engine, engine.connect() as connection:
        then, now = (
            {row.seq: [str(value) for value in row] for row in connection.execute(text(f"SELECT {names} FROM {table} WHERE seq IS NOT NULL"))}
            for table in ("kept_core_audit", "core_audit")
        )
    return next((seq for seq in sorted({*then, *(seq for seq in now if isinstance(seq, int))}) if then.get(seq) != now.get(seq)), None)


@dataclass
class Forger:
    """One attack. Knows everything that lies in the database, the signing key included, and not the installation's secret."""

    session: Session
    chance: Random

    def chain(self) -> list[AuditEntry]:
        return list(self.session.scalars(select(AuditEntry).where(AuditEntry.seq.is_not(None)).order_by(AuditEntry.seq)))

    def waiting(self) -> list[AuditEntry]:
        return list(self.session.scalars(select(AuditEntry).where(AuditEntry.seq.is_(None)).order_by(AuditEntry.id)))

    def pick(self, entries: list[AuditEntry]) -> AuditEntry:
        return self.chance.choice(entries)

    def forged(self, like: AuditEntry) -> AuditEntry:
        """An entry that never was; its marks are copied, guessed or missing."""
        made = AuditEntry(**{name: getattr(like, name) for name in COLUMNS})
        made.id, made.reason, made.seq = new_id("aud"), "approved by nobody", None
        made.mark = self.chance.choice([like.mark, secrets.token_hex(32), None])
        if self.chance.random() < 0.5:
            made.lane, made.place = new_id("lan"), 1
            self.session.add(AuditLane(id=made.lane, written=1, mark=secrets.token_hex(32)))
        return made

    def rewrite(self, entries: list[AuditEntry]) -> None:
        """These, in this order, numbered and hashed as if they had always been the chain; the head as well."""
        for entry in entries:
            entry.seq = None
        self.session.flush()
        previous = START
        for seq, entry in enumerate(entries, 1):
            entry.seq = seq
            entry.hash = previous = entry.digest(previous)
        self.session.flush()
        self.head(len(entries), previous)

    def head(self, seq: int, last: str) -> None:
        """Signed with the hub's own stolen key, or with a key that is slipped in."""
        row = self.session.get_one(KeyValue, HEAD)
        key = self.session.scalars(select(SigningKey)).first() if self.chance.random() < 0.5 else self.own_key()
        assert key is not None
        signature = Ed25519PrivateKey.from_private_bytes(key.private).sign(head_told(seq, last))
        told = f"{key.id}.{urlsafe_b64encode(signature).decode().rstrip('=')}"
        trusted = self.chance.choice([row.value["trusted"], seq])
        row.value = {**row.value, "seq": seq, "hash": last, "signature": told, "trusted": trusted}

    def own_key(self) -> SigningKey:
        private, template = Ed25519PrivateKey.generate(), self.session.scalars(select(SigningKey)).first()
        assert template is not None
        key = SigningKey(
            id=new_id("key"),
            private=private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()),
            public=private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
            created_at=template.created_at,
        )
        self.session.add(key)
        return key


def change(forger: Forger) -> None:
    """Any column of any entry, sealed or waiting."""
    entry, column = forger.pick(forger.chain() + forger.waiting()), forger.chance.choice(COLUMNS)
    setattr(entry, column, _another(entry, column, forger.chance))


def _another(entry: AuditEntry, column: str, chance: Random) -> Any:
    value = getattr(entry, column)
    fresh = {"id": new_id("aud"), "lane": new_id("lan"), "at": entry.at + timedelta(microseconds=1), "seq": 100_000, "place": (entry.place or 0) + 1}
    if column in fresh:
        return fresh[column]
    if column in ("before", "after"):
        return chance.choice([{**(value or {}), "amount": chance.randrange(10**9)}, None if value else {}])
    if column in ("hash", "mark", "seal"):
        return secrets.token_hex(32)
    return chance.choice([(value or "") + "x", "", "x"]) if value != "x" else "y"


def change_and_rehash(forger: Forger) -> None:
    entries = forger.chain()
    entry = forger.pick(entries)
    entry.actor_name, entry.after = "Nobody", {"amount_minor": 1}
    forger.rewrite(entries)


def delete(forger: Forger) -> None:
    forger.session.delete(forger.pick(forger.chain()))


def delete_and_rehash(forger: Forger) -> None:
    entries = forger.chain()
    gone = forger.pick(entries)
    forger.session.delete(gone)
    forger.session.flush()
    forger.rewrite([entry for entry in entries if entry is not gone])


def insert_and_rehash(forger: Forger) -> None:
    entries = forger.chain()
    made = forger.forged(forger.pick(entries))
    forger.session.add(made)
    entries.insert(forger.chance.randrange(len(entries) + 1), made)
    forger.rewrite(entries)


def insert_at_the_end(forger: Forger) -> None:
    """With a number and a hash that follow, and the head left alone."""
    last = forger.chain()[-1]
    made = forger.forged(last)
    made.seq = (last.seq or 0) + 1
    made.hash = made.digest(str(last.hash))
    forger.session.add(made)


def insert_waiting(forger: Forger) -> str:
    """No guard stands in the way of this one: the sealer would have made it true."""
    made = forger.forged(forger.pick(forger.chain()))
    made.hash = made.seal = None
    forger.session.add(made)
    return str(made.id)


def insert_stray(forger: Forger) -> str:
    """Neither sealed nor waiting, yet part of a thing's history."""
    made = forger.forged(forger.pick(forger.chain()))
    forger.session.add(made)
    return str(made.id)


def swap(forger: Forger) -> None:
    one, other = forger.chance.sample(forger.chain(), 2)
    one_seq, other_seq = one.seq, other.seq
    one.seq = None
    forger.session.flush()
    other.seq = one_seq
    forger.session.flush()
    one.seq = other_seq


def swap_and_rehash(forger: Forger) -> None:
    entries = forger.chain()
    one, other = forger.chance.sample(range(len(entries)), 2)
    entries[one], entries[other] = entries[other], entries[one]
    forger.rewrite(entries)


def reverse_a_stretch(forger: Forger) -> None:
    entries = forger.chain()
    first = forger.chance.randrange(len(entries) - 2)
    last = forger.chance.randrange(first + 2, len(entries) + 1)
    forger.rewrite(entries[:first] + entries[first:last][::-1] + entries[last:])


def cut_tail(forger: Forger) -> None:
    entries = forger.chain()
    for entry in entries[-forger.chance.randrange(1, len(entries)) :]:
        forger.session.delete(entry)


def cut_tail_and_head(forger: Forger) -> None:
    """Everything that waits goes as well, and each writer's count is turned down to what is left."""
    entries = forger.chain()
    keep = forger.chance.randrange(0, len(entries))
    for entry in entries[keep:] + forger.waiting():
        forger.session.delete(entry)
    forger.session.flush()
    if keep:
        forger.head(keep, str(entries[keep - 1].hash))
    else:
        forger.session.get_one(KeyValue, HEAD).value = dict(EMPTY)
    for lane in forger.session.scalars(select(AuditLane)):
        lane.written = max((entry.place or 0 for entry in entries[:keep] if entry.lane == lane.id), default=0)


def rewrite_everything(forger: Forger) -> None:
    """A whole chain of forged entries with a head of its own."""
    entries = forger.chain()
    for entry in entries:
        entry.actor_name, entry.reason = "Somebody else", "always was like this"
        entry.mark, entry.seal = forger.chance.choice([entry.mark, secrets.token_hex(32)]), secrets.token_hex(32)
    forger.rewrite(entries)


def unseal_everything(forger: Forger) -> str:
    """Hands a changed chain to the sealer, as if nothing had been sealed yet."""
    for entry in forger.chain():
        entry.seq = entry.hash = entry.seal = None
    forger.session.flush()
    changed = forger.pick(forger.waiting())
    changed.reason = "approved by nobody"
    forger.session.get_one(KeyValue, HEAD).value = dict(EMPTY)
    return str(changed.id)


def delete_waiting(forger: Forger) -> str:
    entries = forger.waiting()
    for entry in forger.chance.sample(entries, forger.chance.randrange(1, len(entries) + 1)):
        forger.session.delete(entry)
    return "is missing"


def delete_waiting_and_count(forger: Forger) -> str:
    """The last ones of a writer, with its count turned down."""
    gone = max(forger.waiting(), key=lambda entry: entry.place or 0)
    forger.session.delete(gone)
    lane = forger.session.get_one(AuditLane, gone.lane)
    lane.written -= 1
    return str(lane.id)


def lose_the_head(forger: Forger) -> None:
    forger.session.delete(forger.session.get_one(KeyValue, HEAD))


#: What an attack returns must stand in the finding, for what has no number in the chain.
ATTACKS: tuple[Callable[[Forger], str | None], ...] = (
    change,
    change_and_rehash,
    delete,
    delete_and_rehash,
    insert_and_rehash,
    insert_at_the_end,
    insert_waiting,
    insert_stray,
    swap,
    swap_and_rehash,
    reverse_a_stretch,
    cut_tail,
    cut_tail_and_head,
    rewrite_everything,
    unseal_everything,
    delete_waiting,
    delete_waiting_and_count,
    lose_the_head,
)
