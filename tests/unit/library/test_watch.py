"""Watching a folder: real files, real events, the real reader."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.watch import watch_folder

pytestmark = pytest.mark.slow

PATIENCE_S = 60.0


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path / "library.sqlite3")
    yield index
    index.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    return folder


@pytest.fixture
def told(index: Index, folder: Path) -> Iterator[list[str]]:
    """What the watching said so far."""
    lines: list[str] = []
    stop = threading.Event()
    with DocumentReader() as reader:
        watching = threading.Thread(
            target=watch_folder,
            args=(index, folder, "a", reader, lines.append),
            kwargs={"stop": stop},
        )
        # What comes before the watch is set is read as well, and tells that it is.
        (folder / "probe.md").write_text("# Probe\n\nThe watch is set.\n")
        watching.start()
        wait_for(lambda: bool(lines))
        yield lines
        stop.set()
        watching.join(PATIENCE_S)
        assert not watching.is_alive()


def titles(index: Index) -> set[str]:
    return {source.title for source in index.sources("a")} - {"Probe"}


def test_a_collection_follows_its_folder(index: Index, folder: Path, told: list[str]) -> None:
    (folder / "one.md").write_text("# One\n\nThe novel food is safe for people.\n")
    (folder / ".hidden.md").write_text("# Hidden\n\nNobody reads this.\n")
    (folder / "picture.jpg").write_bytes(b"no document")
    wait_for(lambda: titles(index) == {"One"})
    (folder / "one.md").write_text("# Other\n\nThe other food is safe as well.\n")
    wait_for(lambda: titles(index) == {"Other"})
    (folder / "one.md").unlink()
    wait_for(lambda: titles(index) == set())
    assert f"a: removed {folder / 'one.md'}" in told
    assert not any("hidden" in line or "picture" in line for line in told)


def test_folders_come_and_go_whole(
    index: Index, folder: Path, told: list[str], tmp_path: Path
) -> None:
    made = tmp_path / "made"
    (made / "deeper").mkdir(parents=True)
    for name in ("one", "deeper/two"):
        (made / f"{name}.md").write_text(f"# {name}\n\nA sentence of {name}.\n")
    made.rename(folder / "moved")
    wait_for(lambda: titles(index) == {"one", "deeper/two"})
    shutil.move(folder / "moved", tmp_path / "elsewhere")
    wait_for(lambda: titles(index) == set())


def test_a_file_that_is_being_written_is_waited_for(
    index: Index, folder: Path, told: list[str]
) -> None:
    path = folder / "slow.md"
    with path.open("w") as file:
        file.write("# Slow\n\n")
        for number in range(15):
            file.write(f"Sentence number {number} is here.\n\n")
            file.flush()
            time.sleep(0.15)
        file.write("The end.\n")
    wait_for(lambda: titles(index) == {"Slow"})
    added = [line for line in told if "slow.md" in line]
    assert len(added) == 1
    (source,) = (source for source in index.sources("a") if source.title == "Slow")
    assert index.text(source.id).endswith("The end.")


def test_what_cannot_be_read_is_told_and_the_watch_goes_on(
    index: Index, folder: Path, told: list[str]
) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing")
    wait_for(lambda: any(line.startswith("not read: ") for line in told))
    (folder / "fine.md").write_text("# Fine\n\nThis one can be read.\n")
    wait_for(lambda: titles(index) == {"Fine"})
