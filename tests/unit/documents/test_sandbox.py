"""Reading in a process of its own: no file crashes, hangs or fills the machine."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from virtual_lab.documents.sandbox import DocumentReader, ReaderClosedError, find_documents
from virtual_lab.errors import (
    BrokenDocumentError,
    EmptyDocumentError,
    EncryptedDocumentError,
    OversizedDocumentError,
    ScannedDocumentError,
    SlowDocumentError,
    UnreadableDocumentError,
    UnsupportedDocumentError,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reader() -> Iterator[DocumentReader]:
    with DocumentReader() as reader:
        yield reader


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("empty.pdf", b"", EmptyDocumentError),
        ("empty.txt", b" \n\n ", EmptyDocumentError),
        ("broken.pdf", b"%PDF-1.7 and nothing", BrokenDocumentError),
        ("broken.docx", b"PK\x03\x04 and nothing", BrokenDocumentError),
        ("secret.docx", b"\xd0\xcf\x11\xe0 and more", EncryptedDocumentError),
        ("data.txt", b"\x00\x01\x02", BrokenDocumentError),
        ("table.xlsx", b"anything", UnsupportedDocumentError),
        ("README", b"anything", UnsupportedDocumentError),
    ],
)
def test_what_gives_no_text_says_why(
    reader: DocumentReader, tmp_path: Path, name: str, content: bytes, error: type[Exception]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error) as raised:
        reader.read(path)
    assert "\n" not in str(raised.value)


def test_a_missing_file_says_so(reader: DocumentReader, tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocumentError, match="No such file"):
        reader.read(tmp_path / "nowhere.pdf")


def test_an_over_large_file_is_not_tried(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_text("A sentence. " * 200_000)
    limit = pytest.raises(OversizedDocumentError, match="2 MB; the limit is 1")
    with DocumentReader(max_bytes=1 << 20) as reader, limit:
        reader.read(path)


def test_a_slow_file_is_given_up_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "fine.txt"
    path.write_text("Read in the end.")
    with DocumentReader(timeout=0.001) as reader:
        with pytest.raises(SlowDocumentError, match="over 0"):
            reader.read(path)
        monkeypatch.setattr(reader._processes[0], "_timeout", 60.0)
        assert reader.read(path).text == "Read in the end."


def test_a_reader_that_dies_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "fine.txt"
    path.write_text("Read in the end.")
    with DocumentReader() as reader:
        monkeypatch.setattr(sys, "executable", "/bin/false")
        with pytest.raises(BrokenDocumentError, match="reading it failed"):
            reader.read(path)
        monkeypatch.undo()
        assert reader.read(path).text == "Read in the end."


def test_a_file_that_fills_the_memory_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(b"ab " * 20_000_000)  # over 1 GB as words
    with DocumentReader() as reader, pytest.raises(OversizedDocumentError, match="memory"):
        reader.read(path)


def test_no_hostile_file_crashes_or_hangs(reader: DocumentReader, shared_data: Path) -> None:
    outcomes: dict[str, type[Exception] | None] = {}
    for path in find_documents(shared_data / "hostile" / "pdf"):
        try:
            document = reader.read(path)
        except UnreadableDocumentError as error:
            outcomes[path.name] = type(error)
        else:
            outcomes[path.name] = None
            for passage in document.passages():
                assert document.text[passage.start : passage.end] == passage.text
    assert len(outcomes) > 100
    assert sum(outcome is None for outcome in outcomes.values()) > 50
    assert SlowDocumentError not in outcomes.values()
    found = {EncryptedDocumentError, BrokenDocumentError, ScannedDocumentError}
    assert found <= set(outcomes.values())


def test_a_closed_reader_starts_no_process(tmp_path: Path) -> None:
    path = tmp_path / "food.txt"
    path.write_text("The food is safe.")
    reader = DocumentReader()
    assert reader.read(path).text
    reader.close()
    with pytest.raises(ReaderClosedError):
        reader.read(path)


def test_closing_ends_a_read_that_has_begun(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_text("This sentence takes its time. " * 1_000_000)
    with DocumentReader() as reader, ThreadPoolExecutor() as executor:
        reading = executor.submit(reader.read, path)
        time.sleep(0.2)
        reader.close()
        assert isinstance(reading.exception(), ReaderClosedError)


def test_folders_are_searched_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.md", "a.TXT", "c/d.pdf", ".git/e.md", "c/.f.md", "~$g.docx", "h.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "folder.md").mkdir()
    found = [str(path.relative_to(tmp_path)) for path in find_documents(tmp_path)]
    assert found == ["a.TXT", "b.md", "c/d.pdf"]
