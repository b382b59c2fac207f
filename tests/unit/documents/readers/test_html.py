"""HTML: the running text of a page, without its frame."""

from __future__ import annotations

from pathlib import Path

import pytest

from virtual_lab.documents.readers.html import html_document, read_html
from virtual_lab.errors import EmptyDocumentError

PAGE = """<!doctype html><html lang="en"><head><title>On novel foods</title>
<meta name="author" content="A. Panel"><script>var tracked = "do not read";</script></head><body>
<nav><a href="/">Home</a> <a href="/menu">Menu of the site</a></nav>
<article><h1>On novel foods</h1>
<p>A novel food is a food that was not eaten to a significant degree in the Union before 1997.</p>
<h2>Safety</h2>
<p>Applicants must provide data on genotoxicity and on allergenicity of every novel food.</p>
<p>{more}</p></article><footer>Copyright of the site, all rights reserved.</footer></body></html>"""


def test_the_article_is_read_without_its_frame(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE.format(more="The authority takes a decision within nine months."))
    document = read_html(path)
    assert document.title == "On novel foods"
    assert document.path == str(path)
    assert "genotoxicity" in document.text
    for frame in ("Menu of the site", "do not read", "all rights reserved"):
        assert frame not in document.text
    sections = [passage.section for passage in document.passages() if "genotox" in passage.text]
    assert sections == [("Safety",)]


@pytest.mark.parametrize("encoding", ["utf-8", "euc-kr"])
def test_korean_pages_are_read_in_their_encoding(encoding: str) -> None:
    text = PAGE.format(more="유전독성 시험 자료를 제출하여야 한다. " * 5)
    page = text.replace("<head>", f'<head><meta charset="{encoding}">').encode(encoding)
    assert "유전독성 시험 자료를 제출하여야 한다." in html_document(page, Path("page.html")).text


@pytest.mark.parametrize(
    "page", [b"<html><body></body></html>", b"<html><script>x</script></html>"]
)
def test_a_page_without_text_is_empty(page: bytes) -> None:
    with pytest.raises(EmptyDocumentError):
        html_document(page, Path("page.html"))


def test_markup_in_the_text_does_not_survive() -> None:
    page = PAGE.format(
        more="It says &lt;script&gt;alert(1)&lt;/script&gt; and goes on for a while."
    )
    document = html_document(page.encode(), Path("page.html"))
    assert "<script" not in document.text
