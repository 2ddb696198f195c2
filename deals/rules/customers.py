"""Who is the same customer: by domain, else by name (measures, section 7). Recall first: a missed conflict hurts more than a false one."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from core.gates import safe_url

#: Below these, names are given out to anybody, so that the registrable domain has one label more.
_SHARED_SUFFIXES = frozenset(
    [
        "co.uk",
        "org.uk",
        "ac.uk",
        "gov.uk",
        "ltd.uk",
        "plc.uk",
        "com.au",
        "net.au",
        "org.au",
        "edu.au",
        "gov.au",
        "co.nz",
        "org.nz",
        "co.jp",
        "or.jp",
        "ne.jp",
        "ac.jp",
        "go.jp",
        "co.kr",
        "or.kr",
        "com.br",
        "org.br",
        "gov.br",
        "com.mx",
        "com.ar",
        "com.co",
        "com.pe",
        "com.tr",
        "org.tr",
        "gov.tr",
        "com.cn",
        "net.cn",
        "org.cn",
        "gov.cn",
        "com.hk",
        "com.tw",
        "com.sg",
        "edu.sg",
        "com.my",
        "com.ph",
        "com.vn",
        "co.th",
        "in.th",
        "co.id",
        "or.id",
        "co.in",
        "net.in",
        "org.in",
        "gov.in",
        "co.za",
        "org.za",
        "gov.za",
        "com.eg",
        "com.sa",
        "org.sa",
        "gov.sa",
        "com.kw",
        "com.qa",
        "com.bh",
        "com.om",
        "com.jo",
        "com.lb",
        "co.ae",
        "ae.org",
        "gov.ae",
        "co.il",
        "org.il",
        "com.ua",
        "in.ua",
        "com.pl",
        "net.pl",
        "org.pl",
        "gov.pl",
        "com.pt",
        "com.gr",
        "co.at",
        "or.at",
        "gv.at",
        "com.es",
        "org.es",
        "gob.es",
        "co.hu",
        "com.ro",
        "com.cy",
        "com.mt",
    ]
)
#: Mail providers and the like: a domain that thousands share names no customer.
_EVERYBODYS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "yahoo.co.jp",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "gmx.at",
        "gmx.ch",
        "web.de",
        "t-online.de",
        "freenet.de",
        "mail.ru",
        "yandex.ru",
        "qq.com",
        "163.com",
        "proton.me",
        "protonmail.com",
        "orange.fr",
        "wanadoo.fr",
        "laposte.net",
        "libero.it",
    ]
)
_LEGAL = frozenset(
    [
        "gmbh",
        "mbh",
        "ggmbh",
        "ag",
        "kg",
        "kgaa",
        "ohg",
        "gbr",
        "ug",
        "ev",
        "eg",
        "se",
        "co",
        "cokg",
        "ltd",
        "limited",
        "plc",
        "llc",
        "llp",
        "lp",
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "company",
        "sa",
        "sas",
        "sasu",
        "sarl",
        "spa",
        "srl",
        "srls",
        "bv",
        "nv",
        "ab",
        "as",
        "asa",
        "aps",
        "oy",
        "oyj",
        "kk",
        "sl",
        "slu",
        "lda",
        "ltda",
        "sro",
        "zrt",
        "kft",
        "doo",
        "dd",
        "fzco",
        "fze",
        "fzllc",
        "wll",
        "pjsc",
        "jsc",
        "oao",
        "ooo",
        "pty",
        "pte",
        "gesellschaft",
        "mit",
        "beschrankter",
        "haftung",
        "aktiengesellschaft",
        "kabushiki",
        "kaisha",
        "株式会社",
        "有限会社",
        "合同会社",
    ]
)
_AND = frozenset({"and", "und", "et", "y", "e", "och", "og"})
_SINGLE_LETTERS = re.compile(r"(?<=\b\w)[./](?=\w\b)")
_WORD = re.compile(r"[^\W_]+")
_LONGEST_HOST = 253


def customer_domain(text: str) -> str | None:
    """The host a person means with `https://www.Acme.example/about` or `acme.example`; None when it names none."""
    typed = text.strip().lower()
    if not typed or len(typed) > 1000 or "@" in typed:
        return None
    address = safe_url(typed if "://" in typed else f"https://{typed}")
    host = (urlsplit(address).hostname or "") if address else ""
    labels = host.rstrip(".").split(".")
    if len(labels) < 2 or len(host) > _LONGEST_HOST or not re.fullmatch(r"[a-z][a-z0-9-]*[a-z0-9]", labels[-1]):
        return None
    return ".".join(labels[1:] if labels[0] == "www" and len(labels) > 2 else labels)


def registrable(host: str) -> str:
    """The part of a host that somebody registered: `mail.acme.co.uk` → `acme.co.uk`."""
    labels = host.split(".")
    size = 3 if ".".join(labels[-2:]) in _SHARED_SUFFIXES else 2
    return ".".join(labels[-size:])


def is_everybodys(host: str) -> bool:
    """A provider's domain, or a bare suffix: it would match customers that have nothing in common."""
    return registrable(host) in _EVERYBODYS or host in _SHARED_SUFFIXES


def name_key(name: str) -> str:
    """The name as it is compared: folded, umlauts in both spellings alike, without legal form and without "and"."""
    words = _words(name)
    kept = [word for word in words if word not in _AND]
    while len(kept) > 1 and kept[-1] in _LEGAL:
        kept.pop()
    while len(kept) > 1 and kept[0] in _LEGAL:
        kept.pop(0)
    return " ".join(kept)[:200]


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name.replace("&", " and ").replace("+", " and ")).casefold()
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    for plain, letters in (("o", "øœ"), ("a", "æ"), ("l", "ł"), ("d", "đ")):
        bare = re.sub(f"[{letters}]", plain, bare)
    for spelt, plain in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        bare = bare.replace(spelt, plain)
    bare = bare.replace("株式会社", " 株式会社 ").replace("有限会社", " 有限会社 ").replace("合同会社", " 合同会社 ")
    return _WORD.findall(_SINGLE_LETTERS.sub("", bare))


def similar_names(one: str, other: str, percent: int) -> bool:
    """Of two name keys: equal, or so alike (by their words, in any order) that a person has to look."""
    if not one or not other:
        return False
    return one == other or SequenceMatcher(None, _sorted(one), _sorted(other)).ratio() * 100 >= percent


def _sorted(key: str) -> str:
    return " ".join(sorted(key.split()))
