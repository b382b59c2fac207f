"""A run that searches the world: what it finds is evidence, what fails is a line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from virtual_lab.analysts.analyst import Assignment, Inquiry, SpecialistWork, TeamState
from virtual_lab.analysts.extractive import ExtractiveAnalyst
from virtual_lab.bootstrap.lab import open_lab
from virtual_lab.bootstrap.retriever import open_question_retriever
from virtual_lab.documents.readers.markdown import markdown_document
from virtual_lab.domain import Draft, Event, EventKind, Plan, Question, Source
from virtual_lab.errors import SettingError
from virtual_lab.lab import ResearchLab
from virtual_lab.lab.indexing_search import lines_of_excluded
from virtual_lab.lab.online_search import SearchOutcome
from virtual_lab.lab.state import serializer
from virtual_lab.library.ephemeral import is_docs_collection, run_collection
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.starter import searched_by_default
from virtual_lab.messages import Message
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.settings import Settings
from virtual_lab.sources.registry import names
from virtual_lab.sources.search import Excluded

QUESTION = Question(topic="신규식품 유전독성 시험 요건")
PAPER = """# A paper on algae

## Results

Two genotoxicity tests of the algae as a novel food were negative in mammalian cells.
"""
LINE = "europepmc: no answer within 15 s"


class Shelf:
    """Finds one paper, whatever the queries, and one provider that fails."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.asked: list[tuple[Sequence[str], str]] = []

    async def search(self, queries: Sequence[str], limit: int, collection: str) -> SearchOutcome:
        self.asked.append((queries, collection))
        self._index.add(markdown_document(PAPER, Path("paper.md")), collection)
        return SearchOutcome(1, (LINE,))


class Attentive(ExtractiveAnalyst):
    """Keeps all that it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[object] = []

    async def plan(self, inquiry: Inquiry) -> Plan:
        self.seen.append(inquiry)
        return await super().plan(inquiry)

    async def analyse(self, assignment: Assignment) -> SpecialistWork:
        self.seen.append(assignment)
        return await super().analyse(assignment)

    async def synthesise(self, team_state: TeamState) -> Draft:
        self.seen.append(team_state)
        return await super().synthesise(team_state)


def test_what_is_found_is_quoted_and_what_failed_is_a_line(retriever: Retriever) -> None:
    online_search, analyst, events = Shelf(retriever.index), Attentive(), list[Event]()
    lab = ResearchLab(analyst, retriever, online_search=online_search)
    report = asyncio.run(lab.research(QUESTION, events.append, "r"))
    assert "A paper on algae" in {source.title for source in report.references}
    assert {source.title for source in report.references} > {"A paper on algae"}
    assert report.coverage.sources_failed == (LINE,)
    [(queries, collection)] = online_search.asked
    assert queries[0] == QUESTION.topic
    assert "genotoxicity" in queries[1]
    assert collection == run_collection("r")
    [searched] = [event for event in events if event.kind is EventKind.SEARCHED]
    assert searched.data == {"sources": 1, "failed": [LINE]}
    assert analyst.seen
    assert "no answer within" not in repr(analyst.seen)


def test_a_run_does_not_read_what_another_one_found(retriever: Retriever) -> None:
    first = ResearchLab(ExtractiveAnalyst(), retriever, online_search=Shelf(retriever.index))
    asyncio.run(first.research(QUESTION))
    report = asyncio.run(ResearchLab(ExtractiveAnalyst(), retriever).research(QUESTION))
    assert report.references
    assert "A paper on algae" not in {source.title for source in report.references}
    assert report.coverage.sources_failed == ()
    assert searched_by_default(retriever.index) == ("default",)


def test_a_resumed_run_does_not_ask_again(retriever: Retriever) -> None:
    class Dying(ExtractiveAnalyst):
        async def plan(self, inquiry: Inquiry) -> Plan:
            raise ConnectionError("the power is gone")

    online_search, saver = Shelf(retriever.index), InMemorySaver(serde=serializer())
    with pytest.raises(ConnectionError):
        asyncio.run(
            ResearchLab(Dying(), retriever, saver, online_search=online_search).research(
                QUESTION, run_id="r"
            )
        )
    again = ResearchLab(ExtractiveAnalyst(), retriever, saver, online_search=online_search)
    report = asyncio.run(again.research(QUESTION, run_id="r"))
    assert len(online_search.asked) == 1
    assert report.coverage.sources_failed == (LINE,)
    assert "A paper on algae" in {source.title for source in report.references}


RETRACTED = Message.of("source.retracted")


def test_what_was_left_out_is_a_line_for_each_reason() -> None:
    titles = ["Rice", "Maize\n  and soy", "Wheat", "Barley", "x" * 100]
    excluded = [Excluded(Source(id=t, title=t), RETRACTED) for t in titles]
    other = Message.of("source.language", language="fr")
    excluded.append(Excluded(Source(id="o", title="Oats"), other))
    assert lines_of_excluded(excluded, "en") == [
        "it was retracted: Rice / Maize and soy / Wheat (+2)",
        "its language is fr: Oats",
    ]
    assert lines_of_excluded(excluded[4:5], "en") == ["it was retracted: " + "x" * 79 + "…"]
    assert lines_of_excluded(excluded[4:], "ko") == [
        "철회된 자료임: " + "x" * 79 + "…",
        "언어가 fr임: Oats",
    ]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data", model="none")


@pytest.mark.parametrize("question", [QUESTION, QUESTION.model_copy(update={"sources": ("none",)})])
def test_who_asks_for_nothing_online_does_not_load_the_web(
    settings: Settings, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "virtual_lab.lab.indexing_search", None)

    async def run() -> None:
        async with open_lab(settings, question) as lab:
            report = await lab.research(question)
        assert report.coverage.sources_failed == ()

    asyncio.run(run())


def test_none_keeps_to_the_library_whatever_the_settings_say(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = settings.model_copy(update={"sources": "all"})
    monkeypatch.setitem(sys.modules, "virtual_lab.lab.indexing_search", None)

    async def run(question: Question) -> None:
        async with open_lab(everything, question):
            pass

    asyncio.run(run(QUESTION.model_copy(update={"sources": ("none",)})))
    with pytest.raises(ImportError):
        asyncio.run(run(QUESTION))


def test_an_unknown_provider_of_the_settings_is_named(settings: Settings) -> None:
    async def run() -> None:
        async with open_lab(settings.model_copy(update={"sources": "nowhere"}), QUESTION):
            pass

    with pytest.raises(SettingError, match='"nowhere" is no provider'):
        asyncio.run(run())


def test_what_a_run_gathered_is_searched_again_for_its_report(settings: Settings) -> None:
    index = Index(settings.library_path)
    index.add(markdown_document(PAPER, Path("paper.md")), run_collection("r"))
    index.close()

    def titles(run_id: str) -> set[str]:
        with open_question_retriever(settings, QUESTION, run_id) as retriever:
            hits = retriever.search(["genotoxicity of algae"], 20)
            return {retriever.source(hit.passage.source_id).title for hit in hits}

    assert "A paper on algae" in titles("r")
    assert "A paper on algae" not in titles("other")
    assert is_docs_collection(run_collection("r"))


def test_a_question_may_name_every_provider() -> None:
    question = QUESTION.model_dump()
    assert Question.model_validate({**question, "sources": names()}).sources == names()
