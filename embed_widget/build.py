"""Turns the readable source into the one file that host pages load.

The built file is committed, so that neither a newcomer nor a server needs a build step; a test fails when it no
longer equals its source. Order matters: the parts share one function scope and each may use the ones before it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import brotli
import rjsmin

STATIC = Path(__file__).parent / "static" / "embed_widget"
SOURCE = STATIC / "src"
SCRIPT = STATIC / "v1.js"
MANIFEST = STATIC / "manifest.json"
PARTS = ("hub.js", "count.js", "view.js", "draw.js", "widget.js")
BROTLI_LIMIT_BYTES = 3000


@dataclass(frozen=True)
class Built:
    """One built loader with what a webmaster may want to check."""

    script: bytes

    @property
    def integrity(self) -> str:
        """Value for the ``integrity`` attribute (Subresource Integrity, sha384)."""
        return "sha384-" + base64.b64encode(hashlib.sha384(self.script).digest()).decode("ascii")

    @property
    def brotli_bytes(self) -> int:
        return len(brotli.compress(self.script, quality=11))

    @property
    def manifest(self) -> bytes:
        facts = {"file": SCRIPT.name, "integrity": self.integrity, "bytes": len(self.script), "brotli_bytes": self.brotli_bytes}
        return (json.dumps(facts, indent=2) + "\n").encode("ascii")


def minify_css(text: str) -> str:
    """Removes comments and blanks that carry no meaning; leaves blanks around + and - (calc needs them)."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*([{};,>])\s*", r"\1", text)
    text = re.sub(r"(?<=[a-z]):\s+", ":", text)
    return text.replace(";}", "}").strip()


def build() -> Built:
    """Pure: reads the source folder, writes nothing."""
    style = minify_css((SOURCE / "widget.css").read_text("utf-8"))
    body = "\n".join((SOURCE / part).read_text("utf-8") for part in PARTS)
    body = body.replace('"@widget.css@"', json.dumps(style, ensure_ascii=True))
    # try: an old browser without constructed style sheets keeps the plain link, silently.
    return Built(str(rjsmin.jsmin("(()=>{try{\n" + body + "\n}catch{}})()")).encode("ascii"))


def main() -> int:
    built = build()
    if built.brotli_bytes > BROTLI_LIMIT_BYTES:
        sys.stderr.write(f"v1.js has {built.brotli_bytes} bytes in brotli, the limit is {BROTLI_LIMIT_BYTES}\n")
        return 1
    SCRIPT.write_bytes(built.script)
    MANIFEST.write_bytes(built.manifest)
    sys.stdout.write(f"v1.js: {len(built.script)} bytes, {built.brotli_bytes} in brotli, {built.integrity}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
