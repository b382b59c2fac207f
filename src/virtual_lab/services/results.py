"""Results: the Markdown of reports, cached for clients that poll."""

from __future__ import annotations

from functools import lru_cache

from virtual_lab.errors import NotFoundError
from virtual_lab.report.markdown import render_markdown
from virtual_lab.store import Store

_MOST_CACHED = 64


class Results:
    """Renders versions of reports, and caches the last ``_MOST_CACHED`` of them.

    Args:
        store: the store of the reports.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._render = lru_cache(_MOST_CACHED)(self._rendered)

    def markdown(self, report_id: str) -> str:
        """The latest version of a report; "" where it was deleted."""
        versions = self._store.reports.versions(report_id)
        try:
            return self._render(report_id, versions[-1].version) if versions else ""
        except NotFoundError:
            return ""

    def _rendered(self, report_id: str, version: int) -> str:
        return render_markdown(self._store.reports.get(report_id, version).report)
