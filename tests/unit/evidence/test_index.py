"""The index: what goes in is found, what goes out is gone, and others may read meanwhile."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from virtual_lab.errors import LibraryError, NotFoundError
from virtual_lab.evidence import tokens
from virtual_lab.evidence.documents import BlockKind, Document, DocumentBuilder
from virtual_lab.evidence.index import Index


def document(*paragraphs: str, title: str = "Title") -> Document:
    builder = DocumentBuilder()
    for number, paragraph in enumerate(paragraphs, 1):
        builder.add(BlockKind.TEXT, paragraph, page=number)
    return Document(title=title, text=builder.text, blocks=builder.blocks, language="en")


NOVEL = document("The applicant shall describe the novel food.", "유전독성 시험을 하여야 한다.")
OTHER = document("Allergenicity is assessed case by case.", title="Opinion on SDN-1")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path / "folder" / "library.sqlite3")
    yield index
    index.close()


def found(index: Index, query: str, *collections: str) -> list[str]:
    return [hit.passage.text for hit in index.search(query, collections)]


def test_what_was_added_is_found_with_its_place(index: Index) -> None:
    assert index.add(NOVEL, "a")
    passage = index.search("유전독성")[0].passage
    assert passage == NOVEL.passages()[1]
    assert index.passage(passage.id) == passage
    assert index.text(NOVEL.source_id) == NOVEL.text
    assert index.source(NOVEL.source_id) == NOVEL.source()
    assert index.passages(NOVEL.source_id) == list(NOVEL.passages())


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("describing NOVEL foods", "The applicant shall describe the novel food."),
        ("유전독성시험", "유전독성 시험을 하여야 한다."),
        ("SDN-1", "Allergenicity is assessed case by case."),
    ],
)
def test_words_are_matched_in_their_forms_and_in_titles(
    index: Index, query: str, first: str
) -> None:
    index.add(NOVEL, "a")
    index.add(OTHER, "a")
    assert found(index, query)[0] == first


@pytest.mark.parametrize(
    "query", ["", "the of", '"', "novel AND", "NEAR(", "title:food", "*", "x'); DROP TABLE source"]
)
def test_no_query_breaks_the_index(index: Index, query: str) -> None:
    index.add(NOVEL, "a")
    index.search(query)
    assert index.size() == 2


def test_the_same_content_is_kept_once(index: Index) -> None:
    assert index.add(NOVEL, "a")
    assert not index.add(NOVEL, "a")
    assert index.add(NOVEL, "b")
    assert index.size() == 2
    assert index.collections() == {"a": 1, "b": 1}


def test_a_search_keeps_to_its_collections(index: Index) -> None:
    index.add(NOVEL, "a")
    index.add(OTHER, "b")
    assert found(index, "novel allergenicity", "b") == ["Allergenicity is assessed case by case."]
    assert len(found(index, "novel allergenicity", "a", "b")) == 2
    assert found(index, "novel", "none") == []


def test_a_term_that_most_passages_hold_is_dropped(index: Index) -> None:
    index.add(document(*(f"Common words and number{n}." for n in range(20))), "a")
    assert found(index, "common number7") == ["Common words and number7."]
    assert len(found(index, "common")) == 20  # but a query is not left empty


def test_rare_tokens_weigh_more(index: Index) -> None:
    index.add(document("Food one.", "Food two.", "Toxicity of food."), "a")
    assert index.weight("toxic") > index.weight("food") > 0
    assert index.frequency("food") == 3
    assert index.frequency("absent") == 0


def test_removal_leaves_nothing_behind(index: Index, tmp_path: Path) -> None:
    index.add(NOVEL, "a")
    index.remember_file("a", "/x.md", "1", NOVEL.source_id)
    index.remove(NOVEL.source_id, "a")
    assert found(index, "novel food 유전독성") == []
    assert index.frequency("novel") == 0
    index.close()
    database = sqlite3.connect(tmp_path / "folder" / "library.sqlite3")
    for table in ("source", "passage", "membership", "file"):
        rows = database.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
        assert rows.fetchone() == (0,), table
    database.execute("INSERT INTO passage_words(passage_words) VALUES ('integrity-check')")
    assert database.execute("SELECT count(*) FROM passage_terms").fetchone() == (0,)
    database.close()


def test_a_source_stays_while_another_collection_holds_it(index: Index) -> None:
    index.add(NOVEL, "a")
    index.add(NOVEL, "b")
    index.remove(NOVEL.source_id, "a")
    assert found(index, "novel", "b")
    assert index.remove_collection("b") == 1
    assert index.sources() == []


def test_what_is_not_there_is_said_so(index: Index) -> None:
    with pytest.raises(NotFoundError, match="collection nowhere"):
        index.remove_collection("nowhere")
    for call in (index.source, index.text, index.passage):
        with pytest.raises(NotFoundError, match="s123"):
            call("s123")
    with pytest.raises(NotFoundError, match="s123 in collection a"):
        index.remove("s123", "a")


def test_a_file_is_remembered_and_forgotten_with_its_source(index: Index) -> None:
    index.add(NOVEL, "a")
    for path in ("/one.md", "/copy.md"):
        index.remember_file("a", path, "stamp", NOVEL.source_id)
    index.forget_file("a", "/one.md")
    assert found(index, "novel")  # the copy still holds it
    index.forget_file("a", "/copy.md")
    assert found(index, "novel") == []
    assert index.files("a") == {}


def test_a_failed_write_changes_nothing(index: Index) -> None:
    passages = NOVEL.passages()
    broken = passages[1].model_copy(update={"language": None})  # the table wants one
    with pytest.raises(LibraryError):
        index.add_source(NOVEL.source(), NOVEL.text, [passages[0], broken], "a")
    assert (index.size(), index.collections(), found(index, "novel")) == (0, {}, [])
    assert index.add(NOVEL, "a")


def test_what_is_kept_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    first = Index(tmp_path / "library.sqlite3")
    first.add(NOVEL, "a")
    first.close()
    again = Index(tmp_path / "library.sqlite3")
    assert found(again, "novel")
    assert again.bytes_on_disk() > 0
    again.close()


def test_another_version_of_the_tokens_indexes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Index(tmp_path / "library.sqlite3")
    first.add(NOVEL, "a")
    first.close()
    monkeypatch.setattr(tokens, "VERSION", tokens.VERSION + 1)
    monkeypatch.setattr("virtual_lab.evidence.schema.tokenise", lambda text: ["everything"])
    again = Index(tmp_path / "library.sqlite3")
    assert again.frequency("novel") == 0
    assert again.frequency("everything") == 2
    again.close()


@pytest.mark.parametrize("content", [b"This is no database at all. " * 40, b"\x00" * 4096])
def test_a_file_that_is_no_index_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match=r"library\.sqlite3"):
        Index(path)


def test_an_index_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    Index(path).close()
    database = sqlite3.connect(path)
    database.execute("UPDATE meta SET value = '999' WHERE key = 'schema'")
    database.commit()
    database.close()
    with pytest.raises(LibraryError, match="another version"):
        Index(path)


_READ = """
import sys
from pathlib import Path
from virtual_lab.evidence.index import Index
index = Index(Path(sys.argv[1]))
seen = []
while "last" not in seen:
    sizes = len(index.search("passage", limit=1000)), index.size()
    assert sizes[0] <= sizes[1] and sizes[1] % 10 == 0, sizes
    seen = [hit.passage.text.split()[-1] for hit in index.search("last")]
print(index.size())
"""


def test_two_processes_read_while_one_writes(tmp_path: Path) -> None:
    """Readers never wait, fail, or see half a document."""
    path = tmp_path / "library.sqlite3"
    index = Index(path)
    readers = [
        subprocess.Popen([sys.executable, "-c", _READ, path], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for number in range(30):
        index.add(document(*(f"This passage is number {number} {n}." for n in range(10))), "a")
    index.add(document(*(f"This one is the last {n} last" for n in range(10))), "a")
    index.close()
    for reader in readers:
        assert reader.communicate(timeout=60)[0].strip() == "310"
        assert reader.returncode == 0
