"""The JSON of a report is the report."""

from __future__ import annotations

import json

from virtual_lab.domain import Report
from virtual_lab.report.json import render_json


def test_it_reads_back_as_the_same_report(
    english_report: Report, written_report: Report, korean_report: Report
) -> None:
    for report in (english_report, written_report, korean_report):
        assert Report.model_validate_json(render_json(report)) == report


def test_korean_is_written_as_it_is(korean_report: Report) -> None:
    text = render_json(korean_report)
    assert "식품위생법" in text
    assert text.endswith("}\n")


def test_programs_find_their_fields(english_report: Report) -> None:
    report = json.loads(render_json(english_report))
    quote = report["sections"][0]["findings"][0]["quotes"][0]
    assert set(quote) >= {"text", "source_id", "passage_id", "locator"}
    assert quote["locator"] == {"page": 36, "section": "Allergenicity › Bioinformatics"}
    assert report["rounds"][0]["scores"][0]["score"] == 2
    assert report["references"][0]["id"] == "guidance"
