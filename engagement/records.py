"""The line between collecting and draining: what one accepted message says, as one payload of the spool.

Compact JSON, ASCII, without line ends. Ids are the 32 hex digits of their UUID, so that the drain never parses a TypeID.
A key that is missing means "nothing"; unknown keys are ignored, so that an older drain reads what a newer web process wrote.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from engagement.rules.kinds import RULE_VERSION

_encode = json.JSONEncoder(separators=(",", ":")).encode
_text = json.encoder.encode_basestring_ascii


@dataclass(frozen=True, slots=True)
class Click:
    """`click_id` is 32 hex digits; `utm` are the parameters of the link that was followed."""

    click_id: str
    campaign: str
    utm: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """`events` are (kind, asset in hex or None). `visitor` is 16 hex digits. `refused` counts what was not taken before this."""

    partner: str = ""
    placement: str | None = None
    locale: str = ""
    verdict: str = "valid"
    visitor: str = ""
    page: str = ""
    events: tuple[tuple[str, str | None], ...] = ()
    click: Click | None = None
    refused: Mapping[str, int] = field(default_factory=dict)
    rule: int = RULE_VERSION


def pack(record: Record) -> bytes:
    """The payload of one record. Put together by hand: ids are hex, kinds and verdicts our own words, and the general encoder
    takes three times as long. Only what came from outside is escaped."""
    parts = [f'{{"r":{record.rule}']
    if record.events:
        events = ",".join([f'["{kind}","{asset}"]' if asset else f'["{kind}",null]' for kind, asset in record.events])
        parts.append(f'"e":[{events}],"o":"{record.partner}","v":"{record.verdict}","w":"{record.visitor}"')
        parts.append(f'"l":{_text(record.locale)}')
    if record.placement:
        parts.append(f'"p":"{record.placement}"')
    if record.page:
        parts.append(f'"u":{_text(record.page)}')
    if record.click:
        parts.append(f'"c":{_encode([record.click.click_id, record.click.campaign, record.click.utm])}')
    if record.refused:
        parts.append(f'"n":{_encode(record.refused)}')
    return (",".join(parts) + "}").encode("ascii")


def unpack(payload: bytes) -> Record:
    """The record of a payload that `pack` wrote; its check sum has already vouched for it."""
    told = json.loads(payload)
    click = told.get("c")
    return Record(
        partner=told.get("o", ""),
        placement=told.get("p"),
        locale=told.get("l", ""),
        verdict=told.get("v", "valid"),
        visitor=told.get("w", ""),
        page=told.get("u", ""),
        events=tuple([(kind, asset) for kind, asset in told.get("e", ())]),
        click=Click(*click) if click else None,
        refused=told.get("n", {}),
        rule=told["r"],
    )
