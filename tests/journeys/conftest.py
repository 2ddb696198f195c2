"""The demo as a newcomer starts it, once for the session, and a real browser for each module.

CHANNELPRESS_RUNNING_DEMO=FOLDER:PORT uses a demo that runs already: quicker while a test is being written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.browsing import Browsing, open_chromium
from tests.journeys.demo_hub import DemoHub


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHub]:
    running = os.environ.get("CHANNELPRESS_RUNNING_DEMO")
    if running:
        folder, _, port = running.rpartition(":")
        yield DemoHub.running_in(Path(folder), int(port))
        return
    hub = DemoHub.start(tmp_path_factory.mktemp("demo") / "var")
    yield hub
    hub.stop()


@pytest.fixture(scope="module")
def browsing(demo: DemoHub) -> Iterator[Browsing]:
    """A browser for this module. Not for the session: Playwright allows one at a time, and other rooms have theirs."""
    with open_chromium() as browser:
        made = Browsing(browser, demo.addresses())
        yield made
        made.close()
