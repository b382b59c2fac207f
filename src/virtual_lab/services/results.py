"""Results: the Markdown of reports, which clients that poll ask for again and again."""

from __future__ import annotations

from functools import lru_cache

from virtual_lab.errors import NotFoundError
from virtual_lab.report.markdown import render_markdown
from virtual_lab.store import Store

_KEPT = 64


class Results:
    """Renders each version of a report once, and keeps the latest ``_KEPT`` of them.

    Args:
        store: where the reports are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._render = lru_cache(_KEPT)(self._rendered)

    def markdown(self, report_id: str) -> str:
        """The latest version of a report; "" where it was deleted."""
        versions = self._store.reports.versions(report_id)
        try:
            return self._render(report_id, versions[-1].version) if versions else ""
        except NotFoundError:
            return ""

    def _rendered(self, report_id: str, version: int) -> str:
        return render_markdown(self._store.reports.get(report_id, version).report)
