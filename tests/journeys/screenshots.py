"""`python -m tests.journeys.screenshots OUT`: the README's pictures, taken from a running demo that this starts itself.

CHANNELPRESS_RUNNING_DEMO=FOLDER:PORT takes them from a demo that runs already.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.journeys.browsing import Browsing, load_pictures, open_chromium
from tests.journeys.demo_hub import DemoHub

MOST_BYTES = 250_000
WIDE, NARROW = 1440, 360
#: Pictures end after this many pixels of the page's own measure: a README shows what a visitor sees first.
TALL = {WIDE: 1080, NARROW: 780}


@dataclass(frozen=True)
class Shot:
    """`path` below the hub, `site:/…` on the partner websites, `landing:xx` the landing page in that
    language, `link:PAGE SELECTOR` where the first such link of a page leads. `who` "" is a visitor.

    Waits for the widget in `anchor`; begins at the element `top` instead of at the beginning of the page.
    """

    name: str
    who: str
    path: str
    width: int = WIDE
    scheme: str = "light"
    anchor: str = ""
    top: str = ""


WIDGET = "[data-channelpress]"
SHOTS = (
    Shot("portal-start-de", "pia", "/portal/"),
    Shot("portal-start-360", "pia", "/portal/", NARROW),
    Shot("portal-content-de", "pia", "/portal/content/"),
    Shot("portal-content-360", "pia", "/portal/content/", NARROW, top=".grid"),
    Shot("brand-kit", "pia", "/portal/brand-kit/"),
    Shot("partner-site-cards", "", "site:/kestrel/aktuelles.html", anchor=WIDGET),
    Shot("partner-site-360", "", "site:/kestrel/aktuelles.html", NARROW, anchor=WIDGET),
    Shot("partner-site-ar", "", "site:/nakhla/news.html", anchor=WIDGET),
    Shot("partner-site-ar-360", "", "site:/nakhla/news.html", NARROW, anchor=WIDGET),
    Shot("landing-de", "", "landing:de"),
    Shot("landing-360", "", "landing:de", NARROW),
    Shot("landing-ar", "", "landing:ar"),
    Shot("landing-ar-360", "", "landing:ar", NARROW),
    Shot("results-light", "pia", "/portal/results/"),
    Shot("results-360", "pia", "/portal/results/", NARROW, top=".stats"),
    Shot("results-dark", "pia", "/portal/results/", scheme="dark"),
    Shot("results-dark-360", "pia", "/portal/results/", NARROW, "dark", top=".stats"),
    Shot("desk-start", "nora", "/desk/"),
    Shot("desk-start-dark", "nora", "/desk/", scheme="dark", top="#line"),
    Shot("desk-start-360", "nora", "/desk/", NARROW, top="#line"),
    Shot("portal-money-de", "pia", "/portal/", top="#needs-you"),
    Shot("campaign", "nora", "link:/desk/ #by-campaign ~ * a[href*='/campaigns/']"),
    Shot("claim-review", "rita", "link:/desk/ .task a[href*='/claims/clm_']"),
    Shot("claim-review-360", "rita", "link:/desk/ .task a[href*='/claims/clm_']", NARROW),
    Shot("publish", "cleo", "/desk/publish/"),
    Shot("publish-360", "cleo", "/desk/publish/", NARROW, top=".grid"),
    Shot("publish-dark", "cleo", "/desk/publish/", scheme="dark"),
)


def address_of(browsing: Browsing, path: str) -> str:
    kind, _, rest = path.partition(":")
    if kind == "site":
        return str(browsing.addresses["partner_sites"][0]["url"]).rsplit("/", 2)[0] + rest
    if kind == "landing":
        return str(next(page["url"] for page in browsing.addresses["landing_pages"] if page["locale"] == rest))
    return browsing.hub + path


def take(browsing: Browsing, shot: Shot) -> bytes:
    options = {"color_scheme": shot.scheme, "device_scale_factor": 2 if shot.width == NARROW else 1, "reduced_motion": "reduce"}
    size = {"width": shot.width, "height": TALL[shot.width]}
    page = browsing.person(shot.who, **size, **options) if shot.who else browsing.visitor(**size, locale="de-DE", **options)
    if shot.path.startswith("link:"):
        start, link = shot.path.removeprefix("link:").split(" ", 1)
        page.goto(start)
        page.goto(page.locator(link).first.get_attribute("href") or "")
    else:
        page.goto(address_of(browsing, shot.path))
    load_pictures(page)
    if shot.anchor:
        page.locator(f"{shot.anchor} section li").first.wait_for()
        load_pictures(page)
    if shot.top:
        page.locator(shot.top).first.evaluate("one => scrollTo({top: one.getBoundingClientRect().top + scrollY - 16, behavior: 'instant'})")
    taken = page.screenshot(animations="disabled")
    page.context.close()
    return taken


def small(taken: bytes) -> bytes:
    """The same picture with a palette, as few colours as are needed to stay below the limit."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    for colours in (256, 160, 96, 64, 40):
        kept = io.BytesIO()
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
        if kept.tell() < MOST_BYTES:
            return kept.getvalue()
    raise ValueError(f"a picture of {picture.size} does not fit into {MOST_BYTES} bytes")


@contextmanager
def a_demo() -> Iterator[DemoHub]:
    running = os.environ.get("CHANNELPRESS_RUNNING_DEMO")
    if running:
        folder, _, port = running.rpartition(":")
        yield DemoHub.running_in(Path(folder), int(port))
        return
    with tempfile.TemporaryDirectory() as folder:
        hub = DemoHub.start(Path(folder) / "var")
        try:
            yield hub
        finally:
            hub.stop()


def main(arguments: list[str]) -> int:
    if not 1 <= len(arguments) <= 2:
        print("usage: python -m tests.journeys.screenshots OUT [NAME]", file=sys.stderr)
        return 2
    out, only = Path(arguments[0]), arguments[1] if len(arguments) == 2 else ""
    out.mkdir(parents=True, exist_ok=True)
    with a_demo() as hub, open_chromium("de-DE") as browser:
        browsing = Browsing(browser, hub.addresses())
        for shot in SHOTS:
            if only in shot.name:
                target = out / f"{shot.name}.png"
                target.write_bytes(small(take(browsing, shot)))
                print(f"{target}  {target.stat().st_size // 1000} KB")
        for line in browsing.complaints:
            print(f"complaint: {line}", file=sys.stderr)
        browsing.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
