"""A document keeps where everything stands; only what may be quoted becomes passages."""

from __future__ import annotations

from pathlib import Path

from virtual_lab.documents.document import (
    LONGEST_PARAGRAPH,
    PASSAGE_LENGTH,
    BlockKind,
    Document,
    DocumentBuilder,
)
from virtual_lab.documents.registry import read_document
from virtual_lab.documents.sandbox import find_documents


def document(builder: DocumentBuilder) -> Document:
    return Document(title="Title", text=builder.text, blocks=builder.blocks, language="en")


def test_passages_are_stretches_of_the_text(shared_data: Path) -> None:
    for path in find_documents(shared_data / "documents"):
        read = read_document(path)
        passages = read.passages()
        assert passages, path
        for passage in passages:
            assert read.text[passage.start : passage.end] == passage.text
        assert len({passage.id for passage in passages}) == len(passages)


def test_neighbours_of_one_section_are_joined_up_to_the_length() -> None:
    builder = DocumentBuilder()
    for _ in range(5):
        builder.add(BlockKind.TEXT, "x" * 400)
    lengths = [len(passage.text) for passage in document(builder).passages()]
    assert lengths == [802, 802, 400]
    assert max(lengths) <= PASSAGE_LENGTH


def test_a_page_or_a_heading_begins_a_passage() -> None:
    builder = DocumentBuilder()
    builder.add(BlockKind.TEXT, "On page one.", page=1)
    builder.add(BlockKind.TEXT, "On page two.", page=2)
    builder.heading("Results", 1, page=2)
    builder.add(BlockKind.ITEM, "Under a heading.", page=2)
    assert [(p.text, p.page, p.section) for p in document(builder).passages()] == [
        ("On page one.", 1, ()),
        ("On page two.", 2, ()),
        ("Under a heading.", 2, ("Results",)),
    ]


def test_what_may_not_be_quoted_is_in_no_passage() -> None:
    builder = DocumentBuilder()
    builder.add(BlockKind.TEXT, "Before it.")
    for kind in BlockKind:
        if kind not in (BlockKind.TEXT, BlockKind.ITEM):
            builder.add(kind, f"A {kind} in between.")
    builder.add(BlockKind.TEXT, "After it.")
    assert [passage.text for passage in document(builder).passages()] == ["Before it.", "After it."]


def test_headings_open_and_close_sections() -> None:
    builder = DocumentBuilder()
    for level, title in [(1, "Part"), (2, "First"), (3, "Detail"), (2, "Second"), (1, "Next")]:
        builder.heading(title, level)
        builder.add(BlockKind.TEXT, f"Under {title}.")
    assert [passage.section for passage in document(builder).passages()] == [
        ("Part",),
        ("Part", "First"),
        ("Part", "First", "Detail"),
        ("Part", "Second"),
        ("Next",),
    ]


def test_a_plain_heading_stands_below_a_division_of_its_level() -> None:
    builder = DocumentBuilder()
    for title in ("Annex III", "Objective", "Annex IV"):
        builder.heading(title, 1)
        builder.add(BlockKind.TEXT, f"Under {title}.")
    assert [passage.section for passage in document(builder).passages()] == [
        ("Annex III",),
        ("Annex III", "Objective"),
        ("Annex IV",),
    ]


def test_an_over_long_paragraph_is_cut_at_the_ends_of_sentences() -> None:
    sentence = "The applicant shall provide information on the food."
    builder = DocumentBuilder()
    builder.add(BlockKind.TEXT, " ".join([sentence] * (LONGEST_PARAGRAPH // len(sentence) + 1)))
    read = document(builder)
    passages = read.passages()
    assert len(passages) > 5
    for passage in passages:
        assert len(passage.text) <= PASSAGE_LENGTH
        assert passage.text.startswith("The")
        assert passage.text.endswith("food.")
        assert read.text[passage.start : passage.end] == passage.text
    assert " ".join(passage.text for passage in passages) == read.text


def test_a_long_paragraph_that_can_be_read_stays_whole() -> None:
    builder = DocumentBuilder()
    builder.add(BlockKind.TEXT, "A sentence of some length. " * 150)
    assert len(document(builder).passages()) == 1


def test_the_id_comes_from_the_content() -> None:
    first, second, other = DocumentBuilder(), DocumentBuilder(), DocumentBuilder()
    first.add(BlockKind.TEXT, "The same.")
    second.add(BlockKind.HEADING, "The same.")
    other.add(BlockKind.TEXT, "Another.")
    assert document(first).source_id == document(second).source_id != document(other).source_id


def test_empty_text_makes_no_block() -> None:
    builder = DocumentBuilder()
    builder.add(BlockKind.TEXT, " \n ")
    assert (builder.text, builder.blocks) == ("", ())
