"""An S3 server of the test's own: rclone, which checks real signatures and keeps objects as plain files."""

from __future__ import annotations

import signal
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tests.engines.processes import end, free_port, is_listening, program, spawn, wait_until

ACCESS_KEY = "HUBTESTKEY"
SECRET_KEY = "hub-test-secret-that-is-no-secret"
REGION = "us-east-1"


class S3Server:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def started(cls, folder: Path) -> S3Server:
        made = cls(folder)
        made.start()
        return made

    def start(self) -> None:
        self._data.mkdir(parents=True, exist_ok=True)
        rclone = program("rclone", "rclone", sysconfig.get_path("scripts"))
        command = [rclone, "serve", "s3", "--addr", f"127.0.0.1:{self.port}", "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}"]
        command += ["--config", "/dev/null", "--cache-dir", str(self.folder / "s3-cache"), "--vfs-cache-mode", "off", str(self._data)]
        self._process = spawn(command, self._log)
        wait_until(self._answers, 30, lambda: f"the S3 server answers\n{self._log.read_text()[-2000:]}")

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is not None:
            end(self._process, number)
            self._process = None

    def bucket(self, name: str) -> Path:
        """Makes the bucket; its objects lie in the folder that is returned, each under its key."""
        if not (self._data / name).exists():
            self.client().create_bucket(Bucket=name)
        return self._data / name

    def client(self) -> Any:
        """A client with the keys of the server's owner."""
        keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
        config = Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")
        return boto3.client("s3", endpoint_url=self.endpoint, region_name=REGION, config=config, **keys)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environ(self, bucket: str, endpoint: str = "") -> dict[str, str]:
        """The settings of an installation that keeps its objects here; `endpoint` for a proxy in between."""
        return {
            "CHANNELPRESS_OBJECT_STORE": "s3",
            "CHANNELPRESS_S3_BUCKET": bucket,
            "CHANNELPRESS_S3_ENDPOINT": endpoint or self.endpoint,
            "CHANNELPRESS_S3_REGION": REGION,
            "CHANNELPRESS_S3_ACCESS_KEY": ACCESS_KEY,
            "CHANNELPRESS_S3_SECRET_KEY": SECRET_KEY,
        }

    @property
    def _data(self) -> Path:
        return self.folder / "s3"

    @property
    def _log(self) -> Path:
        return self.folder / "s3.log"

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()[-2000:]
        return is_listening(self.port)
