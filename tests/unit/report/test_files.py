"""Reports as files: the ending names the format, and a file is there in full or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from virtual_lab.domain import Report
from virtual_lab.errors import InvalidInputError, MissingExtraError, RenderingError
from virtual_lab.report.files import check_targets, write_report
from virtual_lab.report.registry import endings, exporters

BEGINNINGS = {
    ".md": b"# ",
    ".html": b"<!",
    ".json": b"{",
    ".docx": b"PK",
    ".pdf": b"%PDF",
    ".bib": b"@",
    ".ris": b"TY  - ",
    ".csl.json": b"[",
}


@pytest.mark.slow
def test_every_ending_is_a_format(english_report: Report, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    assert endings() == tuple(BEGINNINGS)
    for ending, beginning in BEGINNINGS.items():
        target = tmp_path / f"report{ending.upper()}"
        check_targets([target])
        write_report(english_report, "numbered", target)
        assert target.read_bytes().lstrip().startswith(beginning), ending
    assert len(list(tmp_path.iterdir())) == len(BEGINNINGS), "no draft is left"


def test_a_report_of_before_stays_where_the_new_one_cannot_be_made(
    english_report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(report: Report, citations: str) -> bytes:
        raise RenderingError("no")

    target = tmp_path / "report.md"
    target.write_text("before", encoding="utf-8")
    broken = exporters()[0].model_copy(update={"render": fail})
    monkeypatch.setattr("virtual_lab.report.files.exporter_of", lambda name: broken)
    with pytest.raises(RenderingError):
        write_report(english_report, "numbered", target)
    assert target.read_text(encoding="utf-8") == "before"


def test_a_file_that_cannot_be_put_there_leaves_no_draft(
    english_report: Report, tmp_path: Path
) -> None:
    (tmp_path / "report.md").mkdir()
    with pytest.raises(InvalidInputError, match=r"report\.md"):
        write_report(english_report, "numbered", tmp_path / "report.md")
    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]


def test_what_cannot_be_written_is_known_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidInputError, match=r"known are \.md, .*\.pdf"):
        check_targets([tmp_path / "report.odt"])
    with pytest.raises(InvalidInputError, match="there is no folder"):
        check_targets([tmp_path / "missing" / "report.md"])
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(InvalidInputError, match="cannot be written"):
        check_targets([tmp_path / "report.md"])
    monkeypatch.setattr("virtual_lab.report.pdf._PACKAGES", ("no_such_package",))
    with pytest.raises(MissingExtraError, match="pip install"):
        check_targets([tmp_path / "report.pdf"])
