"""Real servers of the tests' own: a PostgreSQL cluster, a Redis, a RabbitMQ vhost, an S3 server, and a proxy that breaks on demand.

Each `start`s on a free port of 127.0.0.1 with its data in a folder of the test, can be stopped and started again, and ends with
the test run even when that is killed. What a test may break must be a server of its own; the suite shares one set (`tests/conftest.py`).
"""

from tests.engines.faulting import FaultingProxy
from tests.engines.postgres import Postgres
from tests.engines.rabbitmq import RabbitVhost
from tests.engines.redis_server import RedisServer
from tests.engines.s3_server import S3Server

__all__ = ["FaultingProxy", "Postgres", "RabbitVhost", "RedisServer", "S3Server"]
