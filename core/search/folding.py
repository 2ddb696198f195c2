"""From words as people write them to terms as both engines find them. Pure; the one place that knows languages.

SQLite and PostgreSQL cut and fold text differently. So neither does: they are given terms that are folded and cut here, and look
for their beginnings. What one finds, the other finds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

LONGEST_TERM = 64
MOST_TERMS = 20_000
#: Of a question: more words only cost time.
MOST_WORDS = 8
LONGEST_QUESTION = 200

#: Marks over and under letters that people leave out when they type: accents, Hebrew points, Arabic vowels.
_DROPPED = ((0x0300, 0x036F), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED), (0x0640, 0x0640))
#: Scripts without spaces between words: Thai to Khmer, kana, Han.
_DENSE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"([{_DENSE}]+)|[^{_DENSE}]+")
_LETTERS = {
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "ħ": "h",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ð": "d",
    "ٱ": "ا",
    "ى": "ي",
    "ة": "ه",
    "ک": "ك",
    "ی": "ي",
}
#: How umlauts are written where the keyboard has none.
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
#: Languages that write a compound as one word: its parts are found, too. Names come without a language.
_COMPOUNDING = frozenset({"", "de", "nl", "sv", "da", "nb", "nn", "no", "fi", "hu", "is", "et"})
_SHORTEST_COMPOUND, _SHORTEST_PART = 8, 4
_ARTICLES = ("وال", "ال")


class _Each(dict[int, str]):
    """A table for `str.translate` that is filled as signs are met: asking Unicode again for each letter of a text takes long."""

    def __init__(self, ask: Callable[[str], str]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, sign: int) -> str:
        if len(self) > 20_000:
            self.clear()
        found = self[sign] = self._ask(chr(sign))
        return found


def _folded(letter: str) -> str:
    if any(first <= ord(letter) <= last for first, last in _DROPPED):
        return ""
    return str(unicodedata.decimal(letter)) if unicodedata.category(letter) == "Nd" else _LETTERS.get(letter, letter)


def _in_word(letter: str) -> str:
    category = unicodedata.category(letter)
    return "w" if category[0] in "LN" or category in ("Mn", "Mc") else " "


_FOLDED, _IN_WORD = _Each(_folded), _Each(_in_word)


def fold(text: str) -> str:
    """Without case, accents, vowel marks and other spellings of the same letter; digits as 0 to 9."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", text.casefold()).translate(_FOLDED)).casefold()


def words(text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand: letters, digits and their marks."""
    return (found.span() for found in re.finditer("w+", text.translate(_IN_WORD)))


def terms_of(text: str, locale: str = "") -> list[str]:
    """What is kept of a text, each term once, in the order of the text."""
    compounds = locale.partition("-")[0].partition("_")[0].lower() in _COMPOUNDING
    found: dict[str, None] = {}
    for start, end in words(text):
        for term in _kept(text[start:end], compounds):
            found.setdefault(term[:LONGEST_TERM])
        if len(found) >= MOST_TERMS:
            break
    return list(found)[:MOST_TERMS]


def question_of(text: str) -> list[tuple[str, ...]]:
    """What is asked for: every group must be met, by the beginning of any of its alternatives."""
    text = text[:LONGEST_QUESTION]
    groups: dict[tuple[str, ...], None] = {}
    for start, end in words(text):
        for group in _asked(text[start:end]):
            groups.setdefault(group)
    return list(groups)[:MOST_WORDS]


def _kept(word: str, compounds: bool) -> Iterator[str]:
    for run, dense in _runs(fold(word)):
        if dense:
            yield from _pairs(run)
            yield run[-1]
            continue
        yield run
        yield from _without_article(run)
        if compounds and len(run) >= _SHORTEST_COMPOUND and run[0].isascii():
            yield from (run[at:] for at in range(1, len(run) - _SHORTEST_PART + 1))
    yield from _spelt_out(word)


def _asked(word: str) -> Iterator[tuple[str, ...]]:
    runs = list(_runs(fold(word)))
    for run, dense in runs:
        if dense:
            yield from ((pair,) for pair in (_pairs(run) if len(run) > 1 else [run]))
        else:
            others = [*_without_article(run), *(_spelt_out(word) if len(runs) == 1 else ())]
            yield tuple(dict.fromkeys(term[:LONGEST_TERM] for term in (run, *others)))


def _runs(word: str) -> Iterator[tuple[str, bool]]:
    """The word cut where a script without spaces begins or ends."""
    if word.isascii():
        yield word, False
        return
    for found in _RUN.finditer(word):
        yield found[0], found[1] is not None


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _without_article(word: str) -> Iterator[str]:
    for article in _ARTICLES:
        if word.startswith(article) and len(word) >= len(article) + 3:
            yield word[len(article) :]


def _spelt_out(word: str) -> Iterator[str]:
    """“Mueller” for “Müller”, and the other way round for whoever asks with the umlaut."""
    if word.isascii():
        return
    plain = unicodedata.normalize("NFC", word.casefold())
    spelt = plain.translate(_SPELT_OUT)
    if spelt != plain:
        yield fold(spelt)
