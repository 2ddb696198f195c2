"""What somebody with the whole database, and no secret, would do to the sealed days and to the words beside the chain."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from core.audit import AuditDay, AuditWords
from core.audit.days import leaf_of
from core.audit.sealing import HEAD
from core.kv import KeyValue
from core.merkle import root_of
from core.signing import SigningKey
from tests.core.tampering import Forger


def days(forger: Forger) -> list[AuditDay]:
    return list(forger.session.scalars(select(AuditDay).order_by(AuditDay.number)))


def sign_again(forger: Forger, record: AuditDay) -> None:
    """With the hub's own stolen key: only the seal is beyond the thief."""
    key = forger.session.scalars(select(SigningKey)).first()
    assert key is not None
    signature = Ed25519PrivateKey.from_private_bytes(key.private).sign(record.told())
    record.signature = f"{key.id}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


def change_a_day(forger: Forger) -> str:
    record = forger.chance.choice(days(forger))
    column = forger.chance.choice(["root", "previous", "signature", "seal", "entries", "first_seq", "day"])
    value = getattr(record, column)
    if isinstance(value, int):
        setattr(record, column, value + 1)
    elif isinstance(value, str):
        setattr(record, column, secrets.token_hex(32))
    else:
        record.day = value.replace(year=value.year - 1)
    return f"day {record.number}"


def delete_a_day(forger: Forger) -> str:
    record = forger.chance.choice(days(forger)[:-1])
    forger.session.delete(record)
    return f"the record of day {record.number} is missing"


def delete_a_day_and_its_entries(forger: Forger) -> str:
    record = forger.chance.choice(days(forger)[:-1])
    for entry in forger.chain():
        if record.first_seq <= (entry.seq or 0) <= record.last_seq:
            forger.session.delete(entry)
    forger.session.delete(record)
    return f"entry {record.first_seq} is missing"


def cut_the_last_days(forger: Forger) -> str:
    found = days(forger)
    keep = forger.chance.randrange(len(found))
    for record in found[keep:]:
        forger.session.delete(record)
    return f"{keep} days are sealed, the head says {len(found)}"


def cut_days_and_head(forger: Forger) -> str:
    """The head says so, too, signed with the stolen key."""
    cut_the_last_days(forger)
    forger.session.flush()
    row = forger.session.get_one(KeyValue, HEAD)
    left = days(forger)
    last = {"number": len(left), "last": left[-1].last_seq if left else 0, "root": left[-1].root if left else "0" * 64}
    row.value = {**row.value, "days": {**row.value["days"], **last}}
    return "its head was not signed by this hub"


def swap_two_days(forger: Forger) -> str:
    one, other = forger.chance.sample(days(forger), 2)
    first = min(one.number, other.number)
    names = ("day", "first_seq", "last_seq", "entries", "root", "previous", "signature", "seal")
    mine, theirs = [{name: getattr(record, name) for name in names} for record in (one, other)]
    for record, values in ((one, theirs), (other, mine)):
        for name, value in values.items():
            setattr(record, name, value)
    return f"day {first}"


def forge_a_day(forger: Forger) -> str:
    """Another story of a day, with the right root over it and the hub's own stolen signature."""
    record = forger.chance.choice(days(forger))
    entries = [entry for entry in forger.chain() if record.first_seq <= (entry.seq or 0) <= record.last_seq]
    record.root = root_of([leaf_of(str(entry.hash)) for entry in entries]).hex()
    record.day = record.day.replace(year=record.day.year - 1)
    sign_again(forger, record)
    return f"day {record.number}"


def add_a_day(forger: Forger) -> str:
    """A day more than there was."""
    last = days(forger)[-1]
    seq = forger.chain()[-1].seq or 0
    made = AuditDay(
        number=last.number + 1, day=last.day, first_seq=last.last_seq + 1, last_seq=seq, entries=seq - last.last_seq, previous=last.root,
        root=root_of([leaf_of(str(entry.hash)) for entry in forger.chain() if (entry.seq or 0) > last.last_seq]).hex(),
        signature="", seal=secrets.token_hex(32), sealed_at=last.sealed_at,
    )  # fmt: skip
    sign_again(forger, made)
    forger.session.add(made)
    return f"day {made.number}"


def _words(forger: Forger) -> AuditWords:
    return forger.chance.choice(list(forger.session.scalars(select(AuditWords).order_by(AuditWords.ref))))


def change_words(forger: Forger) -> str:
    row = _words(forger)
    row.words = "approved by nobody"
    return str(row.entry_id)


def delete_words(forger: Forger) -> str:
    row = _words(forger)
    forger.session.delete(row)
    return str(row.entry_id)


def pretend_erasure(forger: Forger) -> str:
    row = _words(forger)
    row.words, row.salt, row.mark = None, "", forger.chance.choice([secrets.token_hex(32), None])
    return str(row.entry_id)


DAY_ATTACKS: tuple[Callable[[Forger], str], ...] = (
    change_a_day,
    delete_a_day,
    delete_a_day_and_its_entries,
    cut_the_last_days,
    cut_days_and_head,
    swap_two_days,
    forge_a_day,
    add_a_day,
    change_words,
    delete_words,
    pretend_erasure,
)
