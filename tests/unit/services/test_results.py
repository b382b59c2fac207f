"""The Markdown of reports."""

from __future__ import annotations

import pytest

from tests.unit.api.conftest import report
from virtual_lab.messages import Message
from virtual_lab.services.results import Results
from virtual_lab.store import Store, StoredRun


def test_a_version_is_read_once(
    store: Store, finished: StoredRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = Results(store)
    first = results.markdown(finished.id)
    assert first.startswith("# Novel foods\n")
    with monkeypatch.context() as patch:
        patch.setattr(store.reports, "get", None)
        assert results.markdown(finished.id) is first
    store.reports.add_version(
        finished.id, report("Novel foods, revised"), Message.of("outside.text", text="shorter")
    )
    assert results.markdown(finished.id).startswith("# Novel foods, revised\n")


def test_a_deleted_report_is_gone_at_once(store: Store, finished: StoredRun) -> None:
    results = Results(store)
    assert results.markdown(finished.id)
    store.reports.delete(finished.id)
    assert results.markdown(finished.id) == ""
