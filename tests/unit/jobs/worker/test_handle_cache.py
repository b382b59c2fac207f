"""A file stays open between its users, and is opened anew where it is another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from virtual_lab.jobs.worker.handle_cache import HandleCache


class Opened:
    def __init__(self, path: Path) -> None:
        path.touch()
        self.content = path.read_text()
        self.closed = False

    def close(self) -> None:
        assert not self.closed
        self.closed = True


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "file"
    made.write_text("first")
    return made


def test_the_next_user_has_the_same(path: Path) -> None:
    kept = HandleCache(Opened)
    with kept.use(path) as first:
        pass
    with kept.use(path) as second:
        assert second is first
        assert not second.closed
    kept.close()
    assert first.closed


def test_a_file_that_was_replaced_is_opened(path: Path) -> None:
    kept = HandleCache(Opened)
    with kept.use(path) as first:
        newer = path.with_name("newer")
        newer.write_text("second")
        newer.replace(path)
    with kept.use(path) as second:
        assert second.content == "second"
        assert first.closed


def test_a_file_of_another_name_is_opened(path: Path, tmp_path: Path) -> None:
    kept = HandleCache(Opened)
    with kept.use(path) as first:
        pass
    other = tmp_path / "other"
    other.write_text("other")
    with kept.use(other) as second:
        assert second.content == "other"
        assert first.closed


def test_a_file_that_is_gone_is_made_anew(path: Path) -> None:
    kept = HandleCache(Opened)
    with kept.use(path) as first:
        pass
    path.unlink()
    with kept.use(path) as second:
        assert second.content == ""
        assert first.closed


def test_two_at_once_have_one_each(path: Path) -> None:
    kept = HandleCache(Opened)
    with kept.use(path) as first, kept.use(path) as second:
        assert first is not second
    assert [first.closed, second.closed] == [True, False]


def test_after_an_error_it_is_opened_anew(path: Path) -> None:
    kept = HandleCache(Opened)
    with pytest.raises(KeyboardInterrupt), kept.use(path) as first:
        raise KeyboardInterrupt
    assert first.closed
    with kept.use(path) as second:
        assert second is not first
