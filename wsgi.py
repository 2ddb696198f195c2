"""The WSGI entry point: `granian --interface wsgi wsgi:app`."""

from core.logging import configure
from core.settings import load_settings
from hub.app import create_app

_settings = load_settings()
configure(_settings)
app = create_app(_settings)
