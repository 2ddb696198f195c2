"""Names and addresses that could be read as somebody else's (Unicode TR 39, reduced to what people's names and mail addresses need).

Refused are characters nobody sees, scripts mixed inside one word, and an address that looks like one that is taken. The message names
the character, so that whoever pasted it can find it.
"""

from __future__ import annotations

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from core.errors import Invalid
from core.gates.characters import clean_text
from core.i18n import gettext as _

_LONGEST_ADDRESS = 254
#: Scripts that are written together; everything else in one word is a mixture.
_TOGETHER = ({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"}, {"CJK", "HANGUL"}, {"CJK", "BOPOMOFO"})
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "HEBREW", "ARABIC", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "CHEROKEE", "GEORGIAN")
#: Persian, Urdu and Indian names are spelled with joiners between two letters.
_JOINERS = re.compile("(?<=[\u0600-\u0dff])[\u200c\u200d](?=[\u0600-\u0dff])")
_WORDS = re.compile(r"[\s\-.'’@_+]+")
#: What looks like a Latin letter, and Latin pairs that look like one letter.
_LOOKS_LIKE = str.maketrans("аеорсухіјѕһԁԛԝӏкмтвнгαεορυνικτχ01|ıł", "aeopcyxijshdqwlkmtbhraeopuviktxollil")


def checked_name(text: str, field: str = "name", longest: int = 200) -> str:
    """A person's name as one line; raises Invalid that names the character."""
    problem = odd_character(_JOINERS.sub("", text)) or mixed_word(text)
    name = clean_text(text)
    if not name:
        problem = _("Enter a name.")
    elif len(name) > longest:
        problem = _("Use at most %(limit)s characters.", limit=longest)
    if problem:
        raise Invalid({field: problem})
    return name


def checked_email(text: str, field: str = "email") -> str:
    """The address in one spelling: trimmed, case-folded, domain in Unicode. Raises Invalid (RFC 5321, 6531, 5891)."""
    written = text.strip()
    problem = odd_character(written) or mixed_word(written)
    if problem:
        raise Invalid({field: problem})
    try:
        found = validate_email(written, check_deliverability=False, test_environment=True, globally_deliverable=False)
    except EmailNotValidError:
        raise Invalid({field: _("Enter an e-mail address such as name@company.example.")}) from None
    address = found.normalized.casefold()
    if len(address) > _LONGEST_ADDRESS or "." not in address.rpartition("@")[2]:
        raise Invalid({field: _("Enter an e-mail address such as name@company.example.")})
    return address


def skeleton(text: str) -> str:
    """Equal for what looks equal: two addresses with one skeleton could be mistaken for each other."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return plain.translate(_LOOKS_LIKE).replace("rn", "m").replace("vv", "w")


def odd_character(text: str) -> str:
    """The complaint about the first character that nobody sees or that is none; empty when all is well."""
    for sign in text:
        kind = unicodedata.category(sign)
        if kind in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            return _("Remove the invisible character %(character)s.", character=_called(sign))
    return ""


def mixed_word(text: str) -> str:
    """The complaint about the first word whose letters come from scripts that are not written together."""
    for word in _WORDS.split(text):
        seen: dict[str, str] = {}
        for sign in word:
            script = _script(sign)
            if script:
                seen.setdefault(script, sign)
        kinds = set(seen)
        if len(kinds) > 1 and not any(kinds <= allowed for allowed in _TOGETHER):
            odd = seen[next(kind for kind in seen if kind != "LATIN")]
            return _("“%(word)s” mixes alphabets: %(character)s looks like another letter. Type it again.", word=word[:60], character=_called(odd))
    return ""


def _script(sign: str) -> str:
    if not sign.isalpha():
        return ""
    first = unicodedata.name(sign, "").partition(" ")[0]
    return first if first in _SCRIPTS else "LATIN" if first in ("FULLWIDTH", "MATHEMATICAL") else first


def _called(sign: str) -> str:
    """`U+200B ZERO WIDTH SPACE`: what a search for it needs."""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip()
