"""Two kinds of signatures: short-lived tokens that only this hub reads, and Ed25519 for what strangers verify."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.errors import BadToken
from core.ids import IdColumn, TypeID, new_id
from core.settings import Settings

if TYPE_CHECKING:
    from core.ctx import Ctx


class SigningKey(Base):
    """Ed25519 keys of the installation; the newest one signs, all of them verify."""

    __tablename__ = "core_signing_key"
    id: Mapped[TypeID] = mapped_column(IdColumn("key"), primary_key=True)
    private: Mapped[bytes] = mapped_column(LargeBinary)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


def sign(settings: Settings, purpose: str, payload: dict[str, Any]) -> str:
    """A URL-safe token bound to `purpose`: it opens nothing else."""
    token = URLSafeTimedSerializer(settings.secret_key, salt=f"channelpress.{purpose}").dumps(payload)
    return token if isinstance(token, str) else token.decode()


def unsign(settings: Settings, purpose: str, token: str, *, max_age: int | None = None) -> dict[str, Any]:
    """The payload; raises BadToken when forged, meant for something else, or older than `max_age` seconds."""
    if len(token) > 8192:
        raise BadToken("token_too_long")
    try:
        payload: dict[str, Any] = URLSafeTimedSerializer(settings.secret_key, salt=f"channelpress.{purpose}").loads(token, max_age=max_age)
    except SignatureExpired:
        raise BadToken("token_expired") from None
    except BadSignature:
        raise BadToken("token_invalid") from None
    return payload


def _key(ctx: Ctx) -> SigningKey:
    row = ctx.session.scalar(select(SigningKey).order_by(SigningKey.id.desc()).limit(1))
    if row is None:
        private = Ed25519PrivateKey.generate()
        row = SigningKey(
            id=new_id("key"),
            private=private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()),
            public=private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
            created_at=ctx.now,
        )
        ctx.session.add(row)
        ctx.session.flush()
    return row


def sign_bytes(ctx: Ctx, message: bytes) -> str:
    """`key id.signature`, with the newest key; makes the first key of an installation."""
    return signer(ctx)(message)


def signer(ctx: Ctx) -> Callable[[bytes], str]:
    """`sign_bytes` for many messages: the key is read once."""
    row = _key(ctx)
    private = Ed25519PrivateKey.from_private_bytes(row.private)

    def sign_one(message: bytes) -> str:
        return f"{row.id}.{base64.urlsafe_b64encode(private.sign(message)).decode().rstrip('=')}"

    return sign_one


@dataclass(frozen=True)
class PublicKey:
    """What a stranger needs to verify; `raw` are the 32 bytes."""

    id: TypeID
    raw: bytes
    created_at: datetime

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the raw key: what two people compare over the telephone."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def pem(self) -> str:
        public = Ed25519PublicKey.from_public_bytes(self.raw)
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def public_keys(ctx: Ctx) -> list[PublicKey]:
    """Every key this installation has ever signed with, oldest first."""
    rows = ctx.session.scalars(select(SigningKey).order_by(SigningKey.id))
    return [PublicKey(row.id, row.public, row.created_at) for row in rows]


def signature_holds(ctx: Ctx, message: bytes, signed: str) -> bool:
    """True when one of our keys signed exactly these bytes."""
    row = _key_named(ctx, signed)
    return row is not None and signature_fits(row.public, message, signed)


def signature_fits(public: bytes, message: bytes, signed: str) -> bool:
    """True when the key that belongs to `public` signed exactly these bytes; needs no database."""
    try:
        encoded = signed.partition(".")[2]
        raw = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        Ed25519PublicKey.from_public_bytes(public).verify(raw, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key_of(ctx: Ctx, signed: str) -> str:
    """The public key that a signature names, as base64; empty when it is not ours."""
    row = _key_named(ctx, signed)
    return "" if row is None else base64.urlsafe_b64encode(row.public).decode()


def _key_named(ctx: Ctx, signed: str) -> SigningKey | None:
    try:
        key_id = TypeID.parse(signed.partition(".")[0], "key")
    except ValueError:
        return None
    return ctx.session.scalar(select(SigningKey).where(SigningKey.id == key_id))
