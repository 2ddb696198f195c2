"""The sealed days inside a bundle: signatures, hashes and the chain, and whether the claim's figures are their sums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .comparing import Finding
from .manifest import split_lines

#: What odd JSON can make of reading it: endless numbers and endless brackets among it.
_ODD = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
#: The same as in the house's engagement/rules/seals.py; a test compares the two.
STATEMENT_DOMAIN = b"channelpress.day-seal.v1\n"
STATEMENT_TYPE = "channelpress.day-seal"
FOLDER = "seals/"
Check = Callable[[bytes, str], bool]


class Sums:
    """Adds up what the seals say, by kind and by the reason why something did not count."""

    def __init__(self) -> None:
        self.seals = 0
        self.evidenced: dict[str, int] = {}
        self.invalid: dict[str, int] = {}

    def add(self, statement: Mapping[str, Any]) -> None:
        self.seals += 1
        for kind, number in statement["evidenced"].items():
            self.evidenced[kind] = self.evidenced.get(kind, 0) + int(number)
        for verdicts in statement["counts"].values():
            for verdict, number in verdicts.items():
                if verdict != "valid":
                    self.invalid[verdict] = self.invalid.get(verdict, 0) + int(number)


def check_seals(files: Mapping[str, bytes], holds: Check, sums: Sums) -> Iterator[Finding]:
    """Every line of every file of seals. `holds(message, signature)` knows the keys."""
    for path in sorted(files):
        if path.startswith(FOLDER):
            yield from _check_file(path, files[path], holds, sums)


def _check_file(path: str, content: bytes, holds: Check, sums: Sums) -> Iterator[Finding]:
    seq, previous = 0, ""
    for number, line in enumerate(split_lines(content), start=1):
        try:
            told = json.loads(line)
            statement = told["statement"]
            problem = _problem(told, statement, holds)
            if not problem and statement["seq"] == seq + 1 and seq and statement["previous"] != previous:
                problem = "it does not follow from the seal before it"
            if not problem:
                sums.add(statement)
            seq, previous = int(statement["seq"]), str(told["hash"])
        except _ODD:
            problem = "it is no sealed day"
        if problem:
            yield Finding(path, problem, number)


def _problem(told: Mapping[str, Any], statement: Mapping[str, Any], holds: Check) -> str:
    if statement["type"] != STATEMENT_TYPE:
        return "it is no sealed day"
    text = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    message = STATEMENT_DOMAIN + text.encode("ascii")
    if hashlib.sha256(message).hexdigest() != told["hash"]:
        return "its hash is not that of its statement"
    return "" if holds(message, str(told["signature"])) else "its signature does not hold"


def check_figures(files: Mapping[str, bytes], sums: Sums) -> Iterator[Finding]:
    """The claim says what its seals say: no more, no less."""
    try:
        results = json.loads(files["claim.json"])["results"]
        told = {name: {key: int(number) for key, number in results[name].items()} for name in ("evidenced", "invalid")}
    except _ODD:
        return
    for name, mine in (("evidenced", sums.evidenced), ("invalid", sums.invalid)):
        if told[name] != mine:
            yield Finding("claim.json", f"its {name} figures {told[name]} are not the sums of the sealed days {mine}")
