"""The decisions about money as rules that can be taken again: plain values and the programme of their time go in (N-06).

Free texts are no inputs, only how long they are. A rule that changes gets the next version beside the old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.decisions import Verdict, decides
from core.programme import Programme
from mdf.programme import FundTerms
from mdf.rules.catalogue import contract
from mdf.rules.claims import LineFacts, Proof, amount_problems, payable_lines, reasons_now, undecided
from mdf.rules.kinds import ActivityType, DeclineReason
from mdf.rules.requests import BudgetTerms, RequestFacts, claim_due_on, grant_problems, impossible, missing
from mdf.rules.states import ClaimAction, EvidenceStatus

CHECK, REQUEST, CLAIM = "mdf.request_check", "mdf.request_decision", "mdf.claim_decision"
Inputs = Mapping[str, Any]


@decides(CHECK, version="1")
def checked(inputs: Inputs, programme: Programme) -> Verdict:
    """Whether a request may be submitted (A-38)."""
    facts, budget = _facts(inputs["facts"]), _budget(inputs["budget"])
    problems = impossible(facts, budget) | missing(facts, budget, date.fromisoformat(inputs["today"]), programme.section(FundTerms))
    if problems:
        field, code = next(iter(problems.items()))
        return Verdict("refused", code, {"field": field, "all": [[name, why] for name, why in problems.items()]}, way_out="complete_it")
    return Verdict("complete")


def _facts(told: Mapping[str, Any]) -> RequestFacts:
    return RequestFacts(
        title="x" * told["title"],
        activity_type=ActivityType(told["activity_type"]),
        goal="x" * told["goal"],
        target_group="x" * told["target_group"],
        target_size=told["target_size"],
        expected_pipeline_minor=told["expected_pipeline_minor"],
        expected_leads=told["expected_leads"],
        starts_on=date.fromisoformat(told["starts_on"]) if told["starts_on"] else None,
        ends_on=date.fromisoformat(told["ends_on"]) if told["ends_on"] else None,
        currency=told["currency"],
        participation_rate=told["participation_rate"],
        costs=tuple(("x" * words, minor) for words, minor in told["costs"]),
        has_campaign=told["has_campaign"],
        placements=told["placements"],
    )


def facts_as_inputs(facts: RequestFacts) -> dict[str, Any]:
    """The same without a word that somebody wrote."""
    told = {name: getattr(facts, name) for name in RequestFacts.__dataclass_fields__}
    lengths = {name: len(told[name]) for name in ("title", "goal", "target_group")}
    return {**told, **lengths, "costs": [[len(words), minor] for words, minor in facts.costs]}


def _budget(told: Mapping[str, Any]) -> BudgetTerms:
    days = {name: date.fromisoformat(told[name]) for name in ("opens_on", "closes_on")}
    return BudgetTerms(told["is_open"], told["currency"], told["participation_rate"], **days)


@decides(REQUEST, version="1")
def granted(inputs: Inputs, programme: Programme) -> Verdict:
    """What of a request is granted, and by which list its claim will be judged (N-22); or why it is declined."""
    if inputs["action"] == "decline":
        return Verdict("declined", DeclineReason(inputs["reason_code"]).value, way_out=inputs["reason_code"])
    shares, amounts = inputs["shares"], inputs["granted"]
    problems = {f"line-{key}": code for key, code in grant_problems(shares, amounts).items()}
    if not problems and not any(amounts.values()):
        problems = {f"line-{min(shares)}": "nothing_granted"}
    if problems:
        return Verdict("refused", next(iter(problems.values())), {"all": [[field, code] for field, code in problems.items()]})
    terms, starts_on, ends_on = programme.section(FundTerms), *(date.fromisoformat(inputs[name]) for name in ("starts_on", "ends_on"))
    items = contract(ActivityType(inputs["activity_type"]), inputs["placements"], starts_on, ends_on, terms)
    total, asked = sum(amounts.values()), sum(shares.values())
    values = {
        "granted_minor": total,
        "asked_minor": asked,
        "currency": inputs["currency"],
        "claim_due_on": claim_due_on(ends_on, terms).isoformat(),
        "evidence": [item.code for item in items],
    }
    # Judged by the amounts, not by the button: whoever grants all of it has approved the request.
    return Verdict("approved" if amounts == shares else "partially_approved", values=values)


@decides(CLAIM, version="1")
def settled(inputs: Inputs, programme: Programme) -> Verdict:
    """What of a claim is paid, line by line, or why nothing is (A-40; measures, section 6)."""
    action, proofs = ClaimAction(inputs["action"]), [_proof(one) for one in inputs["proofs"]]
    if action is not ClaimAction.APPROVE and inputs["reason_code"] not in reasons_now(proofs, late=inputs["late"]):
        return Verdict("refused", "not_possible", {"reason_code": inputs["reason_code"]})
    # A list: the order of the lines decides who gets the last cent, and no database keeps the order of keys.
    facts = {str(key): LineFacts(*told) for key, *told in inputs["lines"]}
    sums = payable_lines(inputs["left_minor"], inputs["participation_rate"], facts)
    payables = {key: one.payable_minor for key, one in sums.items()}
    if action is ClaimAction.REJECT:
        amounts = dict.fromkeys(payables, 0)
    elif waiting := undecided(proofs):
        return Verdict("refused", "proofs_open", {"open": len(waiting)})
    else:
        amounts = dict(payables) if inputs["amounts"] is None or action is ClaimAction.APPROVE else dict(inputs["amounts"])
        if problems := amount_problems(action, payables, amounts):
            return Verdict("refused", "amounts", {"all": [[key, code] for key, code in problems.items()]})
    values = {
        "currency": inputs["currency"],
        "payable_minor": sum(payables.values()),
        "approved_minor": sum(amounts.values()),
        "lines": {key: {"share": one.share_minor, "payable": one.payable_minor, "paid": amounts.get(key, 0)} for key, one in sums.items()},
    }
    if action is ClaimAction.REJECT:
        return Verdict("rejected", inputs["reason_code"], values, way_out=inputs["reason_code"])
    if action is ClaimAction.APPROVE:
        return Verdict("approved", values=values)
    return Verdict("partially_approved", inputs["reason_code"], values, way_out=inputs["reason_code"])


def _proof(told: Mapping[str, Any]) -> Proof:
    return Proof(told["required"], told["by_hub"], tuple(EvidenceStatus(one) for one in told["statuses"]), tuple(told["notes"]))


def proof_as_inputs(proof: Proof) -> dict[str, Any]:
    return {"required": proof.required, "by_hub": proof.by_hub, "statuses": list(proof.statuses), "notes": list(proof.notes)}
