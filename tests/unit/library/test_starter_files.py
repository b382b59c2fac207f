"""The primers of the starter library: every sentence can be quoted and stands by itself."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from virtual_lab.documents.document import Document
from virtual_lab.documents.quotable import statements
from virtual_lab.documents.readers.markdown import read_markdown
from virtual_lab.text.language import detect_language
from virtual_lab.text.sentences import split_sentences

FOLDER = Path(str(files("virtual_lab.library") / "starter"))
PRIMERS = sorted(FOLDER.glob("*.md"))
PRIMARY_SOURCES = ("Primary sources", "근거 자료")

each_primer = pytest.mark.parametrize("path", PRIMERS, ids=lambda path: path.stem)


def front_matter(path: Path) -> dict[str, str]:
    head = path.read_text("utf-8").split("---\n")[1]
    return dict(line.split(": ", 1) for line in head.splitlines())


def sentences(document: Document) -> list[str]:
    """The sentences of a primer, without its list of primary sources."""
    return [
        sentence
        for passage in document.passages()
        if passage.section[-1] not in PRIMARY_SOURCES
        for paragraph in passage.text.split("\n\n")
        for sentence in split_sentences(paragraph)
    ]


def test_there_are_primers_in_both_languages() -> None:
    assert 6 <= len(PRIMERS) <= 10
    assert {front_matter(path)["language"] for path in PRIMERS} == {"en", "ko"}


@each_primer
def test_the_front_matter_is_complete(path: Path) -> None:
    head = front_matter(path)
    assert set(head) == {"title", "language", "as_of"}
    assert date.fromisoformat(head["as_of"])
    document = read_markdown(path)
    assert document.title == head["title"]
    assert document.language == head["language"]
    assert document.published == head["as_of"]
    assert f"\n# {head['title']}\n" in path.read_text("utf-8")


@each_primer
def test_every_sentence_can_be_quoted_by_itself(path: Path) -> None:
    document = read_markdown(path)
    quotable = {s.text for passage in document.passages() for s in statements(passage)}
    written = sentences(document)
    assert len(written) >= 10
    # One that leans on its neighbour ("This ...") is quotable together with it only.
    assert not [sentence for sentence in written if sentence not in quotable]


@each_primer
def test_it_is_written_in_its_language(path: Path) -> None:
    document = read_markdown(path)
    assert {detect_language(sentence) for sentence in sentences(document)} == {document.language}


@each_primer
def test_every_sentence_names_a_number_or_a_date_of_its_source(path: Path) -> None:
    assert not [s for s in sentences(read_markdown(path)) if not re.search(r"\d", s)]


@each_primer
def test_it_ends_with_its_primary_sources(path: Path) -> None:
    last = path.read_text("utf-8").split("\n## ")[-1]
    assert last.startswith(PRIMARY_SOURCES)
    assert len(re.findall(r"^- ", last, re.MULTILINE)) >= 3
