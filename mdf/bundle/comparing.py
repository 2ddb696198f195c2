"""What the manifest says against what is there: file by file, and line by line where a file is made of lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .manifest import chain_of, line_hash, split_lines


@dataclass(frozen=True)
class Finding:
    """`item` is a file of the bundle or a part of its zip, `line` the first line concerned (from 1), 0 when it is not about lines."""

    item: str
    problem: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.item}{f' line {self.line}' if self.line else ''}: {self.problem}"


def compare(entries: Sequence[Mapping[str, Any]], files: Mapping[str, bytes], besides: frozenset[str]) -> Iterator[Finding]:
    """Findings in the order of the manifest. `besides` are files that the manifest does not list: itself and its signature."""
    listed = {str(entry["path"]): entry for entry in entries}
    there = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name not in besides}
    known = {str(entry["sha256"]): path for path, entry in listed.items()}
    for path, entry in listed.items():
        if path not in there:
            new_name = next((name for name, digest in there.items() if digest == entry["sha256"] and name not in listed), None)
            yield Finding(path, f"it is now called {new_name}" if new_name else "it is missing")
        elif there[path] != entry["sha256"]:
            yield _changed(path, entry, files[path], known.get(there[path]))
        elif (len(files[path]), chain_of(_hashes(entry))) != (entry["size"], entry.get("chain", chain_of([]))):
            yield Finding("manifest.json", f"what it says about {path} contradicts itself")
    for name in sorted(there.keys() - listed.keys()):
        yield Finding(name, "the manifest does not list it")


def _hashes(entry: Mapping[str, Any]) -> list[str]:
    return [str(one) for one in entry.get("lines", ())]


def _changed(path: str, entry: Mapping[str, Any], content: bytes, other: str | None) -> Finding:
    if other is not None:
        return Finding(path, f"it holds what belongs to {other}")
    if "lines" not in entry:
        return Finding(path, f"its content was changed ({len(content)} bytes, {entry['size']} were written)")
    return _changed_line(path, _hashes(entry), [line_hash(line) for line in split_lines(content)])


def _changed_line(path: str, written: list[str], found: list[str]) -> Finding:
    """Names the first line that is not as it was written, and what happened to it."""
    begin = 0
    while begin < min(len(written), len(found)) and written[begin] == found[begin]:
        begin += 1
    end = 0
    while end < min(len(written), len(found)) - begin and written[-1 - end] == found[-1 - end]:
        end += 1
    was, now = written[begin : len(written) - end], found[begin : len(found) - end]
    line = begin + 1
    if not was and not now:
        return Finding("manifest.json", f"the hashes of the lines of {path} are not those of its content")
    if not was:
        return Finding(path, "a line was inserted" if len(now) == 1 else f"{len(now)} lines were inserted", line)
    if not now:
        return Finding(path, "the line was deleted" if len(was) == 1 else f"{len(was)} lines were deleted", line)
    if sorted(was) == sorted(now):
        return Finding(path, f"lines {line} to {begin + len(was)} are in another order", line)
    if len(was) == len(now):
        return Finding(path, "the line was changed" if len(was) == 1 else f"lines {line} to {begin + len(was)} were changed", line)
    return Finding(path, f"{len(was)} lines were replaced by {len(now)} others", line)
