"""The two engines: the same question in the words of each. Nothing of a person's typing is ever part of an expression's syntax."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, column, literal, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from core.search.models import SearchDocument
from core.search.schema import FTS, TITLE_VECTOR, VECTOR

Question = Sequence[Sequence[str]]


def matches(dialect: str, question: Question, *, in_title: bool = False) -> ColumnElement[bool]:
    """Documents in which every group of the question has a word that begins like one of its alternatives."""
    if dialect == "sqlite":
        asked = _fts5(question)
        asked = f"{{title_terms}} : ({asked})" if in_title else asked
        rows: Select[Any] = select(column("rowid")).select_from(table(FTS)).where(literal_column(FTS).op("MATCH")(asked))
        return SearchDocument.number.in_(rows)
    vector: ColumnElement[str] = literal_column(TITLE_VECTOR if in_title else VECTOR)
    return vector.op("@@", return_type=Boolean())(literal(_tsquery(question)).cast(TSQUERY))


def _fts5(question: Question) -> str:
    """Each term a quoted string with a star; a quote inside is doubled (there is none in a folded term)."""
    return " AND ".join("(" + " OR ".join('"' + term.replace('"', '""') + '" *' for term in group) + ")" for group in question)


def _tsquery(question: Question) -> str:
    return " & ".join("(" + " | ".join(f"{_lexeme(term)}:*" for term in group) + ")" for group in question)


def _lexeme(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
