"""The S3 twin of the folder store: any service that speaks S3 with Signature Version 4."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import quote

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from core.errors import NotFound, Unavailable
from core.storage.stores import LARGEST, PIECE, Lying, address_of, checked_key, observed

log = logging.getLogger("channelpress.storage")

_MISSING = frozenset({"NoSuchKey", "404", "NotFound"})
#: Two tries of three plus ten seconds: a page does not hang for minutes while the service is away.
_PARTS = TransferConfig(multipart_threshold=8 * 2**20, multipart_chunksize=8 * 2**20, max_concurrency=2)
_PATIENCE = {"connect_timeout": 3, "read_timeout": 10, "retries": {"mode": "standard", "total_max_attempts": 2}}


class S3Store:
    """One bucket, one object per key, its first four digits as folders."""

    def __init__(self, bucket: str, *, endpoint: str = "", region: str = "us-east-1", access_key: str = "", secret_key: str = "") -> None:
        self.bucket = bucket
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region,
            aws_access_key_id=access_key or None,
            aws_secret_access_key=secret_key or None,
            config=Config(
                signature_version="s3v4",
                # Trailing checksums are Amazon's own: with them a service that does not know them answers wrongly or not at all.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                # The digest of the content is signed instead, on every connection.
                s3={"addressing_style": "path" if endpoint else "auto", "payload_signing_enabled": True},
                max_pool_connections=32,
                **_PATIENCE,
            ),
        )

    def _name(self, key: str) -> str:
        return f"{checked_key(key)[:2]}/{key[2:4]}/{key}"

    def put(self, content: bytes, *, public: bool = True) -> str:
        key = address_of(content, public=public)
        with self._told_as_unavailable("put"):
            self._client.put_object(Bucket=self.bucket, Key=self._name(key), Body=content)
        return key

    def put_file(self, key: str, content: IO[bytes]) -> None:
        """In parts of 8 MiB where it is larger than that; a part is held in memory, never the file."""
        with self._told_as_unavailable("put"):
            self._client.upload_fileobj(content, self.bucket, self._name(key), Config=_PARTS)

    def get(self, key: str) -> bytes:
        return b"".join(self.stream(key))

    def stream(self, key: str) -> Iterator[bytes]:
        name = self._name(key)
        with self._told_as_unavailable("get"):
            answer = self._client.get_object(Bucket=self.bucket, Key=name)
            if answer["ContentLength"] > LARGEST:
                answer["Body"].close()
                raise Unavailable("object_too_large")
        return self._pieces(answer["Body"], answer["ContentLength"])

    def _pieces(self, body: Any, size: int) -> Iterator[bytes]:
        """An answer that ends before its announced length is a fault of the service, never a shorter object."""
        came = 0
        with self._told_as_unavailable("read"), body:
            for piece in body.iter_chunks(PIECE):
                came += len(piece)
                yield piece
            if came != size:
                raise self._unavailable("read", "TruncatedBody", EOFError(f"{came} of {size} bytes"))

    def lying(self, after: str = "") -> Iterator[Lying]:
        start = {"StartAfter": self._name(after)} if after else {}
        with self._told_as_unavailable("list"):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, **start):
                for one in page.get("Contents", ()):
                    key = one["Key"].rpartition("/")[2]
                    if len(key) == 64 and key > after:
                        yield Lying(key, one["Size"], one["LastModified"])

    def look(self) -> None:
        with self._told_as_unavailable("look"):
            self._client.head_bucket(Bucket=self.bucket)

    def link(self, key: str, *, name: str, media_type: str, seconds: int) -> str | None:
        told = {
            "Bucket": self.bucket,
            "Key": self._name(key),
            "ResponseContentType": media_type,
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "ResponseCacheControl": "private, no-store",
        }
        return str(self._client.generate_presigned_url("get_object", Params=told, ExpiresIn=seconds))

    def delete(self, key: str) -> None:
        name = self._name(key)
        with self._told_as_unavailable("delete"):
            self._client.delete_object(Bucket=self.bucket, Key=name)

    @contextmanager
    def _told_as_unavailable(self, verb: str) -> Iterator[None]:
        """A missing object is NotFound; everything else may be well again later, a wrong key or bucket after the operator has looked."""
        try:
            with observed(verb):
                yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _MISSING:
                raise NotFound("object") from None
            raise self._unavailable(verb, code, error) from error
        except (BotoCoreError, Boto3Error, HTTPError, OSError) as error:
            raise self._unavailable(verb, type(error).__name__, error) from error

    def _unavailable(self, verb: str, code: str, error: Exception) -> Unavailable:
        log.error("the object store refused", extra={"verb": verb, "bucket": self.bucket, "code": code, "error": str(error)[:300]})
        return Unavailable("object_store", detail=code)
