"""The data folder is for its user alone: what is made, and what an earlier version left open."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.acceptance.processes import processes_in
from tests.acceptance.test_up import Up

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="POSIX modes, and /proc")

LAB = (sys.executable, "-m", "virtual_lab.cli")


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    """The service, with its logs outside of its data folder, under the usual umask."""
    before = os.umask(0o022)
    try:
        with processes_in(tmp_path / "up" / "data") as processes:
            processes.logs = tmp_path
            processes.data.rmdir()
            yield Up(processes)
    finally:
        os.umask(before)


def open_paths(data: Path) -> list[str]:
    """What other users may read or look into, but for sockets and locks of the moment."""
    every = [data, *data.rglob("*")]
    return sorted(str(path.relative_to(data)) for path in every if path.stat().st_mode & 0o077)


def test_all_is_made_for_its_user_alone_and_made_over_at_the_next_start(
    up: Up, tmp_path: Path
) -> None:
    run, data = up.processes.run, up.processes.data
    note = tmp_path / "note.md"
    note.write_text("# Foods\n\nNovel foods need an authorisation in the EU.\n", encoding="utf-8")
    report = data / "reports" / "report.md"
    report.parent.mkdir(mode=0o755)
    asked = run(*LAB, "research", "novel foods", "--docs", str(note), "--out", str(report))
    assert asked.returncode == 0, asked.stderr
    with note.open("rb") as file:
        uploads = f"http://127.0.0.1:{up.port}/api/library/collections/default/documents"
        sent = httpx.post(uploads, files={"files": file})
    assert sent.is_success, sent.text
    for kind in ("runs.sqlite3", "runs.sqlite3-wal", "passing", "uploads", "session-secret"):
        assert (data / kind).exists(), kind
    users_own = ["reports", "reports/report.md"]
    assert open_paths(data) == users_own
    assert up.processes.end(up.process) == 0
    for path in [data, *data.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    assert len(open_paths(data)) > 10
    assert run(*LAB, "runs", "list").returncode == 0
    assert open_paths(data) == users_own
