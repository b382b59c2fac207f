"""From lines to blocks: what the layout repeats is left out, what it broke is joined."""

from __future__ import annotations

from virtual_lab.documents.document import BlockKind
from virtual_lab.documents.readers.pdf_layout import Layout, TextLine

BODY = 10.0
Blocks = list[tuple[BlockKind, str]]


def page(number: int, *lines: str, top: float = 150.0) -> list[TextLine]:
    """Lines of body text, below each other; "# " makes a heading, "~ " a note, "" a gap."""
    made = []
    for text in lines:
        height = {"# ": 16.0, "~ ": 7.0}.get(text[:2], BODY)
        if text:
            words = text[2:] if height != BODY else text
            made.append(TextLine(words, number, 60.0, top, height, height > BODY, 800.0))
        top += 12.0 if height <= BODY else 22.0
    return made


def at(number: int, top: float, text: str) -> TextLine:
    return TextLine(text, number, 60.0, top, 8.0, False, 800.0)


def blocks(*pages: list[TextLine]) -> Blocks:
    builder = Layout(list(pages)).build()
    return [(block.kind, builder.text[block.start : block.end]) for block in builder.blocks]


def test_lines_of_a_paragraph_are_joined_and_gaps_part_paragraphs() -> None:
    assert blocks(page(1, "The first line", "goes on here.", "", "", "Another one.")) == [
        (BlockKind.TEXT, "The first line goes on here."),
        (BlockKind.TEXT, "Another one."),
    ]


def test_hyphenated_line_ends_are_joined_as_the_document_writes_the_word() -> None:
    found = blocks(
        page(1, "The genotox-", "icity of it.", "", "", "A well-", "known case, well-known to us."),
        page(2, "Soft hy\u00adphens are dropped."),
    )
    assert [text for _, text in found] == [
        "The genotoxicity of it.",
        "A well-known case, well-known to us.",
        "Soft hyphens are dropped.",
    ]


def test_half_a_word_at_the_end_of_a_line_is_no_word_of_its_own() -> None:
    """EFSA's guidance breaks pres-ence and pres-sure, and was read as of a "pres-sure"."""
    found = blocks(
        page(1, "The blood pres-", "sure is measured, to be", "sure. Its pres-", "ence is known."),
        page(2, "They are well known, and a well-", "known case is one."),
    )
    assert [text for _, text in found] == [
        "The blood pressure is measured, to be sure. Its presence is known.",
        "They are well known, and a well-known case is one.",
    ]


def test_running_lines_and_page_numbers_are_left_out() -> None:
    texts = ["The food.", "A study of it.", "Two tests.", "Some doses.", "No effect.", "The end."]
    pages = [
        [at(n, 20, f"{n} of 6 | Journal of Foods"), *page(n, text), at(n, 780, str(n))]
        for n, text in enumerate(texts, 1)
    ]
    assert [text for _, text in blocks(*pages)] == texts


def test_a_table_of_contents_is_no_text() -> None:
    contents = page(1, "# Contents", *(f"Chapter {n} ........ {n}" for n in range(3, 12)))
    found = blocks(contents, page(2, "The text begins."))
    assert {kind for kind, text in found if "Chapter" in text} == {BlockKind.CONTENTS}
    assert (BlockKind.TEXT, "The text begins.") in found


def test_references_notes_and_captions_may_not_be_quoted() -> None:
    lines = [
        *("# Results", "The text of the results.", "", "", "~ 1 A footnote.", "", ""),
        *("TABLE 1 Doses by group.", "", "", "# References", "Smith (2020). A study."),
    ]
    found = {text: kind for kind, text in blocks(page(1, *lines))}
    assert found["The text of the results."] is BlockKind.TEXT
    assert found["1 A footnote."] is BlockKind.NOTE
    assert found["TABLE 1 Doses by group."] is BlockKind.TABLE
    assert found["Smith (2020). A study."] is BlockKind.REFERENCE


def test_items_of_a_list_stand_alone() -> None:
    found = blocks(page(1, "The list:", "• first", "• second"))
    assert found[1:] == [(BlockKind.ITEM, "• first"), (BlockKind.ITEM, "• second")]


def test_an_empty_document_has_no_blocks() -> None:
    assert blocks([], []) == []
    assert Layout([]).title() is None
