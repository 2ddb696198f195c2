"""Every setting of an installation: read from the environment once, checked at start, frozen.

`docs/settings.md` is generated from the help sentences below (`python -m core.settings`), and a test fails if it is stale.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from email.utils import parseaddr
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "CHANNELPRESS_"
#: `make run` promises these two without a prefix.
BARE = {"data_dir": "DATA_DIR", "port": "PORT", "fetch_allow": "FETCH_ALLOW"}


def _setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


class BadSettings(ValueError):
    """The installation cannot start like this; the message names the setting and the fix."""


@dataclass(frozen=True)
class Settings:
    """One installation. Fields are named as their environment variable without the prefix."""

    data_dir: Path = _setting(Path("var"), "Folder for the database, objects, spool and secret of the embedded defaults.")
    port: int = _setting(8000, "Port of the hub; the demo partner websites use the next one.")
    bind: str = _setting("127.0.0.1", "Address the web server listens on.")
    public_url: str = _setting("", "Address under which visitors reach the hub, without a trailing slash; empty: built from bind and port.")
    database_url: str = _setting("", "Database, for example postgresql+psycopg://user:password@host/name; empty: SQLite in the data folder.")
    database_pool: int = _setting(12, "Database connections each process keeps; as many again may be opened for a moment.")
    broker_url: str = _setting(
        "filesystem://localhost", "Doorbell of the worker: redis://host/0 or amqp://user:password@host/vhost; the default needs no server."
    )
    object_store: str = _setting("folder", "Where pictures, banners and documents lie: folder (in the data folder) or s3.")
    s3_bucket: str = _setting("", "Bucket of the object store; it must exist.")
    s3_endpoint: str = _setting("", "Address of the S3 service; empty: Amazon's of the region.")
    s3_region: str = _setting("us-east-1", "Region that requests to the S3 service are signed for.")
    s3_access_key: str = _setting("", "Access key of the S3 service; empty together with the secret key: what the machine's role gives.")
    s3_secret_key: str = _setting("", "Secret key of the S3 service.")
    secret_key: str = _setting("", "Secret for signed tokens, 32 characters or more; empty: generated into the data folder once.")
    old_secret_keys: tuple[str, ...] = _setting(
        (), "Earlier values of the secret key, comma-separated: the audit log that was sealed with them still verifies."
    )
    demo: bool = _setting(False, "Fictional demo world: shows its notice, prints its people, allows the clock to be moved.")
    debug: bool = _setting(False, "Detailed error pages for developers; refused on a public address.")
    time_zone: str = _setting("Europe/Berlin", "Time zone of the programme: its days, deadlines and reports.")
    locales: tuple[str, ...] = _setting(("en", "de"), "Languages of the interface, comma-separated.")
    fetch_allow: tuple[str, ...] = _setting((), "host:port pairs on private addresses that the hub may fetch from; refused on a public bind address.")
    vendor_hosts: tuple[str, ...] = _setting(
        (), "Hosts of the vendor's own websites, comma-separated: links to them inside texts get campaign parameters (utm_*)."
    )
    upload_max_bytes: int = _setting(20 * 2**20, "Largest single upload, in bytes.")
    request_max_bytes: int = _setting(64 * 2**20, "Largest request body, in bytes.")
    spool_max_bytes: int = _setting(256 * 2**20, "Size of the undrained event spool beyond which the collector answers 503.")
    web_processes: int = _setting(1, "Web processes on this machine.")
    web_threads: int = _setting(16, "Threads of the web process.")
    worker_processes: int = _setting(2, "Processes of the worker for urgent and usual jobs.")
    long_worker_processes: int = _setting(
        1, "Processes of the worker for long jobs (imports, page pictures, bundles); 0: there is none, the other one does them."
    )
    worker_grace: int = _setting(8, "Seconds a running job may take to finish when its worker is asked to stop; after that it is given back.")
    smtp_host: str = _setting("", "Mail server; empty: no mail leaves, mails are held and can be read under Governance. The demo never sends.")
    smtp_port: int = _setting(587, "Port of the mail server.")
    smtp_security: str = _setting(
        "starttls", "How the way to the mail server is protected: starttls, tls, or none (only inside one machine or network)."
    )
    smtp_user: str = _setting("", "User name at the mail server; empty: none is asked for.")
    smtp_password: str = _setting("", "Password at the mail server.")
    smtp_timeout: int = _setting(20, "Seconds the mail server may take for one answer.")
    mail_from: str = _setting("", "Sender of every mail, for example Channelpress <hub@vendor.example>; needed with a mail server.")
    mail_reply_to: str = _setting("", "Address that answers go to; empty: the sender.")
    access_log: bool = _setting(True, "One line in the log for each request and each job: route, status, milliseconds; no address, no query.")
    metrics_token: str = _setting(
        "", "Secret for GET /metrics, sent as a bearer token; empty: answered to this machine only, and to nobody behind a public address."
    )
    direct_downloads: bool = _setting(
        False, "Browsers fetch private files from the S3 service by short-lived links; its address must be reachable for them."
    )
    session_hours: int = _setting(12, "Hours after which a person signs in again.")

    @property
    def url(self) -> str:
        """The public address that stands in feeds, snippets and links."""
        return self.public_url.rstrip("/") or f"http://{self.bind}:{self.port}"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'channelpress.db'}"

    @property
    def partner_sites_port(self) -> int:
        return self.port + 1

    @property
    def spool_dir(self) -> Path:
        return self.data_dir / "spool"

    @property
    def is_public(self) -> bool:
        """True when somebody outside this machine can reach the web server."""
        if self.bind == "localhost":
            return False
        return not ip_address(self.bind).is_loopback


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Reads, converts and checks; raises BadSettings with the variable's name and the fix."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for spec in fields(Settings):
        raw = environ.get(PREFIX + spec.name.upper(), environ.get(BARE.get(spec.name, ""), None))
        if raw is not None:
            values[spec.name] = _convert(spec.name, raw, spec.default)
    values.update(overrides)
    settings = Settings(**values)
    settings = replace(settings, data_dir=Path(settings.data_dir).resolve())
    if not settings.secret_key:
        settings = replace(settings, secret_key=_own_secret(settings.data_dir))
    _refuse_dangers(settings)
    return settings


def _convert(name: str, raw: str, default: Any) -> Any:
    try:
        if isinstance(default, bool):
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}[raw.lower()]
        if isinstance(default, int):
            return int(raw)
    except (KeyError, ValueError):
        kind = "yes or no" if isinstance(default, bool) else "a whole number"
        raise BadSettings(f"{BARE.get(name, PREFIX + name.upper())} must be {kind}, not {raw!r}") from None
    if isinstance(default, tuple):
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    return Path(raw) if isinstance(default, Path) else raw


def _own_secret(data_dir: Path) -> str:
    """A random secret of this installation, readable by its owner only."""
    target = data_dir / "secret"
    if not target.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as out:
                out.write(secrets.token_urlsafe(48))
    return target.read_text().strip()


def _refuse_dangers(settings: Settings) -> None:
    if len(settings.secret_key) < 32:
        raise BadSettings("CHANNELPRESS_SECRET_KEY is shorter than 32 characters; leave it empty to have one generated")
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadSettings(f"CHANNELPRESS_TIME_ZONE {settings.time_zone!r} is no time zone; write for example Europe/Berlin") from None
    try:
        public = settings.is_public
    except ValueError:
        raise BadSettings(f"CHANNELPRESS_BIND {settings.bind!r} is no address; write for example 127.0.0.1 or 0.0.0.0") from None
    if public and not settings.public_url:
        raise BadSettings("CHANNELPRESS_PUBLIC_URL is empty while CHANNELPRESS_BIND is a public address: feeds and links need it")
    if public and settings.demo:
        raise BadSettings("CHANNELPRESS_DEMO prints its people's passwords; switch it off, or bind to 127.0.0.1")
    if not 1 <= settings.port <= 65534:
        raise BadSettings("PORT must lie between 1 and 65534")
    _refuse_engines(settings)
    _refuse_mail(settings)
    if public and settings.debug:
        raise BadSettings("CHANNELPRESS_DEBUG is on while CHANNELPRESS_BIND is a public address; switch one of them off")
    if public and settings.fetch_allow:
        raise BadSettings("FETCH_ALLOW names private addresses while CHANNELPRESS_BIND is public; empty it")


def _refuse_engines(settings: Settings) -> None:
    """An engine that is named must be complete; whether it answers is the doctor's question."""
    scheme = settings.database.partition(":")[0]
    if scheme not in ("sqlite", "postgresql+psycopg"):
        raise BadSettings(f"CHANNELPRESS_DATABASE_URL begins with {scheme!r}; write sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME")
    bell = settings.broker_url.partition(":")[0]
    if bell not in ("filesystem", "redis", "rediss", "amqp", "amqps"):
        raise BadSettings(f"CHANNELPRESS_BROKER_URL begins with {bell!r}; write redis://HOST/0 or amqp://USER:PASSWORD@HOST/VHOST, or leave it empty")
    for module, extra, name, needed in (
        ("psycopg", "postgres", "CHANNELPRESS_DATABASE_URL", scheme != "sqlite"),
        ("redis", "redis", "CHANNELPRESS_BROKER_URL", bell.startswith("redis")),
    ):
        if needed and find_spec(module) is None:
            raise BadSettings(f"{name} needs the package {module}; install it with: pip install 'channelpress[{extra}]'")
    if settings.object_store not in ("folder", "s3"):
        raise BadSettings(f"CHANNELPRESS_OBJECT_STORE must be folder or s3, not {settings.object_store!r}")
    if settings.object_store == "s3" and not settings.s3_bucket:
        raise BadSettings("CHANNELPRESS_S3_BUCKET is empty while CHANNELPRESS_OBJECT_STORE is s3; name the bucket")
    if bool(settings.s3_access_key) != bool(settings.s3_secret_key):
        raise BadSettings("CHANNELPRESS_S3_ACCESS_KEY and CHANNELPRESS_S3_SECRET_KEY belong together; set both or neither")
    if settings.s3_endpoint and not settings.s3_endpoint.startswith(("http://", "https://")):
        raise BadSettings(f"CHANNELPRESS_S3_ENDPOINT {settings.s3_endpoint!r} is no address; write for example https://s3.example")
    for name in ("database_pool", "web_processes", "web_threads", "worker_processes"):
        if getattr(settings, name) < 1:
            raise BadSettings(f"{PREFIX}{name.upper()} must be 1 or more")


def _refuse_mail(settings: Settings) -> None:
    """A mail server that is named must be complete; whether it answers is the doctor's question."""
    if settings.smtp_security not in ("starttls", "tls", "none"):
        raise BadSettings(f"CHANNELPRESS_SMTP_SECURITY must be starttls, tls or none, not {settings.smtp_security!r}")
    for name, value in (("MAIL_FROM", settings.mail_from), ("MAIL_REPLY_TO", settings.mail_reply_to)):
        if value and ("@" not in parseaddr(value)[1] or not value.isprintable()):
            raise BadSettings(f"{PREFIX}{name} {value!r} is no sender; write for example Channelpress <hub@vendor.example>")
    if settings.smtp_host and not settings.mail_from:
        raise BadSettings("CHANNELPRESS_MAIL_FROM is empty while CHANNELPRESS_SMTP_HOST names a mail server; write the sender of the hub's mails")
    if bool(settings.smtp_user) != bool(settings.smtp_password):
        raise BadSettings("CHANNELPRESS_SMTP_USER and CHANNELPRESS_SMTP_PASSWORD belong together; set both or neither")
    if not 1 <= settings.smtp_port <= 65535:
        raise BadSettings("CHANNELPRESS_SMTP_PORT must lie between 1 and 65535")
    if not 1 <= settings.smtp_timeout <= 40:
        raise BadSettings("CHANNELPRESS_SMTP_TIMEOUT must lie between 1 and 40 seconds: a worker gives up a job after 60")


def as_markdown() -> str:
    """The table of docs/settings.md."""
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for spec in fields(Settings):
        default = "" if spec.default is MISSING else spec.default
        shown = ",".join(default) if isinstance(default, tuple) else str(default)
        rows.append(f"| `{BARE.get(spec.name, PREFIX + spec.name.upper())}` | `{shown}` | {spec.metadata['help']} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
