"""The starter library: there for whoever has nothing, out of the way for everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from virtual_lab.documents.document import BlockKind, Document, DocumentBuilder
from virtual_lab.domain import SourceKind
from virtual_lab.library.ephemeral import docs_collection
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.starter import STARTER, add_starter, searched_by_default


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path / "library.sqlite3")
    yield index
    index.close()


def document(text: str) -> Document:
    builder = DocumentBuilder()
    builder.add(BlockKind.TEXT, text)
    return Document(title="Own", text=builder.text, blocks=builder.blocks, language="en")


def test_an_empty_library_falls_back_on_it(index: Index) -> None:
    assert searched_by_default(index) == (STARTER,)
    sources = index.sources(STARTER)
    assert 6 <= len(sources) <= 10
    assert {source.language for source in sources} == {"en", "ko"}
    assert {source.kind for source in sources} == {SourceKind.PRIMER}
    assert {source.path for source in sources} == {None}  # no path of this machine


def test_own_documents_are_searched_alone(index: Index) -> None:
    add_starter(index)
    index.add(document("My own."), "mine")
    index.add(document("In passing."), docs_collection(Path("/docs")))
    assert searched_by_default(index) == ("mine",)


def test_documents_in_passing_do_not_count_as_own(index: Index) -> None:
    index.add(document("In passing."), docs_collection(Path("/docs")))
    assert searched_by_default(index) == (STARTER,)


def test_it_follows_the_package(index: Index) -> None:
    index.add(document("A primer of an older version."), STARTER)
    add_starter(index)
    before = index.sources(STARTER)
    assert "Own" not in {source.title for source in before}
    add_starter(index)
    assert index.sources(STARTER) == before
