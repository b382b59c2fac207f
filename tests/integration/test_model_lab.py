"""The lab with a scripted model: calls, rounds, budget, ledger, other sections, other languages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from tests.integration.model_runs import KEY, ask, research, settings_for, unproven
from virtual_lab.analysts.meter import LAST_ROUND_SHARE
from virtual_lab.analysts.model.call_ledger import MemoryLedger
from virtual_lab.analysts.model.caller import EXPECTED_ANSWER_TOKENS
from virtual_lab.bootstrap.analyst import open_analyst, open_model_analyst
from virtual_lab.domain import Budget, Event, EventKind, Report
from virtual_lab.errors import BudgetError, ModelUnavailableError, NotFoundError, RealModelError
from virtual_lab.lab import ResearchLab
from virtual_lab.lab.regenerate import regenerate_section
from virtual_lab.lab.state import serializer
from virtual_lab.lab.translate import translate_report
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.starter import STARTER, add_starter
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.settings import Settings
from virtual_lab.testing import ModelServer, RequestKind, Rule, ScriptedModel, ServerFault
from virtual_lab.text.glossary import load_glossary


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    index = Index(tmp_path_factory.mktemp("library") / "library.sqlite3")
    add_starter(index)
    yield Retriever(index, load_glossary(), [STARTER])
    index.close()


@pytest.fixture(scope="module")
def report(retriever: Retriever) -> Report:
    with ModelServer() as server:
        return research(server, retriever)


def kinds(server: ModelServer) -> list[RequestKind]:
    return [served.ask.kind for served in server.served]


def test_three_rounds_take_twenty_calls(retriever: Retriever) -> None:
    with ModelServer(ScriptedModel(score=3)) as server:
        report = research(server, retriever, ask(rounds=3, specialists=3))
    made = kinds(server)
    assert {kind: made.count(kind) for kind in RequestKind if kind in made} == {
        RequestKind.TEAM: 1,
        RequestKind.FINDINGS: 9,
        RequestKind.VERDICTS: 3,
        RequestKind.STAND: 3,
        RequestKind.PROSE: 4,
    }
    assert len(report.rounds) == 3
    assert report.usage is not None
    assert report.usage.calls == len(made)
    assert report.usage.cost == 0.0  # it is served on this machine


def test_high_scores_end_the_rounds(retriever: Retriever) -> None:
    with ModelServer(ScriptedModel(score=4)) as server:
        report = research(server, retriever, ask(rounds=3))
    assert len(report.rounds) == 1
    assert "4" in report.stopped_because


def test_every_sentence_names_findings_that_stand(report: Report, retriever: Retriever) -> None:
    findings = report.findings()
    sentences = [s for section in report.sections for s in section.sentences]
    assert sentences
    assert report.abstract
    assert all(s.finding_ids for s in sentences)
    assert {key for s in [*sentences, *report.abstract] for key in s.finding_ids} <= set(findings)
    assert set(report.short_answer) <= set(findings)
    assert unproven(report, retriever) == []


def test_a_report_goes_through_json_unchanged(report: Report) -> None:
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_a_revision_shows_sources_critique_and_colleagues(retriever: Retriever) -> None:
    with ModelServer() as server:
        research(server, retriever, ask(rounds=2))
    revisions = [s.ask.user for s in server.served if "Your findings so far" in s.ask.user]
    assert len(revisions) == 2
    for prompt in revisions:
        assert "<passages>" in prompt
        assert "More independent sources are needed" in prompt
        colleagues = prompt.split("colleagues' findings:")[1].split("<passages>")[0]
        assert "1. " in colleagues


def test_independent_trials_are_counted_and_chosen_from(retriever: Retriever) -> None:
    with ModelServer() as server:
        report = research(server, retriever, ask(team_trials=3))
    assert kinds(server).count(RequestKind.TEAM) == 4
    choice = [s.ask.user for s in server.served if s.ask.kind is RequestKind.TEAM][-1]
    assert "(3 of 3)" in choice
    assert {proposal.count for proposal in report.proposals} == {3}
    assert {proposal.trials for proposal in report.proposals} == {3}


def test_eighty_percent_of_the_budget_lands_the_run(retriever: Retriever) -> None:
    ledger = MemoryLedger()
    after_the_round = [
        Rule(ServerFault.SERVER_ERROR, kind, times=None)
        for kind in (RequestKind.STAND, RequestKind.PROSE)
    ]
    with ModelServer(faults=after_the_round) as server, pytest.raises(ModelUnavailableError):
        research(server, retriever, ask(), ledger=ledger)
    tokens = int(asyncio.run(ledger.spent()).tokens / LAST_ROUND_SHARE)
    events: list[Event] = []
    with ModelServer() as server:
        report = research(server, retriever, ask(rounds=5, budget=Budget(tokens=tokens)), events)
    assert len(report.rounds) == 1
    assert "budget" in report.stopped_because
    assert report.usage is not None
    assert report.usage.tokens <= tokens
    assert report.coverage.statements_verified > 0
    started = next(event for event in events if event.kind is EventKind.STARTED)
    assert started.data["budget"]["tokens"] == tokens
    assert started.data["estimate"]["calls"] > report.usage.calls


def test_a_spent_budget_leaves_a_report_of_what_stands(retriever: Retriever) -> None:
    with ModelServer() as server:
        research(server, retriever, ask())
        analysed = sum(
            len(served.ask.text) // 4
            for served in server.served
            if served.ask.kind in (RequestKind.TEAM, RequestKind.FINDINGS)
        )
    with ModelServer() as server:
        budget = Budget(tokens=analysed + 3 * EXPECTED_ANSWER_TOKENS)
        report = research(server, retriever, ask(budget=budget))
    assert RequestKind.FINDINGS in kinds(server)
    assert RequestKind.PROSE not in kinds(server)
    assert report.findings()
    assert report.abstract == ()
    assert unproven(report, retriever) == []


def test_a_budget_without_room_for_a_plan_is_an_error(retriever: Retriever) -> None:
    with ModelServer() as server, pytest.raises(BudgetError, match="tokens"):
        research(server, retriever, ask(budget=Budget(tokens=10)))
    assert server.served == []


def test_calls_that_were_answered_are_not_made_again(retriever: Retriever) -> None:
    ledger = MemoryLedger()
    rule = Rule(ServerFault.SERVER_ERROR, RequestKind.PROSE, times=None)
    with (
        ModelServer(faults=[rule]) as server,
        pytest.raises(ModelUnavailableError, match="synthesise"),
    ):
        research(server, retriever, ledger=ledger)
    paid = asyncio.run(ledger.spent())
    with ModelServer() as server:
        report = research(server, retriever, ledger=ledger)
    assert set(kinds(server)) == {RequestKind.PROSE}
    assert report.usage is not None
    assert report.usage.calls == paid.calls + len(server.served)


def test_a_server_without_schemas_is_asked_in_words_from_then_on(retriever: Retriever) -> None:
    with ModelServer(faults=[Rule(ServerFault.NO_SCHEMA, times=None)]) as server:
        research(server, retriever)
    answered = [served for served in server.served if served.fault is None]
    assert all("response_format" not in served.body for served in answered)
    assert all("JSON schema" in served.ask.system for served in answered)


def test_neither_key_nor_prompt_is_logged(
    retriever: Retriever, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    events: list[Event] = []
    with ModelServer(faults=[Rule(ServerFault.RATE_LIMIT)]) as server:
        report = research(server, retriever, events=events)
    told = [event.model_dump_json() for event in events]
    assert KEY not in "\n".join([caplog.text, report.model_dump_json(), *told])


def test_without_a_model_nothing_is_asked(retriever: Retriever) -> None:
    async def mode(settings: Settings, model: str) -> str:
        async with open_analyst(ask(model=model), settings, "en") as (analyst, _):
            return analyst.mode

    with ModelServer() as server:
        assert asyncio.run(mode(settings_for(server), "")) == "model"
        assert asyncio.run(mode(settings_for(server), "none")) == "extractive"
        nothing = settings_for(server, OPENAI_API_KEY=None, OPENAI_BASE_URL="")
        assert asyncio.run(mode(nothing, "")) == "extractive"


@pytest.mark.parametrize(
    ("model", "url"),
    [
        ("openai:gpt-5", "https://api.openai.com/v1"),
        ("openai:gpt-5", ""),
        ("openai:gpt-5", "http://127.0.0.1.example.org/v1"),
        ("anthropic:claude-sonnet-4-5", "http://127.0.0.1:9/v1"),
    ],
)
def test_a_switch_forbids_models_elsewhere(model: str, url: str) -> None:
    settings = Settings.model_validate(
        {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url, "model": model, "only_local_models": True}
    )

    async def opened() -> None:
        async with open_model_analyst(ask(), settings, "en"):
            pass

    with pytest.raises(RealModelError):
        asyncio.run(opened())


def test_one_section_is_made_again_with_the_readers_wish(
    report: Report, retriever: Retriever
) -> None:
    wish = "Say which countries require notification."

    async def again(server: ModelServer, number: int) -> Report:
        settings = settings_for(server)
        async with open_model_analyst(ask(), settings, report.language) as (analyst, _):
            return await regenerate_section(report, number, wish, analyst, retriever)

    with ModelServer() as server:
        changed = asyncio.run(again(server, 0))
        prompts = [served.ask.user for served in server.served]
        with pytest.raises(NotFoundError):
            asyncio.run(again(server, 9))
    assert len(prompts) == 2
    assert all(wish in prompt for prompt in prompts)
    assert changed.sections[1:] == report.sections[1:]
    assert set(changed.sections[0].findings) > set(report.sections[0].findings)
    assert unproven(changed, retriever) == []
    cited = {q.source_id for f in changed.findings().values() for q in f.quotes}
    assert {source.id for source in changed.references} == cited


def test_a_translation_keeps_quotes_and_drops_what_it_changes(
    report: Report, retriever: Retriever
) -> None:
    async def translate(server: ModelServer) -> Report:
        settings = settings_for(server)
        async with open_model_analyst(ask(), settings, "ko") as (analyst, _):
            return await translate_report(report, "ko", analyst, load_glossary())

    with ModelServer() as server:
        korean = asyncio.run(translate(server))
    assert korean.language == "ko"
    assert korean.translated_from == "en"
    before = [q for f in report.findings().values() for q in f.quotes]
    after = [q for f in korean.findings().values() for q in f.quotes]
    assert [quote.text for quote in after] == [quote.text for quote in before]
    assert any("번역문" in quote.translation for quote in after)
    assert korean.coverage.statements_made == (
        korean.coverage.statements_verified + len(korean.coverage.dropped)
    )


def test_a_run_goes_on_from_its_last_step(retriever: Retriever) -> None:
    saver = InMemorySaver(serde=serializer())

    async def run(server: ModelServer) -> Report:
        question = ask(rounds=2)
        async with open_model_analyst(question, settings_for(server), "en") as (analyst, meter):
            return await ResearchLab(analyst, retriever, saver, meter).research(
                question, run_id="r"
            )

    rule = Rule(ServerFault.SERVER_ERROR, RequestKind.PROSE, times=None)
    with ModelServer(faults=[rule]) as server, pytest.raises(ModelUnavailableError):
        asyncio.run(run(server))
    with ModelServer() as server:
        report = asyncio.run(run(server))
    assert set(kinds(server)) == {RequestKind.PROSE}
    assert len(report.rounds) == 2
    assert unproven(report, retriever) == []
