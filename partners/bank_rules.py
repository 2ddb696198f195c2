"""Whether an account number can be one: ISO 13616 (IBAN: length by country, remainder 97) and ISO 9362 (BIC)."""

from __future__ import annotations

import re

#: Length of an IBAN by its country (IBAN registry of SWIFT).
_LENGTHS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 "
    "GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 "
    "PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
)
LENGTHS = {one[:2]: int(one[2:]) for one in _LENGTHS.split()}
_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\Z")


def plain(text: str) -> str:
    """Without the spaces and hyphens people write, in capitals."""
    return re.sub(r"[\s\u00a0-]", "", text).upper()


def iban_problem(iban: str) -> str:
    """`country`, `length`, `digits`, or empty for an IBAN that can exist. Takes the plain form."""
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}", iban) or iban[:2] not in LENGTHS:
        return "country"
    if len(iban) != LENGTHS[iban[:2]]:
        return "length"
    digits = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])
    return "" if int(digits) % 97 == 1 else "digits"


def is_bic(bic: str, country: str) -> bool:
    """Well-formed, and of a bank in the account's country (or one that serves it, such as FR for MC)."""
    served = {"MC": "FR", "GG": "GB", "JE": "GB", "IM": "GB", "SM": "SM", "VA": "VA"}
    return bool(_BIC.match(bic)) and bic[4:6] in (country, served.get(country, country))


def masked(iban: str) -> str:
    """Country and the last four digits: enough to recognise it, too little to use it."""
    return f"{iban[:2]}•• •••• {iban[-4:]}" if iban else ""


def grouped(iban: str) -> str:
    """In fours, as it stands on paper."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
