"""The Celery application a worker process runs: `celery -A hub.worker worker`."""

from core.celery_app import make_celery
from core.logging import configure
from core.settings import load_settings
from hub.app import build_database

settings = load_settings()
configure(settings)
app = make_celery(settings, lambda: build_database(settings))
