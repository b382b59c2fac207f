"""Of many processes that ask for a file at once, one makes it."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest

from virtual_lab.atomic_file import read_or_create


def test_who_comes_at_the_same_time_reads_the_same(tmp_path: Path) -> None:
    file, numbers, together = tmp_path / "data" / "token", count(), Barrier(8)

    def ask(_: int) -> str:
        together.wait()
        return read_or_create(file, lambda: str(next(numbers)))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert [left.name for left in file.parent.iterdir()] == ["token"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such modes")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    read_or_create(tmp_path / "token", lambda: "secret")
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
