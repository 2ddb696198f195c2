"""Commands of site generators (Hugo shortcodes, Liquid) inside articles: carried out where we can, else removed.

Sample code keeps its `{{ }}` and `{% %}`: there they are what the author wants to show. Hugo's `{{< >}}` run even
inside code blocks, so they go everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

_QUOTED = r"\"[^\"]*\"|`[^`]*`|'[^'\n]*'"
_SHORTCODE = rf"\{{\{{(?P<edge>[<%])(?P<short>(?:{_QUOTED}|[^\"`'])*?|.*?)\s*(?:>|%)\}}\}}"
_PARTS = re.compile(
    "|".join(
        (
            r"(?P<fence>^[ \t>]*(?P<mark>`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t>]*(?P=mark)[`~]*[ \t]*$|\Z))",
            r"(?P<raw>\{%-?\s*raw\s*-?%\}(?P<rawtext>.*?)\{%-?\s*endraw\s*-?%\})",
            r"(?P<comment>\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}|\{\{/\*.*?\*/\}\})",
            r"(?P<highlight>\{%-?\s*highlight\s+(?P<lang>[\w+-]+)[^%]*%\}(?P<code>.*?)\{%-?\s*endhighlight\s*-?%\})",
            _SHORTCODE,
            r"(?P<tag>\{%.*?%\})",
            r"(?P<output>\{\{-?\s*(?P<name>[^{}]*?)\s*-?\}\})",
            r"(?P<span>(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n\n).)+?(?<!`)(?P=ticks)(?!`))",
            r"(?P<attributes>\{:[^}\n]*\}|(?<=[^\n{]){#[\w-]+\}[ \t]*$)",
        )
    ),
    re.DOTALL | re.MULTILINE,
)
_INSIDE_CODE = re.compile(rf"{_SHORTCODE}|\{{%-?\s*(?:end)?raw\s*-?%\}}", re.DOTALL)
_ATTRIBUTE = re.compile(rf"([\w-]+)\s*=\s*({_QUOTED}|[^\s\"'`]+)")
# In rendered HTML the brackets are entities, a back-quoted value has become <code>, an address is percent-encoded.
_SHORTCODE_IN_HTML = re.compile(r"\{\{\s*(?:<|&lt;|%).{0,2000}?(?:>|&gt;|%)\s*\}\}|%7B%7B.{0,2000}?%7D%7D", re.DOTALL)
_LIQUID_IN_HTML = re.compile(r"\{%.{0,2000}?%\}|\{\{[^{}<>]{0,300}\}\}", re.DOTALL)
_HEADING_ID = re.compile(r"\s*\{[#:][^{}<>\n]{1,200}\}(?=\s*</h[1-6]>)")
_CODE_IN_HTML = re.compile(r"(<pre\b.*?</pre>|<code\b.*?</code>)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Removed:
    """One command that was taken out: its line in the text (from 1), its name, and whether it was carried out."""

    line: int
    name: str
    done: bool


def without_template_code(text: str, values: Mapping[str, str]) -> tuple[str, list[Removed]]:
    """Markdown without commands. `values` are the article's own fields, for `param` and `page.` commands."""
    removed: list[Removed] = []

    def replace(match: re.Match[str]) -> str:
        line = text.count("\n", 0, match.start()) + 1
        return _replacement(match, values, lambda name, done: removed.append(Removed(line, name, done)))

    return _PARTS.sub(replace, text), removed


def _replacement(match: re.Match[str], values: Mapping[str, str], note: Callable[[str, bool], None]) -> str:
    kind = match.lastgroup
    whole = match[0]
    if match["fence"] is not None or match["span"] is not None:
        return _INSIDE_CODE.sub("", whole)
    if match["raw"] is not None:
        return match["rawtext"]
    if match["highlight"] is not None:
        return f"\n```{match['lang']}\n{match['code'].strip(chr(10))}\n```\n"
    if match["short"] is not None:
        return _shortcode(match["short"].strip(), values, note)
    if match["output"] is not None:
        name = match["name"].removeprefix("page.").removeprefix(".Params.").lower()
        note(match["name"][:40], name in values)
        return values.get(name, "")
    if match["tag"] is not None:
        note(whole.strip("{%- }").split(" ")[0][:40], False)
    return "" if kind else whole


def _shortcode(command: str, values: Mapping[str, str], note: Callable[[str, bool], None]) -> str:
    name, _space, rest = command.partition(" ")
    if name == "param":
        field = rest.strip().strip("\"'`").lower()
        note(f"param {field}"[:40], field in values)
        return values.get(field, "")
    if name == "figure":
        note(name, True)
        return _figure({key.lower(): value.strip("\"'`") for key, value in _ATTRIBUTE.findall(rest)})
    note(name[:40], name.startswith("/"))
    return ""


def _figure(given: Mapping[str, str]) -> str:
    """Hugo's figure as the HTML that Hugo makes of it."""
    caption = " ".join(given[part] for part in ("title", "caption", "attr") if given.get(part))
    alt = given.get("alt") or given.get("caption", "")
    if not given.get("src"):
        return ""
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f'\n\n<figure><img src="{escape(given["src"])}" alt="{escape(alt)}">{below}</figure>\n\n'


def html_without_template_code(html: str) -> tuple[str, list[Removed]]:
    """The same for HTML that somebody rendered without carrying the commands out."""
    removed: list[Removed] = []

    def replace(match: re.Match[str]) -> str:
        removed.append(Removed(match.string.count("\n", 0, match.start()) + 1, match[0][:40], False))
        return ""

    html = _SHORTCODE_IN_HTML.sub(replace, _HEADING_ID.sub("", html))
    pieces = _CODE_IN_HTML.split(html)  # every second one is code
    for index in range(0, len(pieces), 2):
        pieces[index] = _LIQUID_IN_HTML.sub(replace, pieces[index])
    return "".join(pieces), removed
