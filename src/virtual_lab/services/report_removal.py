"""The removal of a report, together with what its run found online."""

from __future__ import annotations

from contextlib import closing

from virtual_lab.bootstrap.library import open_index
from virtual_lab.library.ephemeral import forget_run
from virtual_lab.settings import Settings
from virtual_lab.store.store import Store


def delete_report(store: Store, settings: Settings, report_id: str) -> None:
    """Delete all versions of a report, and the sources that its run found online.

    The run itself stays, and so do the documents of the library.

    Raises:
        NotFoundError: there is no such report.
        LibraryError: the library cannot be opened; the report is deleted all the same.
    """
    store.reports.delete(report_id)
    with closing(open_index(settings)) as index:
        forget_run(index, report_id)
