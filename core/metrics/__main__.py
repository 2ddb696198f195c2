"""`python -m core.metrics`: the page docs/metrics.md."""

import sys

from core import tables
from core.metrics import as_markdown

HEAD = """# Metrics

`GET /metrics` for Prometheus; generated from the instruments (`python -m core.metrics > docs/metrics.md`). Who may read it and what to
alarm on stands in [operators.md](operators.md). Routes are rules (`/desk/deals/<typeid:registration_id>`), never addresses; no label
holds an id, a name or anything a person typed.

"""
if tables:
    sys.stdout.write(HEAD + as_markdown())
