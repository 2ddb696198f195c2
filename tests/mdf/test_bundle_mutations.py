"""One change, anywhere, of any kind: found, and the item that was changed is the one that is named first.

150 seeded mutations by default, 1,000 with CHANNELPRESS_FULL=1.
"""

from __future__ import annotations

import json
import os
import random
import struct
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from mdf.bundle import read_zip, verify, write_zip
from mdf.bundle.container import parts_of
from mdf.bundle.manifest import MANIFEST, SIGNATURE, canonical, is_text, split_lines
from tests.mdf.bundles import KEYS, sample_bundle

SEED = 20260302
FULL = bool(os.environ.get("CHANNELPRESS_FULL"))
NUMBER = 1000 if FULL else 150
WHOLE = sample_bundle()
FILES = dict(read_zip(WHOLE)[0].files)
PARTS = parts_of(FILES)
TEXTS = sorted(name for name in FILES if is_text(name) and name != MANIFEST)
#: (changed bundle, the items of which one must be named, line or 0)
Mutation = tuple[bytes, set[str], int]


def _part(at: int) -> str:
    return next(part.item for part in PARTS if part.begin <= at < part.end)


def _around(*places: int) -> set[str]:
    """A zip header that lost its shape also costs the file behind it: either name leads there."""
    parts = {_part(at) for at in places}
    return parts | {part.rpartition(" ")[2] for part in parts if part.startswith("zip header")}


def byte_flip(chance: random.Random) -> Mutation:
    at = chance.randrange(len(WHOLE))
    changed = bytearray(WHOLE)
    changed[at] ^= chance.randrange(1, 256)
    return bytes(changed), {_part(at)}, 0


def header_flip(chance: random.Random) -> Mutation:
    """Only bytes that belong to the zip itself: dates, attributes, offsets, check sums."""
    part = chance.choice([part for part in PARTS if part.item.startswith("zip ")])
    at = chance.randrange(part.begin, part.end)
    changed = bytearray(WHOLE)
    changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed), {part.item}, 0


def byte_insert(chance: random.Random) -> Mutation:
    at = chance.randrange(1, len(WHOLE) - 22)
    return WHOLE[:at] + chance.randbytes(1) + WHOLE[at:], _around(at, at - 1), 0


def byte_delete(chance: random.Random) -> Mutation:
    at = chance.randrange(len(WHOLE) - 22)
    return WHOLE[:at] + WHOLE[at + 1 :], _around(at), 0


def cut_off(chance: random.Random) -> Mutation:
    at = chance.randrange(30, len(WHOLE))
    return WHOLE[:at], {MANIFEST, SIGNATURE, *FILES, *(part.item for part in PARTS)}, 0


def trailing(chance: random.Random) -> Mutation:
    return WHOLE + chance.randbytes(chance.randrange(1, 60)), {"bundle"}, 0


def in_front(chance: random.Random) -> Mutation:
    return chance.randbytes(chance.randrange(1, 60)) + WHOLE, {"bundle"}, 0


def comment(chance: random.Random) -> Mutation:
    words = chance.randbytes(chance.randrange(1, 40))
    return WHOLE[:-2] + struct.pack("<H", len(words)) + words, {"zip end record"}, 0


def zip_order(chance: random.Random) -> Mutation:
    """Two files change places; directory and end follow, as another program would write it."""
    names = sorted(FILES)
    at = chance.randrange(len(names) - 1)
    other = chance.randrange(at + 1, len(names))
    pieces = {part.item: WHOLE[part.begin : part.end] for part in PARTS}
    swapped = list(names)
    swapped[at], swapped[other] = swapped[other], swapped[at]
    body, tail = b"", b""
    for name in swapped:
        entry = bytearray(pieces[f"zip directory entry of {name}"])
        entry[42:46] = struct.pack("<I", len(body))
        body, tail = body + pieces[f"zip header of {name}"] + pieces[name], tail + bytes(entry)
    return body + tail + pieces["zip end record"], {f"zip header of {names[at]}"}, 0


def _with_lines(name: str, lines: list[bytes]) -> bytes:
    return write_zip({**FILES, name: b"".join(lines)})


def line_change(chance: random.Random) -> Mutation:
    name = chance.choice(TEXTS)
    lines = split_lines(FILES[name])
    at = chance.randrange(len(lines))
    position = chance.randrange(len(lines[at]))
    lines[at] = lines[at][:position] + bytes([lines[at][position] ^ 1]) + lines[at][position + 1 :]
    return _with_lines(name, lines), {name}, at + 1 if b"\n" in lines[at] else 0


def line_delete(chance: random.Random) -> Mutation:
    name = chance.choice(TEXTS)
    lines = split_lines(FILES[name])
    at = chance.randrange(len(lines))
    gone = lines.pop(at)
    return _with_lines(name, lines), {name}, 0 if gone in lines else at + 1


def line_insert(chance: random.Random) -> Mutation:
    name = chance.choice(TEXTS)
    lines = split_lines(FILES[name])
    at = chance.randrange(len(lines) + 1)
    lines.insert(at, b"a line more %d\n" % chance.randrange(10**6))
    return _with_lines(name, lines), {name}, at + 1


def line_double(chance: random.Random) -> Mutation:
    name = chance.choice(TEXTS)
    lines = split_lines(FILES[name])
    at = chance.randrange(len(lines))
    lines.insert(at, lines[at])
    return _with_lines(name, lines), {name}, 0


def line_swap(chance: random.Random) -> Mutation:
    name = chance.choice([one for one in TEXTS if len(set(split_lines(FILES[one]))) > 1])
    lines = split_lines(FILES[name])
    while True:
        one, other = sorted(chance.sample(range(len(lines)), 2))
        if lines[one] != lines[other]:
            break
    lines[one], lines[other] = lines[other], lines[one]
    return _with_lines(name, lines), {name}, one + 1


def file_delete(chance: random.Random) -> Mutation:
    name = chance.choice(sorted(FILES))
    return write_zip({one: content for one, content in FILES.items() if one != name}), {name}, 0


def file_add(chance: random.Random) -> Mutation:
    name = f"uploads/more-{chance.randrange(1000)}.pdf"
    return write_zip({**FILES, name: chance.randbytes(50)}), {name}, 0


def file_rename(chance: random.Random) -> Mutation:
    name = chance.choice(sorted(FILES))
    files = dict(FILES)
    files[f"{name}x"] = files.pop(name)
    return write_zip(files), {name}, 0


def file_swap(chance: random.Random) -> Mutation:
    one, other = chance.sample(sorted(FILES.keys() - {MANIFEST, SIGNATURE}), 2)
    return write_zip({**FILES, one: FILES[other], other: FILES[one]}), {one, other}, 0


def file_replace(chance: random.Random) -> Mutation:
    """Other content, every check sum of the zip put right: what somebody with a zip program does."""
    name = chance.choice(sorted(FILES))
    return write_zip({**FILES, name: chance.randbytes(len(FILES[name]))}), {name}, 0


def manifest_edit(chance: random.Random) -> Mutation:
    told = json.loads(FILES[MANIFEST])
    entry: dict[str, Any] = chance.choice(told["files"])
    edits: list[Callable[[], Any]] = [
        lambda: told.update(made_at="2026-01-01T00:00:00+00:00"),
        lambda: told.update(claim="clm_00000000000000000000000000"),
        lambda: told.update(number=2),
        lambda: told["facts"].update(partner="Brightwater"),
        lambda: told["files"].remove(entry),
        lambda: told["files"].reverse(),
        lambda: entry.update(sha256="0" * 64),
        lambda: entry.update(size=entry["size"] + 1),
        lambda: entry.update(about="Something else"),
        lambda: entry.update(path=f"{entry['path']}x"),
        lambda: entry.update(chain="0" * 64),
        lambda: entry.update(lines=["0" * 32]),
        lambda: told.update(extra=1),
    ]
    chance.choice(edits)()
    return write_zip({**FILES, MANIFEST: canonical(told)}), {MANIFEST}, 0


def signature_edit(chance: random.Random) -> Mutation:
    told = json.loads(FILES[SIGNATURE])
    key = chance.choice(sorted(told))
    at = chance.randrange(len(told[key]))
    letter = chance.choice([one for one in "abcdefgh0123456789" if one != told[key][at]])
    told[key] = told[key][:at] + letter + told[key][at + 1 :]
    return write_zip({**FILES, SIGNATURE: canonical(told)}), {SIGNATURE}, 0


def same_meaning(chance: random.Random) -> Mutation:
    """JSON that says the same in other bytes."""
    name = chance.choice([one for one in FILES if one.endswith(".json") or one == SIGNATURE])
    told = json.loads(FILES[name])
    return write_zip({**FILES, name: json.dumps(told, indent=chance.choice([None, 2, 4])).encode()}), {name}, 0


KINDS: tuple[Callable[[random.Random], Mutation], ...] = (
    *(byte_flip, header_flip, byte_insert, byte_delete, cut_off, trailing, in_front, comment, zip_order),
    *(line_change, line_delete, line_insert, line_double, line_swap),
    *(file_delete, file_add, file_rename, file_swap, file_replace, manifest_edit, signature_edit, same_meaning),
)


def test_the_bundle_holds_before_it_is_touched() -> None:
    assert verify(WHOLE, KEYS).holds


@pytest.mark.parametrize("trusted", [True, False], ids=["with-the-key", "without-a-key"])
def test_every_single_mutation_is_found_and_named(trusted: bool, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)
    done: Counter[str] = Counter()
    wrong = []
    for number in range(NUMBER):
        kind = KINDS[number % len(KINDS)] if number % 3 else byte_flip
        changed, expected, line = kind(chance)
        assert changed != WHOLE, kind.__name__
        first = verify(changed, KEYS if trusted else None).first
        done[kind.__name__] += 1
        if first is None or first.item not in expected or (line and first.line != line):
            wrong.append(f"{number} {kind.__name__}: {first} instead of {sorted(expected)} {line or ''}")
    with capsys.disabled():
        print(f"\n{sum(done.values())} mutations, seed {SEED}: " + ", ".join(f"{kind} {number}" for kind, number in sorted(done.items())))
    assert not wrong, "\n".join(wrong)


def test_each_byte_of_the_zips_own_structure_matters() -> None:
    """Every byte that belongs to no file, one after the other; every seventh of them without CHANNELPRESS_FULL."""
    unseen = []
    for part in PARTS:
        if part.item.startswith("zip "):
            for at in range(part.begin, part.end, 1 if FULL or part is PARTS[-1] else 7):
                changed = bytearray(WHOLE)
                changed[at] ^= 0xFF
                first = verify(bytes(changed), KEYS).first
                if first is None or first.item != part.item:
                    unseen.append((at - part.begin, part.item, str(first)))
    assert unseen == []
