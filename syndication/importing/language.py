"""What a text is written in, measured: first by its letters, then, among languages of the same letters, by langdetect.

Script first, because it cannot be wrong between scripts and needs a few words only: kana is Japanese, Hangul Korean,
Han without kana Chinese, and Hebrew, Thai or Greek letters each leave one language. langdetect (character n-grams, 55
languages) decides among the rest and may only answer with a language of the script that was measured. Its random
start is fixed, so that the same text always gets the same answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Literal

from babel.core import get_global
from bs4 import BeautifulSoup
from langdetect import PROFILES_DIRECTORY, DetectorFactory, LangDetectException

ENOUGH = 60  # letters; less than a sentence tells nothing among languages of one script,
ENOUGH_OF_A_SCRIPT = 20  # but a few words name the script
_SAMPLE = 6000
_RIGHT_TO_LEFT = frozenset({"ARABIC", "HEBREW", "SYRIAC", "THAANA", "NKO"})
_ONLY = {"HANGUL": "ko", "HEBREW": "he", "THAI": "th", "GREEK": "el", "BENGALI": "bn", "TAMIL": "ta", "TELUGU": "te"}
_AMONG = {
    "ARABIC": frozenset({"ar", "fa", "ur"}),
    "CYRILLIC": frozenset({"ru", "uk", "bg", "mk"}),
    "DEVANAGARI": frozenset({"hi", "mr", "ne"}),
}
_NOT_LATIN = frozenset().union(*_AMONG.values(), _ONLY.values(), {"ja", "zh-cn", "zh-tw", "gu", "kn", "ml", "pa"})
_LETTERS_PER_WORD = {"HAN": 3, "HIRAGANA": 3, "KATAKANA": 3, "HANGUL": 2}
# Characters that one of the two scripts of Chinese does not use.
_TRADITIONAL = frozenset("們個這來時說國對為開關發經與長門問東車見書學電話語點無樣還過後從應軟體資訊網")
_SIMPLIFIED = frozenset("们个这来时说国对为开关发经与长门问东车见书学电话语点无样还过后从应软体资讯网")
_BRAZIL = re.compile(r"\b(você|vocês|usuário|usuários|equipe|arquivo|arquivos|registrar|projeto|time)\b", re.IGNORECASE)
_PORTUGAL = re.compile(r"\b(utilizador|utilizadores|equipa|ficheiro|ficheiros|registar|ecrã|telemóvel)\b", re.IGNORECASE)


def readable_text(html: str) -> str:
    """The prose of a body: code is in nobody's language."""
    soup = BeautifulSoup("<!---->" + html, "html.parser")  # or it warns of text that begins like an address
    for node in soup(["pre", "code", "kbd", "samp"]):
        node.decompose()
    return soup.get_text(" ")


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    name = unicodedata.name(char, "")
    first = name.partition(" ")[0]
    return "HAN" if first in ("CJK", "IDEOGRAPHIC") else first.partition("-")[0]


def scripts_of(text: str) -> Counter[str]:
    """Letters per script; names of scripts are those of Unicode character names."""
    return Counter(_script(char) for char in text if char.isalpha())


def measured_direction(text: str) -> Literal["ltr", "rtl"]:
    """`rtl` when more words are written from right to left than not; quoted product names do not turn a text."""
    counts = scripts_of(text)
    right = sum(counts[script] for script in _RIGHT_TO_LEFT)
    return "rtl" if right > sum(counts.values()) - right else "ltr"


def measured_language(text: str) -> str | None:
    """The two-letter code of the language a text is written in, or None when it is too short to tell."""
    counts = scripts_of(text)
    weighted = {script: count * _LETTERS_PER_WORD.get(script, 1) for script, count in counts.items()}
    total = sum(weighted.values())
    if total < ENOUGH_OF_A_SCRIPT:
        return None
    kana = weighted.get("HIRAGANA", 0) + weighted.get("KATAKANA", 0)
    east = kana + weighted.get("HAN", 0)
    main = max(weighted, key=lambda script: weighted[script])
    if east >= weighted[main]:
        return "ja" if kana > 0.1 * east else "zh"
    if main in _ONLY:
        return _ONLY[main]
    if total < ENOUGH:
        return None
    letters = "".join(char if not char.isalpha() or _script(char) == main else " " for char in text[:_SAMPLE])
    return _detected(letters, main)


def _detected(text: str, script: str) -> str | None:
    detector = _factory().create()
    try:
        detector.append(text)
        ranked = [str(guess.lang) for guess in detector.get_probabilities()]
    except LangDetectException:
        return None
    among = _AMONG.get(script)
    possible = [code for code in ranked if (code in among if among else code not in _NOT_LATIN)]
    return possible[0].partition("-")[0] if possible else None


@lru_cache(maxsize=1)
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.seed = 0
    return factory


def likely_tag(locale: str, text: str) -> str | None:
    """The full tag behind `zh` or `pt`, whose bare code leaves script and region open; None for every other tag."""
    if locale == "zh":
        old, new = (sum(char in chars for char in text) for chars in (_TRADITIONAL - _SIMPLIFIED, _SIMPLIFIED - _TRADITIONAL))
        return "zh-Hant-TW" if old > new else "zh-Hans-CN"
    if locale == "pt":
        brazil, portugal = len(_BRAZIL.findall(text)), len(_PORTUGAL.findall(text))
        if brazil == portugal:
            return str(get_global("likely_subtags")["pt"]).replace("_Latn", "").replace("_", "-")
        return "pt-BR" if brazil > portugal else "pt-PT"
    return None
