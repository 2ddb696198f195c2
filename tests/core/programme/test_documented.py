"""docs/programme.md tells every field as it is."""

from __future__ import annotations

from pathlib import Path

import jsonschema
from click.testing import CliRunner

from core.programme import packaged
from core.programme.checking import check_text
from core.programme.documenting import fields_as_markdown
from core.programme.printing import as_schema, as_yaml
from core.programme.sections import declared_sections
from hub.cli import main
from tests.house.building import ROOT


def test_the_documentation_has_all_fields_with_their_defaults() -> None:
    text = (ROOT / "docs" / "programme.md").read_text(encoding="utf-8")
    assert text.endswith(fields_as_markdown()), "run `channelpress programme fields` and put the tables at the end of docs/programme.md"


def test_the_schema_accepts_the_packaged_file_and_refuses_what_the_hub_refuses() -> None:
    schema = as_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    content = check_text(as_yaml(packaged())).content
    assert list(validator.iter_errors(content)) == []
    for wrong in ({"deals": {"protection_day": 1}}, {"deals": {"protection_days": 0}}, {"fonds": {}}, {"deals": {"protection_days": "90"}}):
        assert list(validator.iter_errors(wrong))


def test_every_section_has_a_title_of_its_own() -> None:
    from core.programme.words import section_title

    for name, _kind in declared_sections():
        assert section_title(name)


def test_the_commands_check_without_a_database(tmp_path: Path) -> None:
    file = tmp_path / "my.yaml"
    runner = CliRunner()
    file.write_text(runner.invoke(main, ["programme", "show", "--packaged"]).output, encoding="utf-8")
    assert runner.invoke(main, ["programme", "check", str(file)]).exit_code == 0
    file.write_text("deals:\n  protection_days: soon\n", encoding="utf-8")
    refused = runner.invoke(main, ["programme", "check", str(file)])
    assert refused.exit_code == 1 and "my.yaml:2: deals.protection_days:" in refused.output
