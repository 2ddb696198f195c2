"""The text at the front of a bundle, for somebody who has never heard of it. In English: bundles travel to auditors and tax offices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import wrap

_INTRODUCTION = """\
PROOF OF PERFORMANCE
====================

Claim     {claim}
Activity  {title}
Partner   {partner}
Days      {first_day} to {last_day}, both included

This bundle holds what was approved, what was measured, and what was uploaded
for this claim. It was written and signed by the vendor's publishing hub. It
can be checked without that hub, without a network, and years later.

HOW TO CHECK IT
---------------

    channelpress public-key > hub-key.pem      (once, from the vendor)
    channelpress verify bundle.zip --key hub-key.pem

The answer lists what was checked. If anything was changed, added, removed,
renamed or put in another order, it names the file, and the line where a file
is made of lines. Without --key the bundle is checked against the key inside
it: then you know that it is whole, but not who wrote it.

WHAT IT PROVES
--------------

- The files are those that the hub signed, byte for byte.
- The daily figures in seals/ were sealed and signed one by one, each naming
  the one before: no day was changed, exchanged or left out in between.
- The figures of the claim are the sums of those days.
- "evidenced" counts a visitor, an item and a day once, however often the
  visitor came back. What machines, foreign sites and previews caused is
  counted apart, by reason, under the other verdicts.

WHAT IT DOES NOT PROVE
----------------------

- That visitors were people who wanted to buy, or that a machine which calls
  itself a browser was one.
- What was on a page between two pictures.
- That uploaded files are true: it proves that they are the uploaded ones.
- The hub's own honesty on the day itself. A seal is made 48 hours after the
  day; from then on the day cannot be told differently.

WHAT IS IN IT
-------------

"""


def readme(facts: Mapping[str, str], claim: str, files: Iterable[tuple[str, str]]) -> bytes:
    """Lines of at most 80 characters where words allow it."""
    lines = [_INTRODUCTION.format(claim=claim, **{name: _plain(value) for name, value in facts.items()})]
    for path, about in sorted(files):
        lines.append(f"{path}\n")
        lines += [f"    {line}\n" for line in wrap(_plain(about), 74)]
    return "".join(lines).encode("utf-8")


def _plain(text: str) -> str:
    """One line, whatever somebody typed into a title."""
    return " ".join(str(text).split())
