"""Starting a headless Chromium for one picture, with nothing of this machine in reach and nothing left behind."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.browser.talking import Conversation

#: Where distributions put it; the first that exists is used.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Says openly what it is: the hub's own collector knows this name as a machine and does not count it.
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/{major}.0.0.0 Safari/537.36 Channelpress/1"
#: For the same page asked without a browser.
LOOKING = USER_AGENT.format(major="120")


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
        "--remote-debugging-pipe",
        # Pictures are decoded before the page is drawn, or some of them would be grey boxes.
        "--disable-checker-imaging",
    ]


@contextmanager
def running(browser: str, folder: Path, proxy_port: int, width: int, height: int, seconds: float) -> Iterator[Conversation]:
    """A browser for one page; the whole family is gone with the block. OSError when it cannot be started."""
    command = [browser, *flags(folder, proxy_port, width, height), f"--user-agent={_user_agent(browser)}", "about:blank"]
    hears, to_browser = os.pipe()
    from_browser, tells = os.pipe()
    try:
        pid = _spawn(browser, command, folder, hears, tells)
    except OSError:
        os.close(to_browser)
        os.close(from_browser)
        raise
    finally:
        os.close(hears)
        os.close(tells)
    try:
        yield Conversation(to_browser, from_browser, time.monotonic() + seconds)
    finally:
        _end(pid)
        os.close(to_browser)
        os.close(from_browser)


def _spawn(browser: str, command: list[str], folder: Path, hears: int, tells: int) -> int:
    """The browser expects its two pipes as files 3 and 4. posix_spawn, because a worker has threads and must not fork."""
    high = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 100) for one in (hears, tells)]
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    pipes = [(os.POSIX_SPAWN_DUP2, one, number) for one, number in zip(high, (3, 4), strict=True)]
    environment = {"HOME": str(folder), "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "TMPDIR": str(folder)}
    try:
        return os.posix_spawn(browser, command, environment, file_actions=[*nothing, *pipes], setsid=True)
    finally:
        for one in high:
            os.close(one)


def _end(pid: int) -> None:
    """The whole family: renderers outlive a browser that is only asked to go."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        pass


def _user_agent(browser: str) -> str:
    return USER_AGENT.format(major=_major(browser))


def _major(browser: str) -> str:
    try:
        told = subprocess.run([browser, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return "120"
    return next((word.partition(".")[0] for word in told.split() if word[:1].isdigit()), "120")
