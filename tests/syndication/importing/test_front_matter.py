"""The head of a file: both notations, and every way to write it wrong, with the line."""

from __future__ import annotations

from datetime import date

import pytest

from syndication.importing.frontmatter import split_head
from tests.syndication.importing.making import ENGLISH, codes, one, refusal

YAML = f"""---
title: "Meters: a guide"
description: >-
  How to read
  a meter
author: '[Ann Bell](https://ann.example) (Velorin), Bo *Lee*'
date: 2026-01-31
lang: no
tags: [energy, "", metering, energy]
type: white_paper
campaign: 2026-q1_dach_retrofit
image_alt: A meter
params:
  nested: ignored
---

{ENGLISH}
"""
TOML = f"""+++
title = "Meters: a guide"
summary = "How to read a meter"
author = "Ann Bell (Velorin), Bo Lee"
date = 2026-01-31T10:00:00+01:00
lang = "no"
tags = ["energy", "metering"]
type = "white_paper"
draft = false
[params]
nested = "ignored"
+++
{ENGLISH}
"""


@pytest.mark.parametrize("text", [YAML, TOML, YAML.replace("\n", "\r\n"), "\ufeff" + YAML])
def test_both_notations_say_the_same(text: str) -> None:
    item, _issues = one(text)
    assert item.title == "Meters: a guide"
    assert (item.summary, item.summary_derived) == ("How to read a meter", False)
    assert item.author == "Ann Bell (Velorin), Bo Lee"
    assert item.published_on == date(2026, 1, 31)
    assert item.locale == "no"  # Norwegian; YAML 1.1 would have made it a falsehood
    assert item.tags == ("energy", "metering")
    assert item.content_type == "white_paper"


def test_the_line_of_each_field_is_known() -> None:
    head, body = split_head(YAML)
    assert (head.line("title"), head.line("date"), head.line("campaign")) == (2, 7, 11)
    assert YAML.splitlines()[head.body_line + 1] == ENGLISH
    assert body.strip() == ENGLISH
    head, _body = split_head(TOML)
    assert (head.line("title"), head.line("date")) == (2, 5)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("---\ntitle: a: b\n---\nx", "front_matter", 2),
        ("---\ntitle: x\n\tdate: y\n---\nx", "front_matter", 3),
        ("---\ntitle: x\ntitle: y\n---\nx", "front_matter", 3),
        ("---\n- a\n- b\n---\nx", "front_matter", 2),
        ("---\ntitle: x\n\nno end", "front_matter", 1),
        ("+++\ntitle = x\n+++\nx", "front_matter", 2),
        ("+++\ntitle = 'x'\ndate = 2025-02-30\n+++\nx", "front_matter", 3),
        ("---\ntitle: x\ndate: 2025-02-30\n---\nx", "date_invalid", 3),
        ("---\ntitle: x\n\n\ndate: 2025-13-01\n---\nx", "date_invalid", 5),
        ("---\ntitle: x\ndate: yesterday\n---\nx", "date_invalid", 3),
        ("---\ntitle: x\ndate: 2025-01-02T25:61:00Z\n---\nx", "date_invalid", 3),
        ("---\ntitle: x\nlang: klingonish\n---\nx", "language_unknown", 3),
        ("---\ntitle: x\nlang: de-ZZ\n---\nx", "language_unknown", 3),
        ("---\ntitle: x\n---\n \n", "empty", 1),
        ("---\ntitle: " + "[" * 3000 + "\n---\nx", "front_matter", 2),
        ("---\ntitle: " + "x" * 70_000 + "\n---\nx", "front_matter", 1),
    ],
)
def test_a_wrong_head_names_the_line_and_the_fix(text: str, code: str, line: int) -> None:
    issue = refusal(text)
    assert (issue.code, issue.line) == (code, line)
    assert issue.message.endswith(".")
    if code == "date_invalid":
        assert "date" in issue.message
        assert "2026-01-31" in issue.message  # the example to follow


def test_a_thematic_break_is_no_head() -> None:
    item, _issues = one(f"---\n\n# Meters\n\n{ENGLISH}")
    assert item.title == "Meters"


def test_aliases_do_not_multiply() -> None:
    bomb = "---\na: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )
    item, _issues = one(f"{bomb}title: x\n---\n{ENGLISH}")
    assert item.title == "x"


DAYS = "2026-01-31|2026-01-31T23:30:00-05:00|2026-01-31 08:00:00 +0200|2026-01-31 08:00:00 UTC|2026/1/31|Sat, 31 Jan 2026 08:00:00 GMT"


@pytest.mark.parametrize("written", DAYS.split("|"))
def test_a_date_is_the_day_that_is_written(written: str) -> None:
    assert one(f"---\ntitle: x\ndate: {written}\n---\n{ENGLISH}")[0].published_on == date(2026, 1, 31)


def test_a_missing_date_stays_missing() -> None:
    item, issues = one(f"---\ntitle: x\n---\n{ENGLISH}")
    assert item.published_on is None
    assert "date_missing" in codes(issues)


def test_an_unknown_type_is_reported_and_replaced() -> None:
    item, issues = one(f"---\ntitle: x\ntype: poem\n---\n{ENGLISH}")
    assert item.content_type == "article"
    assert [(issue.line, issue.severity) for issue in issues if issue.code == "type_unknown"] == [(3, "warning")]
    assert one(f"---\ntitle: x\ntype: blog\n---\n{ENGLISH}")[0].content_type == "article"
    assert one(f"---\ntitle: x\ntype: Release-Note\n---\n{ENGLISH}")[0].content_type == "release_note"
