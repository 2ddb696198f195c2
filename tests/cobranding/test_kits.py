"""Brand kits: saved with an audit entry, wrong entries named with their fix, the earlier logo one step away."""

from __future__ import annotations

from pathlib import Path

import pytest

from cobranding import BrandKit, kit_of, look_of, save_kit, undo_logo, upload_logo
from cobranding.contacts import contact_block, contact_blocks
from cobranding.rules.colours import contrast
from core.audit import AuditEntry, history
from core.errors import Forbidden, Invalid, NotFound, Refused
from core.events import OutboxEvent
from partners import partner_for
from tests.cobranding.conftest import Work
from tests.cobranding.stage import KIT, Staged, a_logo
from tests.conftest import Cast


def test_a_kit_is_saved_with_audit_entry_and_event(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        save_kit(ctx, cast["pia"].partner_id, {**KIT, "primary_color": "rgb(18, 55, 42)"})  # type: ignore[arg-type]
    with work("system") as ctx:
        kit = kit_of(ctx, cast["pia"].partner_id)  # type: ignore[arg-type]
        assert kit is not None
        assert kit.primary_color == "#12372a"
        entry = next(one for one in history(ctx, kit.id) if one.action == "cobranding.kit.saved")
        assert (entry.actor_name, entry.before, entry.after) == ("Pia", {"primary_color": "#0b6e4f"}, {"primary_color": "#12372a"})
        assert ctx.session.query(OutboxEvent).filter_by(name="cobranding.brand_kit_changed.v1").count() == 3


def test_saving_the_same_again_changes_nothing(work: Work, cast: Cast, staged: Staged) -> None:
    def entries() -> int:
        with work("system") as ctx:
            return ctx.session.query(AuditEntry).count()

    before = entries()
    with work("pia") as ctx:
        save_kit(ctx, cast["pia"].partner_id, KIT)  # type: ignore[arg-type]
        upload_logo(ctx, cast["pia"].partner_id, a_logo())  # type: ignore[arg-type]
    assert entries() == before


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("primary_color", "bluish", "#rrggbb"),
        ("accent_color", "", "#rrggbb"),
        ("contact_email", "pia@", "name@company.example"),
        ("contact_email", "a@b.c\nBcc: x@y.z", "name@company.example"),
        ("contact_phone", "call me", "+49"),
        ("website", "javascript:alert(1)", "https://"),
        ("website", "https://bank.example@evil.example", "https://"),
        ("intro", "x" * 401, "400"),
    ],
)
def test_a_wrong_entry_is_named_with_its_fix(work: Work, cast: Cast, staged: Staged, field: str, value: str, says: str) -> None:
    with work("pia") as ctx, pytest.raises(Invalid) as refused:
        save_kit(ctx, cast["pia"].partner_id, {**KIT, field: value})  # type: ignore[arg-type]
    assert list(refused.value.errors) == [field]
    assert says in refused.value.errors[field]


def test_all_wrong_entries_are_named_at_once(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx, pytest.raises(Invalid) as refused:
        save_kit(ctx, cast["pia"].partner_id, {**KIT, "primary_color": "?", "contact_email": "?", "website": "ftp://x"})  # type: ignore[arg-type]
    assert set(refused.value.errors) == {"primary_color", "contact_email", "website"}


def test_a_bare_host_name_becomes_an_address(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        assert save_kit(ctx, cast["pia"].partner_id, {**KIT, "website": "www.kestrel.example"}).website == "https://www.kestrel.example/"  # type: ignore[arg-type]


def test_the_earlier_logo_comes_back(work: Work, cast: Cast, staged: Staged) -> None:
    partner_id = cast["pia"].partner_id
    assert partner_id is not None
    with work("pia") as ctx:
        first = kit_of(ctx, partner_id).logo_key  # type: ignore[union-attr]
        second = upload_logo(ctx, partner_id, a_logo("#aa0000")).logo_key
        assert first != second
        assert undo_logo(ctx, partner_id).logo_key == first
        assert undo_logo(ctx, partner_id).logo_key == second
    with work("zed") as ctx, pytest.raises(Refused):
        undo_logo(ctx, cast["zed"].partner_id)  # type: ignore[arg-type]


def test_a_rival_can_neither_see_nor_change_the_kit(work: Work, cast: Cast, staged: Staged) -> None:
    with work("zed") as ctx:
        assert kit_of(ctx, cast["pia"].partner_id) is None  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            save_kit(ctx, cast["pia"].partner_id, KIT)  # type: ignore[arg-type]
    with work("wim") as ctx, pytest.raises(Forbidden):
        save_kit(ctx, cast["wim"].partner_id, KIT)  # type: ignore[arg-type]


def test_a_file_that_is_no_picture_is_refused_and_nothing_stays(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        before = kit_of(ctx, cast["pia"].partner_id).logo_key  # type: ignore[arg-type,union-attr]
    with work("pia") as ctx, pytest.raises(Invalid) as refused:
        upload_logo(ctx, cast["pia"].partner_id, b"%PDF-1.7 not a logo")  # type: ignore[arg-type]
    assert list(refused.value.errors) == ["logo"]
    with work("pia") as ctx:
        assert kit_of(ctx, cast["pia"].partner_id).logo_key == before  # type: ignore[arg-type,union-attr]


def test_contact_blocks_are_clean_html(work: Work, cast: Cast, staged: Staged) -> None:
    with work("system") as ctx:
        blocks = contact_blocks(ctx, [str(cast["pia"].partner_id), str(cast["zed"].partner_id)])
    assert list(blocks) == [str(cast["pia"].partner_id)]
    assert "mailto:pia@kestrel.example" in blocks[str(cast["pia"].partner_id)]
    hostile = BrandKit(contact_name="<script>alert(1)</script>", contact_role='"><img src=x onerror=1>', contact_email="", contact_phone="")
    block = contact_block(hostile)
    assert "<script" not in block
    assert "<img" not in block


@pytest.mark.shared
def test_every_real_logo_is_taken_and_stands_on_a_ground_it_can_be_seen_on(work: Work, cast: Cast, staged: Staged, shared: Path) -> None:
    partner_id = cast["pia"].partner_id
    assert partner_id is not None
    files = sorted(path for path in (shared / "data" / "logos").rglob("*.*") if path.suffix in {".png", ".jpg", ".svg", ".webp"})
    assert len(files) >= 34
    for path in files:
        with work("pia") as ctx:
            upload_logo(ctx, partner_id, path.read_bytes())
            look = look_of(ctx, partner_for(ctx, partner_id))
        assert look.logo is not None, path.name
        visible = sum(share for colour, share in look.logo.facts.edge if contrast(colour, look.ground) >= 1.4)
        assert look.logo.facts.opaque or visible >= 0.6, (path.name, look.ground.hex, visible)
