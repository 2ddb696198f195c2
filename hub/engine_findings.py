"""Do the engines that the settings name really answer: the object store, read and written, and the doorbell."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from amqp.exceptions import AMQPError
from kombu.exceptions import OperationalError

from core.celery_app import make_celery
from core.database import Database
from core.errors import HubError
from core.rls import locked_tables
from core.settings import Settings
from core.storage import store_for

_ADVICE = {
    "NoSuchBucket": "Create the bucket, or name an existing one in CHANNELPRESS_S3_BUCKET.",
    "SignatureDoesNotMatch": "CHANNELPRESS_S3_SECRET_KEY does not belong to CHANNELPRESS_S3_ACCESS_KEY, or the clock of this machine is wrong.",
    "InvalidAccessKeyId": "CHANNELPRESS_S3_ACCESS_KEY is unknown to the service.",
    "AccessDenied": "Allow this key to put, get and delete objects in the bucket (CHANNELPRESS_S3_BUCKET).",
}


@dataclass(frozen=True)
class Finding:
    """`level` is ok, warn or bad; `fix` says what to do."""

    level: str
    what: str
    fix: str = ""


def store(settings: Settings) -> Finding:
    """Writes an object of its own, reads it and deletes it again."""
    where = f"the bucket {settings.s3_bucket}" if settings.object_store == "s3" else f"the folder {settings.data_dir / 'objects'}"
    probe = b"channelpress doctor " + secrets.token_bytes(16)
    try:
        objects = store_for(settings)
        key = objects.put(probe, public=False)
        same = objects.get(key) == probe
        objects.delete(key)
    except HubError as error:
        code = error.message.rpartition(" ")[2]
        fix = _ADVICE.get(code, "Check CHANNELPRESS_S3_ENDPOINT and that the service runs." if settings.object_store == "s3" else "Check its disk.")
        return Finding("bad", f"The object store, {where}, does not take and give objects: {code}", fix)
    if not same:
        return Finding(
            "bad", f"The object store, {where}, gives back other bytes than it took.", "Do not use this store; look for a cache in between."
        )
    return Finding("ok", f"The object store, {where}, takes, gives and deletes objects.")


def row_security(database: Database) -> list[Finding]:
    """Whether PostgreSQL's second lock holds for the user that the hub works as; nothing on SQLite, which has none."""
    if database.engine.dialect.name != "postgresql":
        return []
    with database.engine.connect() as connection:
        user, special = connection.exec_driver_sql("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").one()
        open_tables = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_class WHERE relname = ANY(%s) AND NOT (relrowsecurity AND relforcerowsecurity)", (locked_tables(),)
        ).scalar()
    if special:
        what = f"The database user {user} is a superuser or has BYPASSRLS: row-level security does not hold for it."
        return [Finding("warn", what, f"Give the hub a user of its own that owns its database: ALTER ROLE {user} NOSUPERUSER NOBYPASSRLS.")]
    if open_tables:
        return [
            Finding(
                "bad", f"{open_tables} tables are not locked by row-level security.", "Run `channelpress migrate`, then look at docs/security.md."
            )
        ]
    return [Finding("ok", f"Row-level security holds for the database user {user}.")]


def doorbell(settings: Settings) -> Finding:
    """A doorbell that is out of order costs waiting only, so it is a warning."""
    if settings.broker_url.startswith("filesystem"):
        return Finding("ok", "Jobs are rung for through the data folder.")
    address = urlsplit(settings.broker_url)
    name = f"{address.scheme}://{address.hostname}:{address.port or ''}".rstrip(":")
    try:
        with make_celery(settings).connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=3)
    except (OperationalError, OSError, AMQPError) as error:
        advice = "Check CHANNELPRESS_BROKER_URL and that the server runs; until then jobs start some seconds later."
        return Finding("warn", f"The doorbell {name} does not answer: {type(error).__name__}", advice)
    return Finding("ok", f"The doorbell {name} answers.")
