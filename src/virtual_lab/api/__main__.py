"""``python -m virtual_lab.api`` writes the OpenAPI file to standard output."""

from __future__ import annotations

import sys

from virtual_lab.api.app import make_app
from virtual_lab.api.schema import render_schema
from virtual_lab.settings import Settings

sys.stdout.write(render_schema(make_app(Settings())))
