"""The real API, which stops dead when it is about to publish a run that it has written down."""

from __future__ import annotations

import threading
from typing import Any

from server import app
from virtual_lab.jobs.dispatch.publisher import Publisher
from virtual_lab.settings import load_settings

__all__ = ["app"]


def _stop(self: Publisher, task: str, run_id: str, *_: Any, **__: Any) -> None:
    (load_settings().data_dir / "publishing").write_text(run_id, encoding="utf-8")
    threading.Event().wait()


Publisher.send = _stop  # type: ignore[method-assign]
