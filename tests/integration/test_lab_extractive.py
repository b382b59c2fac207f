"""The whole way on real documents: every sentence of a report stands in its source."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from virtual_lab.analysts.extractive import ExtractiveAnalyst
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.domain import Event, EventKind, Finding, Question, Report
from virtual_lab.lab import ResearchLab
from virtual_lab.library.ingest import add_paths
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.starter import STARTER, add_starter
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.text.glossary import load_glossary
from virtual_lab.verification.verify import normalise, stands_in

TOXICOLOGY = "What toxicological information must an applicant provide for a novel food?"
SUSPENSION = "식품위생법 위반으로 영업정지 처분을 받은 경우 처분이 취소되는 기준은?"
GENOTOXICITY = "신규식품 유전독성 시험 요건"
NEWCOMER = "NGT 안전성 평가 프레임워크"
OFF_TOPIC = "Who won the football world cup in 1998?"


@pytest.fixture(scope="module")
def index(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The library of all real documents, and the starter library."""
    index = Index(tmp_path_factory.mktemp("library") / "library.sqlite3")
    with DocumentReader() as reader:
        for language in ("en", "ko"):
            added = add_paths(index, [shared_data / "documents" / language], language, reader)
            assert not added.failures
    add_starter(index)
    yield index
    index.close()


def research(index: Index, topic: str, *collections: str) -> tuple[Report, list[Event]]:
    events: list[Event] = []
    retriever = Retriever(index, load_glossary(), collections)
    lab = ResearchLab(ExtractiveAnalyst(), retriever)
    return asyncio.run(lab.research(Question(topic=topic), events.append)), events


@pytest.fixture(scope="module")
def toxicology(index: Index) -> tuple[Report, list[Event]]:
    return research(index, TOXICOLOGY, "en")


@pytest.fixture(scope="module")
def suspension(index: Index) -> tuple[Report, list[Event]]:
    return research(index, SUSPENSION, "ko")


@pytest.fixture(scope="module")
def genotoxicity(index: Index) -> tuple[Report, list[Event]]:
    return research(index, GENOTOXICITY, "en")


@pytest.fixture(scope="module")
def newcomer(index: Index) -> tuple[Report, list[Event]]:
    return research(index, NEWCOMER, STARTER)


ANSWERED = ["toxicology", "suspension", "genotoxicity", "newcomer"]


@pytest.fixture(params=ANSWERED)
def report(request: pytest.FixtureRequest) -> Report:
    found: tuple[Report, list[Event]] = request.getfixturevalue(request.param)
    return found[0]


def findings(report: Report) -> list[Finding]:
    return list(report.findings().values())


def test_the_guidance_is_quoted_on_toxicology(toxicology: tuple[Report, list[Event]]) -> None:
    report, _ = toxicology
    efsa = {source.id for source in report.references if source.pages == 48}
    quoted = [f for f in findings(report) if {q.source_id for q in f.quotes} & efsa]
    assert len(quoted) >= 12
    assert report.language == "en"


def test_judgments_are_quoted_on_the_suspension(suspension: tuple[Report, list[Event]]) -> None:
    report, _ = suspension
    assert len(findings(report)) >= 6
    assert len({q.source_id for f in findings(report) for q in f.quotes}) >= 5
    assert report.language == "ko"


def test_a_korean_question_is_answered_in_english(genotoxicity: tuple[Report, list[Event]]) -> None:
    report, _ = genotoxicity
    assert report.language == "ko"
    searched = " | ".join(bridge.searched_as for bridge in report.bridges)
    assert "novel food" in searched
    assert "genotoxicity" in searched
    text = " ".join(finding.claim for finding in findings(report))
    assert re.search("genotoxic", text, re.IGNORECASE)
    assert not re.search("[가-힣]", text)


def test_a_newcomer_gets_a_report(newcomer: tuple[Report, list[Event]]) -> None:
    report, _ = newcomer
    assert len(findings(report)) >= 5
    assert len(report.sections) >= 2
    assert {source.kind for source in report.references} == {"primer"}
    assert {source.path for source in report.references} == {None}


def test_every_quote_is_verbatim_in_its_source(report: Report, index: Index) -> None:
    for finding in findings(report):
        assert finding.quotes
        for quote in finding.quotes:
            assert index.text(quote.source_id)[quote.start : quote.end] == quote.text
            passage = index.passage(quote.passage_id)
            assert stands_in(quote, passage)
            assert (passage.source_id, passage.page) == (quote.source_id, quote.locator.page)


def test_every_quote_stands_on_the_page_that_it_names(
    toxicology: tuple[Report, list[Event]],
    genotoxicity: tuple[Report, list[Event]],
    shared_data: Path,
) -> None:
    """Checked against pdfium's own text of the page, not against what the reader made of it."""
    checked = 0
    for report, _ in (toxicology, genotoxicity):
        paths = {
            source.id: shared_data / "documents" / "en" / str(source.path)
            for source in report.references
            if source.pages
        }
        for finding in findings(report):
            for quote in finding.quotes:
                if quote.source_id in paths:
                    page = page_text(str(paths[quote.source_id]), quote.locator.page or 0)
                    assert letters(quote.text) in page, quote
                    checked += 1
    assert checked >= 15


def test_nothing_of_the_layout_is_quoted(
    toxicology: tuple[Report, list[Event]], genotoxicity: tuple[Report, list[Event]]
) -> None:
    apparatus = re.compile(
        r"\.{4,}|\.\s\.\s\.|\bof 48\b|18314732|efsa\.onlinelibrary|Downloaded from|\s\d{1,2}$"
    )
    for report, _ in (toxicology, genotoxicity):
        for finding in findings(report):
            assert not apparatus.search(finding.claim), finding.claim
            assert all(quote.locator.page not in (2, 3) for quote in finding.quotes)  # contents


def test_no_statement_hangs_in_the_air(report: Report) -> None:
    for finding in findings(report):
        assert re.match(r"[\"'“‘「『(]?[A-Z0-9가-힣]", finding.claim), finding.claim
        assert not re.match(r"(?:This|These|It|They|Such|However|이는|그러나)\b", finding.claim)


def test_a_report_is_whole(report: Report) -> None:
    ids = [finding.id for section in report.sections for finding in section.findings]
    claims = [normalise(finding.claim) for finding in findings(report)]
    assert len(ids) == len(set(ids)) == len(set(claims))
    assert 3 <= len(report.short_answer) <= 5
    assert set(report.short_answer) <= set(ids)
    assert {q.source_id for f in findings(report) for q in f.quotes} == {
        source.id for source in report.references
    }
    coverage = report.coverage
    assert coverage.statements_verified == len(ids) <= coverage.statements_made
    assert coverage.sources_used == len(report.references) <= coverage.sources_found
    assert report.rounds
    assert all(len(entry.scores) == len(report.team) for entry in report.rounds)
    assert report.stopped_because
    titles = [section.title for section in report.sections]
    assert len(set(titles)) == len(titles)
    assert not any(re.search(r"\b\w{1,2} \w{1,2} \w{1,2} \w{1,2}\b", title) for title in titles)
    assert Report.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize("name", ANSWERED)
def test_events_tell_the_way(name: str, request: pytest.FixtureRequest) -> None:
    report, events = request.getfixturevalue(name)
    kinds = [event.kind for event in events]
    assert kinds[:2] == [EventKind.STARTED, EventKind.PLANNED]
    assert kinds[-3:] == [EventKind.SYNTHESISED, EventKind.VERIFIED, EventKind.FINISHED]
    steps = [event.current for event in events]
    assert steps == sorted(steps)
    assert steps[-1] == events[-1].total
    assert kinds.count(EventKind.ANALYSED) == len(report.team) * len(report.rounds)


def test_a_question_off_the_subject_gets_no_answer(index: Index) -> None:
    report, _ = research(index, OFF_TOPIC, "en")
    assert findings(report) == []
    assert report.short_answer == ()
    assert report.missing
    assert report.coverage.statements_made == 0


def test_the_same_question_gets_the_same_report(
    index: Index, suspension: tuple[Report, list[Event]]
) -> None:
    assert research(index, SUSPENSION, "ko")[0] == suspension[0]


def page_text(path: str, number: int) -> str:
    """The letters and digits of a page, as pdfium gives its text."""
    pdf = pypdfium2.PdfDocument(path)
    try:
        return letters(pdf[number - 1].get_textpage().get_text_range())
    finally:
        pdf.close()


def letters(text: str) -> str:
    """Letters and digits alone: line ends, hyphens and forms of marks make no difference."""
    return re.sub(r"[\W_]+", "", normalise(text.replace("\ufffe", "").replace("\x02", ""))).lower()
