"""The generated part of docs/privacy.md: the register, the tables and the times, read from the running program."""

from __future__ import annotations

from core.i18n import use_locale
from core.privacy import labels
from core.privacy.activities import MEASURES, PLACE
from core.privacy.declaring import PERSONAL
from core.privacy.register import activities
from core.privacy.retaining import RULES
from core.privacy.terms import RetentionTerms


def as_markdown() -> str:
    """In English, like all docs."""
    with use_locale("en"):
        lines = ["## Register of processing", ""]
        for one in activities():
            data = ", ".join(labels.class_label(kind) for kind in one.data_classes)
            lines += [f"### {one.name}", "", "| | |", "| --- | --- |"]
            told = (("Purpose", one.purpose), ("Legal basis", one.basis), ("Persons", one.persons), ("Data", data))
            lines += [f"| {name} | {value} |" for name, value in (*told, ("Recipients", one.recipients), ("Kept", one.kept))]
            lines += [f"| Tables | {', '.join(f'`{table}`' for table in one.tables)} |", ""]
        lines += ["Protected by:", "", *(f"- {one}" for one in MEASURES), "", f"Place: {PLACE}", ""]
        lines += ["## Retention", "", "| rule | what | days unless the programme file says otherwise |", "| --- | --- | --- |"]
        for rule in sorted(RULES.values(), key=lambda one: one.name):
            lines.append(f"| `{rule.name}` | {rule.label} | {RetentionTerms.model_fields[rule.term].default} |")
        lines += ["", "## What erasure does, by table", "", "| table | columns | found by | what happens |", "| --- | --- | --- | --- |"]
        for part in sorted(PERSONAL, key=lambda one: (one.table, sorted(one.columns))):
            found = ", ".join(by.kind for by in part.subject_by)
            done = "the row is deleted" if part.deletes else ", ".join(sorted({str(way) for way in part.columns.values()}))
            lines.append(f"| `{part.table}` | {', '.join(f'`{name}`' for name in part.columns)} | {found} | {done} |")
    return "\n".join(lines) + "\n"
