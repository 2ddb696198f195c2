"""What the database itself refuses, whoever writes: entries that do not follow from the one before (law L4), and late evidence items.

An entry follows when its number is the next of its budget, its balances are those of the last entry moved by its kind and amount,
its currency is the budget's, and no request takes out more than was committed for it. PostgreSQL also locks the budget's row, so
that two writers that never met in our code still stand in line; SQLite has one writer at a time anyway.
"""

from __future__ import annotations

_TABLE = "mdf_ledger_entry"
_KINDS = "'allocate', 'commit', 'approve_claim', 'pay', 'release'"
#: By how much an entry moves each balance, in terms of NEW.
_MOVES = {
    "allocated_minor": "CASE NEW.kind WHEN 'allocate' THEN NEW.amount_minor ELSE 0 END",
    "available_minor": "CASE NEW.kind WHEN 'allocate' THEN NEW.amount_minor WHEN 'commit' THEN -NEW.amount_minor "
    "WHEN 'release' THEN NEW.amount_minor ELSE 0 END",
    "committed_minor": "CASE NEW.kind WHEN 'commit' THEN NEW.amount_minor WHEN 'pay' THEN -NEW.amount_minor "
    "WHEN 'release' THEN -NEW.amount_minor ELSE 0 END",
    "accrued_minor": "CASE NEW.kind WHEN 'approve_claim' THEN NEW.amount_minor WHEN 'pay' THEN -NEW.amount_minor ELSE 0 END",
    "paid_minor": "CASE NEW.kind WHEN 'pay' THEN NEW.amount_minor ELSE 0 END",
}
#: What is still committed for the entry's request, and what of it is accrued, before the entry.
_HELD = f"SELECT SUM(CASE kind WHEN 'commit' THEN amount_minor WHEN 'pay' THEN -amount_minor WHEN 'release' THEN -amount_minor ELSE 0 END) FROM {_TABLE} WHERE request_id = NEW.request_id"  # noqa: S608
_ACCRUED = f"SELECT SUM(CASE kind WHEN 'approve_claim' THEN amount_minor WHEN 'pay' THEN -amount_minor ELSE 0 END) FROM {_TABLE} WHERE request_id = NEW.request_id"  # noqa: S608


def follows(dialect: str) -> list[str]:
    """DDL of the guard for one engine."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def _sqlite() -> list[str]:
    last = f"(SELECT {{}} FROM {_TABLE} WHERE budget_id = NEW.budget_id ORDER BY seq DESC LIMIT 1)"  # noqa: S608
    checks = [
        # INSERT OR REPLACE would delete the old row without asking the trigger that forbids deletion.
        ("an entry is never replaced", f"EXISTS (SELECT 1 FROM {_TABLE} WHERE id = NEW.id)"),  # noqa: S608
        ("unknown kind", f"NEW.kind NOT IN ({_KINDS})"),
        ("amounts are whole minor units", "typeof(NEW.amount_minor) <> 'integer'"),
        ("seq does not follow", f"NEW.seq <> COALESCE({last.format('seq')}, 0) + 1"),
        ("not the currency of the budget", "NEW.currency <> (SELECT currency FROM mdf_budget WHERE id = NEW.budget_id)"),
        ("only an allocation has no request", "(NEW.kind = 'allocate') <> (NEW.request_id IS NULL)"),
        *((f"{column} does not follow", f"NEW.{column} <> COALESCE({last.format(column)}, 0) + ({move})") for column, move in _MOVES.items()),
        ("more than is committed for the request", f"NEW.kind IN ('approve_claim', 'pay', 'release') AND NEW.amount_minor > {_room()}"),
    ]
    body = " ".join(f"SELECT RAISE(ABORT, 'ledger: {words}') WHERE {condition};" for words, condition in checks)
    return [f"CREATE TRIGGER {_TABLE}_follows BEFORE INSERT ON {_TABLE} BEGIN {body} END"]


def _room() -> str:
    """What an entry of this kind may at most move for its request."""
    held, accrued = f"COALESCE(({_HELD}), 0)", f"COALESCE(({_ACCRUED}), 0)"
    return f"CASE NEW.kind WHEN 'pay' THEN {accrued} ELSE {held} - {accrued} END"


def _postgresql() -> list[str]:
    checks = [
        ("unknown kind", f"NEW.kind NOT IN ({_KINDS})"),
        ("seq does not follow", "NEW.seq <> COALESCE(prior.seq, 0) + 1"),
        ("not the currency of the budget", "NEW.currency <> own_currency"),
        ("only an allocation has no request", "(NEW.kind = 'allocate') <> (NEW.request_id IS NULL)"),
        *((f"{column} does not follow", f"NEW.{column} <> COALESCE(prior.{column}, 0) + ({move})") for column, move in _MOVES.items()),
        ("more than is committed for the request", f"NEW.kind IN ('approve_claim', 'pay', 'release') AND NEW.amount_minor > {_room()}"),
    ]
    # In brackets: the IF of plpgsql ends at the first THEN outside of them, even at one of a CASE.
    body = " ".join(f"IF ({condition}) THEN RAISE EXCEPTION 'ledger: {words}'; END IF;" for words, condition in checks)
    read = [
        "SELECT currency INTO own_currency FROM mdf_budget WHERE id = NEW.budget_id FOR UPDATE;",
        f"SELECT * INTO prior FROM {_TABLE} WHERE budget_id = NEW.budget_id ORDER BY seq DESC LIMIT 1;",  # noqa: S608
    ]
    told = f"DECLARE prior {_TABLE}; own_currency text; BEGIN {' '.join(read)} {body} RETURN NEW; END"
    return [
        f"CREATE OR REPLACE FUNCTION mdf_ledger_follows() RETURNS trigger LANGUAGE plpgsql AS $$ {told} $$",
        f"CREATE TRIGGER {_TABLE}_follows BEFORE INSERT ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION mdf_ledger_follows()",
    ]


def frozen_list(dialect: str) -> list[str]:
    """DDL of the guard of the evidence list: written in one moment, nothing is added later and nothing replaced (N-22)."""
    table = "mdf_evidence_item"
    later = f"EXISTS (SELECT 1 FROM {table} WHERE request_id = NEW.request_id AND created_at <> NEW.created_at)"  # noqa: S608
    if dialect == "sqlite":
        # INSERT OR REPLACE, as above.
        there = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR (request_id = NEW.request_id AND position = NEW.position))"  # noqa: S608
        refuse = f"SELECT RAISE(ABORT, 'the evidence list is fixed') WHERE {later} OR {there};"
        return [f"CREATE TRIGGER {table}_frozen BEFORE INSERT ON {table} BEGIN {refuse} END"]
    told = f"BEGIN IF ({later}) THEN RAISE EXCEPTION 'the evidence list is fixed'; END IF; RETURN NEW; END"
    return [
        f"CREATE OR REPLACE FUNCTION mdf_evidence_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ {told} $$",
        f"CREATE TRIGGER {table}_frozen BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION mdf_evidence_frozen()",
    ]
