"""Files and folders become documents of a collection, and stay in step with the disk."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from virtual_lab.documents.document import Document
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.errors import EmptyDocumentError, NotFoundError
from virtual_lab.library.ephemeral import docs_collection, is_docs_collection
from virtual_lab.library.ingest import AddResult, IngestStep, add_paths
from virtual_lab.library.sqlite.index import Index

pytestmark = pytest.mark.slow


class CountingReader(DocumentReader):
    """The real reader, which keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []

    def read(self, path: Path) -> Document:
        self.paths.append(path.name)
        return super().read(path)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path / "library.sqlite3")
    yield index
    index.close()


@pytest.fixture(scope="module")
def shared_reader() -> Iterator[CountingReader]:
    with CountingReader() as reader:
        yield reader


@pytest.fixture
def reader(shared_reader: CountingReader) -> CountingReader:
    shared_reader.paths.clear()
    return shared_reader


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "deeper").mkdir(parents=True)
    (folder / "one.md").write_text("# One\n\nThe novel food is safe for people.\n")
    (folder / "deeper" / "two.txt").write_text("The allergenicity of the food was assessed.\n")
    return folder


def outcomes(result: AddResult) -> dict[str, str]:
    return {file.path.name: file.outcome for file in result.files}


def test_a_folder_is_read_recursively(index: Index, reader: CountingReader, folder: Path) -> None:
    result = add_paths(index, [folder], "a", reader)
    assert outcomes(result) == {"one.md": "added", "two.txt": "added"}
    assert sorted(source.title for source in index.sources("a")) == ["One", "two"]


def test_the_same_folder_twice_does_nothing(
    index: Index, reader: CountingReader, folder: Path
) -> None:
    add_paths(index, [folder], "a", reader)
    reader.paths.clear()
    again = add_paths(index, [folder, folder / "one.md"], "a", reader)
    assert outcomes(again) == {"one.md": "unchanged", "two.txt": "unchanged"}
    assert (reader.paths, again.removed, len(index.sources("a"))) == ([], 0, 2)


def test_a_file_that_was_only_touched_is_not_read_again(
    index: Index, reader: CountingReader, folder: Path
) -> None:
    add_paths(index, [folder], "a", reader)
    reader.paths.clear()
    os.utime(folder / "one.md", ns=(1, 1))
    assert outcomes(add_paths(index, [folder], "a", reader))["one.md"] == "unchanged"
    assert reader.paths == []


def test_a_changed_file_takes_the_place_of_the_old(
    index: Index, reader: CountingReader, folder: Path
) -> None:
    add_paths(index, [folder], "a", reader)
    (folder / "one.md").write_text("# One\n\nThe traditional food is eaten elsewhere.\n")
    assert outcomes(add_paths(index, [folder], "a", reader)) == {
        "one.md": "added",
        "two.txt": "unchanged",
    }
    assert not index.search("novel")
    assert index.search("traditional")
    assert len(index.sources("a")) == 2


def test_a_changed_file_that_cannot_be_read_keeps_its_old_text(
    index: Index, reader: CountingReader, folder: Path
) -> None:
    add_paths(index, [folder], "a", reader)
    (folder / "one.md").write_text("")
    assert outcomes(add_paths(index, [folder], "a", reader))["one.md"] == "failed"
    assert index.search("novel")


def test_a_file_that_is_gone_leaves_the_collection(
    index: Index, reader: CountingReader, folder: Path
) -> None:
    add_paths(index, [folder], "a", reader)
    (folder / "one.md").unlink()
    assert add_paths(index, [folder / "deeper"], "a", reader).removed == 0  # not its business
    assert add_paths(index, [folder], "a", reader).removed == 1
    assert not index.search("novel")


def test_a_moved_file_is_there_once(index: Index, reader: CountingReader, folder: Path) -> None:
    add_paths(index, [folder], "a", reader)
    shutil.move(folder / "one.md", folder / "deeper" / "one.md")
    add_paths(index, [folder], "a", reader)
    assert len(index.search("novel")) == 1
    assert len(index.sources("a")) == 2


def test_what_cannot_be_read_is_named_and_the_others_go_on(
    index: Index, reader: CountingReader, folder: Path
) -> None:
    (folder / "empty.txt").write_text("")
    (folder / "broken.pdf").write_bytes(b"no PDF")
    (folder / ".hidden.md").write_text("Not looked at.")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    result = add_paths(index, [folder], "a", reader)
    assert result.counts == {"added": 2, "failed": 2}
    errors = {file.path.name: file.error for file in result.failures}
    assert isinstance(errors["empty.txt"], EmptyDocumentError)
    assert "broken" in str(errors["broken.pdf"])
    assert len(index.sources("a")) == 2


def test_a_file_that_is_named_is_tried_whatever_its_ending(
    index: Index, reader: CountingReader, folder: Path
) -> None:
    (folder / "picture.png").write_bytes(b"\x89PNG")
    result = add_paths(index, [folder / "picture.png"], "a", reader)
    assert "format that is not read" in str(result.failures[0].error)


def test_a_path_that_is_not_there_is_an_error(
    index: Index, reader: CountingReader, folder: Path
) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        add_paths(index, [folder, folder / "nowhere"], "a", reader)
    assert index.sources() == []


def test_progress_names_each_file(index: Index, reader: CountingReader, folder: Path) -> None:
    seen: list[IngestStep] = []
    add_paths(index, [folder], "a", reader, seen.append)
    files = [folder / "deeper" / "two.txt", folder / "one.md"]
    assert seen == [IngestStep(0, 2, files[0], 0), IngestStep(1, 2, files[1], 1)]


def test_collections_in_passing_are_known_by_their_name(folder: Path) -> None:
    assert is_docs_collection(docs_collection(folder))
    assert docs_collection(folder) == docs_collection(folder / "deeper" / "..")
    assert not is_docs_collection("default")


def test_what_was_read_before_an_interruption_is_kept(
    index: Index, folder: Path, reader: CountingReader
) -> None:
    def interrupt(step: IngestStep) -> None:
        assert (step.total, step.pages) == (2, step.done)
        if step.done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_paths(index, [folder], "a", reader, interrupt)
    assert len(index.sources("a")) == 1
    result = add_paths(index, [folder], "a", reader)
    assert result.counts == {"added": 1, "unchanged": 1}


def test_files_that_are_read_side_by_side_stay_in_order(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(12):
        words = "A sentence. " * (5_000 if number % 3 == 0 else 1)  # some take longer
        (folder / f"{number:02}.md").write_text(f"# Title {number}\n\n{words} {number}\n")
    with DocumentReader(processes=3) as reader:
        result = add_paths(index, [folder], "a", reader)
    assert [file.path.name for file in result.files] == [f"{n:02}.md" for n in range(12)]
    assert [source.title for source in index.sources("a")] == [f"Title {n}" for n in range(12)]


def test_what_a_document_gave_stays_with_it(index: Index, folder: Path) -> None:
    class WarningReader(DocumentReader):
        def read(self, path: Path) -> Document:
            return super().read(path).model_copy(update={"warnings": ("page 3 has no text",)})

    with WarningReader() as reader:
        add_paths(index, [folder / "one.md"], "a", reader)
    (source,) = index.sources("a")
    assert source.warnings == ("page 3 has no text",)
    assert index.passage_counts("a") == {source.id: 1}


def test_what_came_from_a_folder_that_cannot_be_looked_into_stays(
    index: Index, reader: CountingReader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_paths(index, [folder], "a", reader)
    look = os.scandir

    def locked(path: str) -> object:
        if path == str(folder / "deeper"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return look(path)

    monkeypatch.setattr("os.scandir", locked)
    (folder / "one.md").unlink()
    result = add_paths(index, [folder], "a", reader)
    [failure] = result.failures
    assert (failure.path, str(failure.error)) == (
        folder / "deeper",
        "The document cannot be read: Permission denied",
    )
    assert result.removed == 1
    assert list(index.files("a")) == [str(folder / "deeper" / "two.txt")]
