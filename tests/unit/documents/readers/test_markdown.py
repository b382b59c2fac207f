"""Markdown: what stands in the text, without the marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from virtual_lab.documents.document import BlockKind, Document
from virtual_lab.documents.readers.markdown import markdown_document, plain
from virtual_lab.errors import EmptyDocumentError


def read(text: str) -> Document:
    return markdown_document(text, Path("file.md"))


def blocks(document: Document) -> list[tuple[BlockKind, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def test_front_matter_names_the_document() -> None:
    document = read(
        "---\ntitle: 'A guidance'\nauthor: EFSA; NDA Panel\ndoi: 10.2903/1\ndate: 2024-09-30\n"
        "url: https://example.org/1\n---\n# Other title\n\nText.\n"
    )
    assert document.title == "A guidance"
    assert document.authors == ("EFSA", "NDA Panel")
    assert (document.number, document.published) == ("10.2903/1", "2024-09-30")
    assert document.url == "https://example.org/1"


def test_korean_judgments_name_themselves() -> None:
    document = read(
        "---\n사건명: 시정명령취소\n법원명: 서울고등법원\n"
        "사건번호: 2018누68089\n선고일자: 2019-04-05\n---\n"
        "## 판결요지\n\n처분은 위법하다.\n"
    )
    assert (document.title, document.authors) == ("시정명령취소", ("서울고등법원",))
    assert (document.number, document.published) == ("2018누68089", "2019-04-05")
    assert document.language == "ko"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "somewhere"])
def test_only_an_address_of_the_web_is_an_address(url: str) -> None:
    assert read(f"---\nurl: {url}\n---\nText here.\n").url is None


def test_the_first_heading_is_the_title_and_the_file_name_stands_in() -> None:
    assert read("# A title\n\nText.").title == "A title"
    assert read("Text alone.").title == "file"


def test_marks_are_taken_off() -> None:
    assert plain('**bold** _em_ `code` [link](http://a.b "t") ![i](x.png) <b>t</b> snake_case') == (
        "bold em code link i t snake_case"
    )


def test_each_kind_of_block_is_known() -> None:
    document = read(
        "# Title\n\nA paragraph\nover two lines.\n\n- first item\n- second item\n\n"
        "| a | b |\n\n---\n\n```\ncode\n```\n\nAfter it.\n"
    )
    assert blocks(document) == [
        (BlockKind.HEADING, "Title"),
        (BlockKind.TEXT, "A paragraph over two lines."),
        (BlockKind.ITEM, "- first item"),
        (BlockKind.ITEM, "- second item"),
        (BlockKind.TABLE, "| a | b |"),
        (BlockKind.TABLE, "code"),
        (BlockKind.TEXT, "After it."),
    ]


def test_references_are_not_quotable_and_end_with_their_section() -> None:
    document = read(
        "# Title\n\n## Text\n\nQuotable.\n\n## References\n\nSmith (2020). A study.\n\n"
        "### Further\n\nJones (2021).\n\n## Annex\n\nQuotable again.\n"
    )
    assert [passage.text for passage in document.passages()] == ["Quotable.", "Quotable again."]


def test_short_numbered_lines_divide_a_judgment() -> None:
    document = read(
        "# 판결\n\n【이유】\n\n1. 처분의 경위\n\n원고는 식당을 운영하였다.\n\n가. 원고의 주장\n\n"
        "처분이 위법하다고 주장한다.\n\n2. 판단\n\n처분은 적법하다.\n"
    )
    assert [passage.section for passage in document.passages()] == [
        ("이유", "처분의 경위"),
        ("이유", "처분의 경위", "원고의 주장"),
        ("이유", "판단"),
    ]


@pytest.mark.parametrize("text", ["", "   \n", "---\ntitle: x\n---\n", "# Only a heading\n"])
def test_nothing_to_quote_is_an_empty_document(text: str) -> None:
    with pytest.raises(EmptyDocumentError):
        read(text)


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "<" * 50_000, "*" * 50_000, "![" * 50_000, "`" * 50_000]
)
def test_no_text_makes_it_slow(text: str) -> None:
    assert len(plain(text)) <= len(text)
