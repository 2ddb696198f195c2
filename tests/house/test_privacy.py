"""Nobody stores a person without saying so: every column is declared personal, or is not by a rule (A-79)."""

from __future__ import annotations

import pytest
from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, Text

from core.database import Base, TextEnum
from core.privacy.declaring import IMPERSONAL, PERSONAL, Way, declared_columns
from core.privacy.documenting import as_markdown
from core.privacy.looks import looks_personal
from core.privacy.register import undeclared_classes
from core.privacy.retaining import RULES
from core.privacy.terms import RetentionTerms
from deals.models import Registration
from hub.rooms import registry
from tests.house.building import ROOT

registry()
TABLES = sorted(name for name in Base.metadata.tables if not name.startswith("tests_"))
HOW = """
{table}.{column} looks as if it held personal data, and nobody has said what it holds.
Say it in <room>/privacy.py (kernel: core/privacy/kernel.py), for example
    declare_personal("{table}", {{"{column}": Way.EMPTY}}, DataClass.LEAD_CONTACT, subject_by=email("email"))   # whose it is, what erasure does
    declare_personal("{table}", ("{column}",), DataClass.FREE_TEXT)                                              # a text that may mention somebody
    declare_impersonal("{table}", ("{column}",), "why it is nobody's")
and make tests/hub/test_erasure.py fill it."""


@pytest.mark.parametrize("table", TABLES)
def test_every_column_that_looks_personal_is_declared(table: str) -> None:
    said = declared_columns(table)
    missing = [column.name for column in Base.metadata.tables[table].columns if column.name not in said and looks_personal(column)]
    assert not missing, "".join(HOW.format(table=table, column=column) for column in missing)


def test_declarations_name_columns_that_exist() -> None:
    for one in PERSONAL:
        columns = Base.metadata.tables[one.table].columns
        named = {*one.columns, *one.sets, *one.tells.values(), *one.exports, *(by.column for by in one.subject_by if by.column)}
        assert named <= set(columns.keys()), f"{one.table}: {sorted(named - set(columns.keys()))}"
        for by in one.subject_by:
            assert not by.parent or by.parent in Base.metadata.tables, f"{one.table}: {by.parent}"
    for table, said in IMPERSONAL.items():
        assert set(said) <= set(Base.metadata.tables[table].columns.keys()), table


def test_what_is_emptied_can_be_empty() -> None:
    for one in PERSONAL:
        for name, way in one.columns.items():
            column = Base.metadata.tables[one.table].columns[name]
            if way in (Way.PSEUDONYM, Way.ADDRESS):
                assert isinstance(column.type, String), f"{one.table}.{name}"
                assert (column.type.length or 99) >= 40, f"{one.table}.{name} is too short for a pseudonym"
            if way is Way.EMPTY and not column.nullable:
                assert isinstance(column.type, String | JSON), f"{one.table}.{name} cannot be emptied"


GUESSES = {"contact_name": String(200), "reply_to_email": Integer(), "message": Text(), "ip": Integer(), "address": Text(), "note": Text()}


@pytest.mark.parametrize("name", sorted(GUESSES))
def test_the_walker_sees_a_new_column(name: str) -> None:
    table = Table("tests_new", MetaData(), Column(name, GUESSES[name]))
    assert looks_personal(table.columns[name])


def test_the_walker_lets_states_and_numbers_pass() -> None:
    columns = Registration.__table__.columns
    assert isinstance(columns["status"].type, TextEnum)
    for name in ("status", "amount_minor", "created_at", "currency", "id", "lead_id"):
        assert not looks_personal(columns[name]), name


def test_every_class_of_data_is_explained_in_the_register() -> None:
    assert undeclared_classes() == set()


def test_the_docs_print_what_the_program_says() -> None:
    text = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert as_markdown() in text, "docs/privacy.md is stale: replace its end by the output of `channelpress privacy register`"


def test_retention_rules_name_times_of_the_programme_file() -> None:
    terms = {rule.term for rule in RULES.values()}
    assert terms == set(RetentionTerms.model_fields)
