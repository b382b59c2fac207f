"""The PDF, read back with pypdfium2."""

from __future__ import annotations

import ctypes
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from virtual_lab.domain import Finding, Report, Section
from virtual_lab.errors import MissingExtraError, RenderingError
from virtual_lab.report import pdf
from virtual_lab.report.paper import printable
from virtual_lab.report.pdf import render_pdf

pytestmark = pytest.mark.slow

pytest.importorskip("typst", reason="the extra pdf is not installed")


def read(report: Report) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(render_pdf(report))


def lines(document: pypdfium2.PdfDocument) -> list[str]:
    """The lines of all pages, without the hyphens of broken words."""
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    return text.replace("\ufffe", "").splitlines()


def words(document: pypdfium2.PdfDocument) -> str:
    """The text of all pages with a single space between words."""
    return " ".join(" ".join(lines(document)).split())


def addresses(document: pypdfium2.PdfDocument) -> Iterator[str]:
    """Where the web links of all pages lead."""
    for page in document:
        position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
        while pdfium.FPDFLink_Enumerate(page.raw, position, link):
            action = pdfium.FPDFLink_GetAction(link)
            if pdfium.FPDFAction_GetType(action) == pdfium.PDFACTION_URI:
                size = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0)
                buffer = ctypes.create_string_buffer(size)
                pdfium.FPDFAction_GetURIPath(document.raw, action, buffer, size)
                yield buffer.value.decode()


def language(document: pypdfium2.PdfDocument) -> str:
    size = pdfium.FPDFCatalog_GetLanguage(document.raw, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium.FPDFCatalog_GetLanguage(document.raw, buffer, size)
    return bytes(buffer).decode("utf-16-le").rstrip("\0")


def test_english_text_quotes_and_tables(english_report: Report) -> None:
    text = words(read(english_report))
    for expected in (
        "How is the allergenicity of a new protein assessed?",
        "Question: How do regulators assess the allergenicity of a new protein?",
        "Constraints: Guidance since 2020 only",
        "“A sequence identity of 35 % over 80 amino acids is the cut-off.” — Guidance on novel food"
        " applications, e8961, p. 36 (Allergenicity › Bioinformatics) [1]",
        "Scores by round, out of 5 Round 1 Round 2 Allergenicity specialist 2 4",
        "[1] EFSA NDA Panel. Guidance on novel food applications. e8961. 2024",
        "Statements verified against their quotes 3 of 4",
        "Every allergen is stable. no quote carries it",
    ):
        assert expected in text


def test_korean_text_and_metadata(korean_report: Report) -> None:
    document = read(korean_report)
    text = words(document)
    claim = korean_report.sections[0].findings[0].claim
    assert text.count(f"“{claim}”") == 2
    assert "시정명령취소청구, 2018누68089, 판단 (판례내용 › 판단) [1]" in text
    assert document.get_metadata_dict()["Title"] == korean_report.title
    assert language(document) == "ko-KR"
    assert pdfium.FPDFCatalog_IsTagged(document.raw)


def test_sentences_run_on_as_text(written_report: Report) -> None:
    text = words(read(written_report))
    assert "Identity over a threshold is followed up. [1], p. 36" in text
    assert re.search(r"Both identity and digestion count\.1,2 A third matters\.", text)
    assert "is the cut-off.” [35 %가 기준이다.] — Guidance" in text


def test_headings_are_bookmarks(korean_report: Report) -> None:
    headings = [entry.get_title() for entry in read(korean_report).get_toc()]
    assert headings == [
        "요약 답변",
        "엄격해석의 원칙",
        "확인하지 못한 것",
        "방법과 팀",
        "참고문헌",
        "검증 범위",
    ]


def test_korean_lines_break_between_words(korean_report: Report) -> None:
    claim = " ".join(f"가나다라마바사{number}은" for number in range(60))
    findings = (Finding(id="f1", claim=claim, quotes=()),)
    sections = (Section(title="절", findings=findings),)
    report = korean_report.model_copy(update={"sections": sections, "short_answer": ()})
    found = [word for line in lines(read(report)) for word in line.split() if "나다" in word]
    assert found == claim.split()


def test_all_fonts_are_embedded(english_report: Report, korean_report: Report) -> None:
    for report in (english_report, korean_report):
        texts = [
            item
            for page in read(report)
            for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])
        ]
        assert texts
        for item in texts:
            font = pdfium.FPDFTextObj_GetFont(item.raw)
            assert pdfium.FPDFFont_GetIsEmbedded(font) == 1


def test_pages_are_drawn_and_numbered(english_report: Report) -> None:
    document = read(english_report)
    count = len(document)
    for number, page in enumerate(document, 1):
        pixels = bytes(page.render(scale=0.5, grayscale=True).buffer)
        share = sum(pixel < 128 for pixel in pixels) / len(pixels)
        assert 0.001 < share < 0.5
        assert f"{number} / {count}" in page.get_textpage().get_text_range()


def test_references_link_to_the_web(english_report: Report) -> None:
    assert list(addresses(read(english_report))) == ["https://doi.org/10.2903/j.efsa.2024.8961"]


@pytest.mark.parametrize(
    "string",
    [
        '#panic("no")',
        '#read("/etc/hostname")',
        "*not bold* _not slanted_ `not raw` $x^2$",
        "= No heading",
        "@no-reference <no-label>",
        '"}]} \\u{41} #eval("1+1")',
        "// no comment /* none */",
        "https://no-link.example/",
    ],
)
def test_typst_markup_stays_text(string: str, english_report: Report, hostile_report: Any) -> None:
    document = read(hostile_report(english_report, [string] * 3))
    assert words(document).count(string) > 12
    assert list(addresses(document)) == ["https://doi.org/10.2903/j.efsa.2024.8961"]


@pytest.mark.parametrize("name", ["blns.json", "xss-payload-list.txt"])
def test_hostile_text_stays_text(
    name: str, english_report: Report, shared_data: Path, hostile_report: Any
) -> None:
    text = (shared_data / "hostile" / name).read_text("utf-8")
    strings = json.loads(text) if name.endswith("json") else text.splitlines()[::40]
    document = read(hostile_report(english_report, strings))
    shown = "".join("".join(lines(document)).split())
    plain = [s for s in map(printable, strings) if s.isascii() and 0 < len(s) < 60]
    assert len(plain) > 50
    assert [s for s in plain if "".join(s.split()) not in shown] == []
    assert list(addresses(document)) == ["https://doi.org/10.2903/j.efsa.2024.8961"]


def test_without_the_extra_it_says_what_to_install(
    english_report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_PACKAGES", ("no_such_typesetter",))
    with pytest.raises(MissingExtraError, match=r'pip install "pjt-virtual-lab\[pdf\]"'):
        render_pdf(english_report)


def test_a_failing_typesetter_is_a_typed_error(
    english_report: Report, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "typst.py").write_text("raise RuntimeError('no paper left')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(RenderingError, match="no paper left"):
        render_pdf(english_report)


def test_a_slow_typesetter_is_ended(
    english_report: Report, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "typst.py").write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(RenderingError, match="over 1 s"):
        render_pdf(english_report, timeout=1.0)
