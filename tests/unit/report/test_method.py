"""How a report was made, as every format shows it."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest

from virtual_lab.domain import Proposal, Report, Round, SpecialistScore, Usage
from virtual_lab.report.docx import render_docx
from virtual_lab.report.html import render_html
from virtual_lab.report.markdown import render_markdown
from virtual_lab.report.method import method_part
from virtual_lab.report.paper import ProseBlock, Scores, Table
from virtual_lab.report.pdf import render_pdf

USAGE = Usage(calls=23, prompt_tokens=40_000, completion_tokens=5_120, cost=0.1234)


@pytest.fixture
def report(english_report: Report) -> Report:
    """A report of several proposals of a team, with a specialist that the critic left out."""
    unscored = SpecialistScore(specialist="s2", role="Case law", score=None, findings=2)
    first, second = english_report.rounds
    return english_report.model_copy(
        update={
            "rounds": (Round(number=1, scores=(*first.scores, unscored)), second),
            "proposals": (
                Proposal(role="Allergenicity specialist", focus="Digestion", count=4, trials=5),
                Proposal(role="Case law", focus="Courts", count=2, trials=5),
            ),
            "team_why": "Four of five proposals name it.",
            "usage": USAGE,
            "minutes": 3.4,
        }
    )


def tables(report: Report) -> dict[str, Table]:
    return {block.caption: block for block in method_part(report).blocks if block.kind == "table"}


def test_the_proposals_are_a_frequency_table_with_the_reason_for_the_choice(
    report: Report,
) -> None:
    table = tables(report)["Specialists named in 5 independent proposals of a team"]
    assert table.rows == (
        ("Allergenicity specialist", "Digestion", "4 of 5"),
        ("Case law", "Courts", "2 of 5"),
    )
    why = ProseBlock(text="Why this team: Four of five proposals name it.")
    assert why in method_part(report).blocks


def test_what_the_model_took_is_said_with_what_is_not_known(report: Report) -> None:
    assert tables(report)["What the language model took"].rows == (
        ("Calls", "23"),
        ("Tokens", "45,120 (40,000 in prompts, 5,120 in answers)"),
        ("Cost", "$0.1234"),
        ("Minutes, since the run was started or last resumed", "3.4"),
    )
    unpriced = USAGE.model_copy(update={"cost": None})
    old = report.model_copy(update={"usage": unpriced, "minutes": None})
    assert tables(old)["What the language model took"].rows[2:] == (
        ("Cost", "not known (no price is known for the model)"),
    )


def test_nothing_of_it_is_there_where_no_model_took_part(korean_report: Report) -> None:
    assert tables(korean_report).keys() == {"팀 구성", "1라운드"}


def test_a_specialist_without_a_score_has_its_row(report: Report) -> None:
    (scores,) = [block for block in method_part(report).blocks if isinstance(block, Scores)]
    assert scores.rows[1] == ("Case law", (None, None))
    assert tables(report)["Round 1"].rows[1] == ("Case law", "not scored", "2", "", "", "")


@pytest.mark.slow
def test_every_format_shows_it(report: Report) -> None:
    document = docx.Document(BytesIO(render_docx(report)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    texts = [
        render_markdown(report).replace("\\", ""),
        render_html(report),
        "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)]),
        pdf_text(render_pdf(report)),
    ]
    for text in texts:
        for part in ("Four of five", "45,120", "$0.1234", "not scored", "4 of 5"):
            assert part in text, (part, text[:20])


def pdf_text(pdf: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()
