"""Inputs of the rules about money and learning, drawn with a seed: what their services would gather."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

from enablement.rules_kept import GATE, QUIZ
from mdf.rules.claims import ClaimReason
from mdf.rules.decisions import CHECK, CLAIM, REQUEST
from mdf.rules.kinds import ActivityType, DeclineReason
from mdf.rules.states import EvidenceStatus


def _check(dice: random.Random) -> dict[str, Any]:
    facts = {
        "title": dice.randrange(3),
        "activity_type": dice.choice(list(ActivityType)).value,
        "goal": dice.choice((0, 40, 3000)),
        "target_group": dice.choice((0, 40)),
        "target_size": dice.choice((None, 0, 500)),
        "expected_pipeline_minor": dice.choice((None, 1, 9_000_000)),
        "expected_leads": dice.choice((None, 12)),
        "starts_on": dice.choice((None, date(2026, 2, 1), date(2026, 5, 1))),
        "ends_on": date(2026, 5, 31),
        "currency": "EUR",
        "participation_rate": dice.choice((50, 60)),
        "costs": [[dice.randrange(2), dice.randrange(-10, 1_000_000)] for _ in range(dice.randrange(4))],
        "has_campaign": dice.random() < 0.8,
        "placements": dice.randrange(2),
    }
    budget = {
        "is_open": dice.random() < 0.9,
        "currency": "EUR",
        "participation_rate": 50,
        "opens_on": date(2026, 1, 1),
        "closes_on": date(2026, 12, 31),
    }
    return {"facts": facts, "budget": budget, "today": date(2026, 3, 2)}


def _request(dice: random.Random) -> dict[str, Any]:
    if dice.random() < 0.3:
        return {"action": "decline", "reason_code": dice.choice(list(DeclineReason)).value}
    shares = {f"mrl_{number}": dice.randrange(1, 900_000) for number in range(dice.randrange(1, 5))}
    granted = shares if dice.random() < 0.5 else {key: dice.randrange(share + 1) for key, share in shares.items()}
    return {
        "action": "approve",
        "shares": shares,
        "granted": granted,
        "currency": "EUR",
        "activity_type": dice.choice(list(ActivityType)).value,
        "placements": ["plc_1", "plc_2"][: dice.randrange(3)],
        "starts_on": date(2026, 5, 1),
        "ends_on": date(2026, 5, 31),
    }


def _claim(dice: random.Random) -> dict[str, Any]:
    lines = [[f"mrl_{number}", dice.randrange(500_000), dice.randrange(50_000), dice.randrange(900_000)] for number in range(dice.randrange(1, 5))]
    proofs = [
        {
            "required": dice.random() < 0.7,
            "by_hub": dice.random() < 0.5,
            "statuses": [dice.choice((EvidenceStatus.ACCEPTED, EvidenceStatus.ACCEPTED, EvidenceStatus.WAIVED, EvidenceStatus.MISSING)).value],
            "notes": [dice.choice(("", "browser_missing"))],
        }
        for _ in range(dice.randrange(3))
    ]
    return {
        "action": dice.choice(("approve", "approve_partly", "reject")),
        "reason_code": dice.choice(list(ClaimReason)).value,
        "late": dice.random() < 0.3,
        "currency": dice.choice(("EUR", "JPY")),
        "left_minor": dice.randrange(1_000_000),
        "participation_rate": dice.choice((33, 50, 100)),
        "lines": lines,
        "proofs": proofs,
        "amounts": {lines[0][0]: dice.randrange(1000)},
    }


def _gate(dice: random.Random) -> dict[str, Any]:
    held = [[f"usr_{dice.randrange(3)}", date(2025, 3, 1), date(2026, dice.randrange(1, 12), 1), None] for _ in range(dice.randrange(4))]
    return {
        "action": "deal_registration",
        "today": date(2026, 3, 2),
        "gates": [{"certification": "crt_1", "need": dice.randrange(1, 3), "held": held}],
    }


def _quiz(dice: random.Random) -> dict[str, Any]:
    correct = {f"qst_{number}": dice.randrange(4) for number in range(5)}
    given = {name: answer if dice.random() < 0.8 else (answer + 1) % 4 for name, answer in correct.items()}
    return {"given": given, "correct": correct, "pass_mark": 80}


KINDS: dict[str, Callable[[random.Random], dict[str, Any]]] = {CHECK: _check, REQUEST: _request, CLAIM: _claim, GATE: _gate, QUIZ: _quiz}
