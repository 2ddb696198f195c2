"""What stands behind `core_search_document` in the database: an FTS5 index on SQLite, a GIN index on PostgreSQL.

Both are derived from the rows by the database itself, in the same transaction, so neither can disagree with them.
"""

from __future__ import annotations

from typing import Any

TABLE, FTS = "core_search_document", "core_search_fts"
GIN = "ix_core_search_document_terms"
#: The very expression of the GIN index; a question that says it otherwise would not use it.
VECTOR = f"array_to_tsvector(string_to_array(btrim({TABLE}.title_terms || ' ' || {TABLE}.body_terms), ' '))"
TITLE_VECTOR = f"array_to_tsvector(string_to_array(btrim({TABLE}.title_terms), ' '))"

_COLUMNS = "title_terms, body_terms"
# The terms are folded already (folding.py): the tokenizer only has to keep them whole, marks of Indic scripts included.
_TOKENIZE = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"


def statements(dialect: str) -> list[str]:
    """DDL after the table is created."""
    if dialect != "sqlite":
        return [f"CREATE INDEX {GIN} ON {TABLE} USING gin (({VECTOR.replace(TABLE + '.', '')}))"]
    leave = f"INSERT INTO {FTS}({FTS}, rowid, {_COLUMNS}) VALUES ('delete', old.number, old.title_terms, old.body_terms);"  # noqa: S608 - our own names
    enter = f"INSERT INTO {FTS}(rowid, {_COLUMNS}) VALUES (new.number, new.title_terms, new.body_terms);"  # noqa: S608 - our own names
    return [
        f"DROP TABLE IF EXISTS {FTS}",
        f"CREATE VIRTUAL TABLE {FTS} USING fts5({_COLUMNS}, content='{TABLE}', content_rowid='number', prefix='2 3', tokenize=\"{_TOKENIZE}\")",
        f"CREATE TRIGGER {TABLE}_enters AFTER INSERT ON {TABLE} BEGIN {enter} END",
        f"CREATE TRIGGER {TABLE}_leaves AFTER DELETE ON {TABLE} BEGIN {leave} END",
        f"CREATE TRIGGER {TABLE}_changes AFTER UPDATE OF {_COLUMNS} ON {TABLE} BEGIN {leave} {enter} END",
    ]


def includes(name: str | None, kind: str, parents: Any) -> bool:
    """For migrations: what the models describe, without what SQLite keeps behind a virtual table and indexes on expressions."""
    return name is None or not ((kind == "table" and name.startswith(FTS)) or (kind == "index" and name == GIN))
