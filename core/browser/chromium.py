"""Starting a headless Chromium for one picture, with nothing of this machine in reach and nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

#: Where distributions put it; the first that exists is used.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Says openly what it is: the hub's own collector knows this name as a machine and does not count it.
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/{major}.0.0.0 Safari/537.36 Channelpress/1"
#: For the same page asked without a browser.
LOOKING = USER_AGENT.format(major="120")
#: Milliseconds of the page's own time that pass after it has loaded, for what scripts still draw.
SETTLE_MS = 6000


def find_browser() -> str | None:
    """The path of an installed Chromium; None: pictures are not taken, and say so."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def flags(folder: Path, proxy_port: int, width: int, height: int) -> list[str]:
    """Everything the browser may not do by itself is switched off; all its traffic goes to our proxy, loopback included."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [
        "--headless=new",
        *sandbox,
        f"--proxy-server=http://127.0.0.1:{proxy_port}",
        # Without this line Chromium would open loopback addresses past the proxy.
        "--proxy-bypass-list=<-loopback>",
        # Names are looked up by the proxy only.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--disable-quic",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        f"--user-data-dir={folder / 'profile'}",
        f"--disk-cache-dir={folder / 'cache'}",
        "--disk-cache-size=1048576",
        *("--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-sync", "--disable-background-networking"),
        *("--disable-component-update", "--disable-default-apps", "--disable-domain-reliability", "--disable-breakpad", "--disable-crash-reporter"),
        *("--no-first-run", "--no-default-browser-check", "--no-pings", "--no-service-autorun", "--mute-audio", "--hide-scrollbars"),
        *("--metrics-recording-only", "--password-store=basic", "--use-mock-keychain", "--deny-permission-prompts", "--disable-popup-blocking"),
        "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,AutofillServerCommunication,CertificateTransparencyComponentUpdater,InterestFeedContentSuggestions",
        f"--window-size={width},{height}",
        "--force-device-scale-factor=1",
        f"--virtual-time-budget={SETTLE_MS}",
    ]


def shoot(browser: str, address: str, folder: Path, proxy_port: int, *, width: int, height: int, seconds: float) -> bytes | None:
    """The PNG that the browser wrote; None when it wrote none. TimeoutError when it took longer than `seconds`."""
    target = folder / "page.png"
    command = [browser, *flags(folder, proxy_port, width, height), f"--user-agent={_user_agent(browser)}", f"--screenshot={target}", address]
    process = subprocess.Popen(  # noqa: S603 - our own list, no shell; the address was judged and cannot be an option
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "TMPDIR": str(folder)},
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    finally:
        _end(process)
    return target.read_bytes() if target.exists() else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """The whole family: renderers outlive a browser that is only asked to go."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def _user_agent(browser: str) -> str:
    return USER_AGENT.format(major=_major(browser))


def _major(browser: str) -> str:
    try:
        told = subprocess.run([browser, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return "120"
    return next((word.partition(".")[0] for word in told.split() if word[:1].isdigit()), "120")
