"""The state machine of an asset, read from its one table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import Refused
from syndication.permissions import Perm
from syndication.rules.asset_states import (
    TABLE,
    Action,
    AssetFacts,
    AssetStatus,
    actions_for,
    as_markdown,
    next_status,
    refusal_text,
    steps_to,
    whose_turn,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
READY = AssetFacts(now=NOW, localizations=1, reason="superseded by revision 4")
MARKETER = frozenset({Perm.ASSET_EDIT, Perm.ASSET_REVIEW, Perm.ASSET_PUBLISH, Perm.ASSET_WITHDRAW})


@pytest.mark.parametrize("step", TABLE, ids=lambda step: f"{step.origin}-{step.action}")
def test_every_step_of_the_table_can_be_taken(step) -> None:
    assert next_status(step.origin, step.action, READY) is step.target
    assert step in actions_for(step.origin, {step.permission})
    assert step not in actions_for(step.origin, set())


@pytest.mark.parametrize("status", AssetStatus)
@pytest.mark.parametrize("action", Action)
def test_every_other_step_is_refused(status: AssetStatus, action: Action) -> None:
    if any(step.origin is status and step.action is action for step in TABLE):
        return
    with pytest.raises(Refused) as refusal:
        next_status(status, action, READY)
    assert refusal.value.code == "not_possible_now"


def test_one_action_of_a_state_leads_to_one_state() -> None:
    keys = [(step.origin, step.action) for step in TABLE]
    assert len(keys) == len(set(keys))


def test_an_embargoed_asset_waits() -> None:
    facts = AssetFacts(now=NOW, localizations=1, publish_at=NOW + timedelta(seconds=1))
    with pytest.raises(Refused) as refusal:
        next_status(AssetStatus.APPROVED, Action.PUBLISH, facts)
    assert refusal.value.code == "embargoed"
    assert next_status(AssetStatus.APPROVED, Action.PUBLISH, AssetFacts(NOW, 1, publish_at=NOW)) is AssetStatus.PUBLISHED


def test_nothing_is_withdrawn_without_a_reason_or_published_without_a_text() -> None:
    for action, status, code in (
        (Action.WITHDRAW, AssetStatus.PUBLISHED, "reason_missing"),
        (Action.PUBLISH, AssetStatus.APPROVED, "no_text"),
    ):
        with pytest.raises(Refused) as refusal:
            next_status(status, action, AssetFacts(now=NOW, localizations=0, reason=" "))
        assert refusal.value.code == code
        assert refusal_text(code)


def test_a_marketer_with_all_permissions_takes_each_step_to_publication() -> None:
    path = steps_to(AssetStatus.PUBLISHED, AssetStatus.DRAFT, MARKETER)
    assert [step.action for step in path] == [Action.SUBMIT, Action.APPROVE, Action.PUBLISH]
    assert steps_to(AssetStatus.PUBLISHED, AssetStatus.PUBLISHED, MARKETER) == ()


def test_an_editor_alone_finds_no_way_to_publication() -> None:
    with pytest.raises(Refused):
        steps_to(AssetStatus.PUBLISHED, AssetStatus.DRAFT, {Perm.ASSET_EDIT})


def test_every_state_says_whose_turn_it_is() -> None:
    assert [whose_turn(status) for status in AssetStatus] == ["editor", "reviewer", "publisher", "nobody", "nobody", "nobody"]


def test_the_documentation_prints_this_very_table() -> None:
    printed = (Path(__file__).parents[2] / "docs" / "asset-states.md").read_text(encoding="utf-8")
    assert printed == "# States of an asset\n\n" + as_markdown()
