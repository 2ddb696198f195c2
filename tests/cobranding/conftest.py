"""The stage of this room's tests: content for Kestrel and Brightwater, Kestrel's brand kit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from cobranding import save_kit, set_vendor_look, upload_logo
from core.ctx import Ctx
from tests.cobranding.stage import KIT, Staged, a_logo, stage_content
from tests.conftest import Cast

Work = Callable[[str], AbstractContextManager[Ctx]]


@pytest.fixture
def staged(work: Work, cast: Cast) -> Staged:
    """A guide and a product, published for both partners; Kestrel and the vendor have their brands."""
    kestrel, brightwater = cast["pia"].partner_id, cast["zed"].partner_id
    assert kestrel is not None
    assert brightwater is not None
    with work("system") as ctx:
        set_vendor_look(ctx, name="Velorin Energy", primary="#12355b", accent="#3aa6b9", logo=a_logo("#12355b", (420, 120)))
        found = stage_content(ctx, [kestrel, brightwater])
    with work("pia") as ctx:
        save_kit(ctx, kestrel, KIT)
        upload_logo(ctx, kestrel, a_logo())
    return found
