"""A programme as text: YAML with the words of every field as comments, and the schema that an editor checks it against."""

from __future__ import annotations

import textwrap
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from core.i18n import gettext as _
from core.programme.checking import programme_file
from core.programme.sections import Programme
from core.programme.words import section_title, sections_in_order

_WIDTH = 110


def as_yaml(programme: Programme) -> str:
    """The whole file, in the reader's language; reading it gives the same programme."""
    lead = _comment(_("The programme: what the vendor promises its partners, and what it asks of them. What is left out has its packaged value."))
    parts = [_section(name, programme.sections[name]) for name in sections_in_order(programme)]
    return "\n".join([lead, *parts])


def _section(name: str, section: BaseModel) -> str:
    lines = ["", _comment(section_title(name)), f"{name}:"]
    content = section.model_dump(mode="json")
    for key, told in type(section).model_fields.items():
        lines.append(textwrap.indent(_comment(f"{told.title}: {told.description}"), "  "))
        lines.append(textwrap.indent(_dumped({key: content[key]}), "  ").rstrip())
    return "\n".join(lines) + "\n"


def _comment(words: str) -> str:
    return "\n".join(f"# {line}" for line in textwrap.wrap(words, _WIDTH))


class _Dumper(yaml.SafeDumper):
    """Lists are indented below their field, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


def _dumped(value: Any) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=False)


class _InWords(GenerateJsonSchema):
    """Our titles are lazy translations; a schema is made of texts."""

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        made = super().generate_inner(schema)
        for key in ("title", "description"):
            if key in made:
                made[key] = str(made[key])
        return made


def as_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of the file."""
    schema = programme_file().model_json_schema(schema_generator=_InWords)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Channelpress programme file"}
