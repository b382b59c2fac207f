"""Sections again and translations, with a model server and a store on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.unit.api.conftest import event
from tests.unit.api.conftest import report as extractive_report
from virtual_lab.api.models import SectionRequest, TranslationRequest
from virtual_lab.bootstrap.lab import open_lab
from virtual_lab.domain import EventKind, Question, Report, Usage
from virtual_lab.errors import NotFoundError
from virtual_lab.jobs.rewriting import place_of
from virtual_lab.services.service import Service
from virtual_lab.settings import Settings
from virtual_lab.store import Store, StoredCall, StoredRun
from virtual_lab.testing import ModelServer, RequestKind, Rule, ServerFault

pytestmark = pytest.mark.slow

KEY = "sk-test-0123456789abcdef"
WISH = "Say which countries require notification."
QUESTION = Question(
    topic="What does the safety assessment of foods from new genomic techniques require?",
    rounds=1,
    specialists=2,
)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """Serves the scripted model."""
    with ModelServer() as opened:
        yield opened


def settings_for(server: ModelServer, folder: Path) -> Settings:
    return Settings.model_validate(
        {
            "data_dir": folder,
            "REDIS_URL": None,
            "DATABASE_URL": None,
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": server.base_url,
            "only_local_models": True,
            "passages": 6,
            "call_attempts": 1,
        }
    )


@pytest.fixture(scope="module")
def settings(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Those of a new data folder, with the model server."""
    return settings_for(server, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def written(settings: Settings) -> Report:
    """What the lab answers from the starter library."""

    async def research() -> Report:
        async with open_lab(settings, QUESTION) as lab:
            return await lab.research(QUESTION)

    return asyncio.run(research())


@pytest.fixture
def keep(store: Store) -> Callable[..., StoredRun]:
    """Lets a run end with a report."""

    def end(report: Report, **changes: Any) -> StoredRun:
        question = QUESTION.model_copy(update=changes)
        run = store.runs.submit(question, start_in_s=3600)
        lease = store.leases.claim(run.id, "worker")
        assert lease
        store.leases.finish(lease, report, event(EventKind.FINISHED, 0))
        return run

    return end


@pytest.fixture
def run(keep: Callable[..., StoredRun], written: Report) -> StoredRun:
    """A run with the report of the lab."""
    return keep(written)


def regenerate(client: TestClient, run: StoredRun, section: object = 1, **options: Any) -> Any:
    body = {"section": section, "feedback": WISH}
    return client.post(f"/api/reports/{run.id}/regenerate", json=body, **options)


def translate(client: TestClient, run: StoredRun, language: str = "ko") -> Any:
    return client.post(f"/api/reports/{run.id}/translate", json={"language": language})


def test_a_section_again_is_a_new_version(
    client: TestClient, server: ModelServer, run: StoredRun, written: Report
) -> None:
    before = len(server.served)
    answer = regenerate(client, run)
    assert answer.status_code == 200
    made = answer.json()
    assert (made["id"], made["version"], made["versions"]) == (run.id, 2, [1, 2])
    assert made["note"] == f"section 1 again: {WISH}"
    report = Report.model_validate(made["report"])
    assert set(report.sections[0].findings) > set(written.sections[0].findings)
    assert report.sections[1:] == written.sections[1:]
    prompts = [served.ask.user for served in server.served[before:]]
    assert len(prompts) == 2
    assert all(WISH in prompt for prompt in prompts)
    assert client.get(f"/api/reports/{run.id}").json() == made
    first = client.get(f"/api/reports/{run.id}", params={"version": 1}).json()
    assert Report.model_validate(first["report"]) == written


def test_an_older_version_is_rewritten_where_it_is_named(
    client: TestClient, server: ModelServer, run: StoredRun
) -> None:
    made = regenerate(client, run).json()
    before = len(server.served)
    again = regenerate(client, run, params={"version": 1}).json()
    assert (again["version"], again["report"]) == (3, made["report"])
    assert len(server.served) == before, "the same was asked before, and is paid for once"


def test_a_translation_is_a_new_version_with_the_same_quotes(
    client: TestClient, run: StoredRun, written: Report
) -> None:
    answer = translate(client, run)
    assert answer.status_code == 200
    made = answer.json()
    assert (made["version"], made["versions"], made["note"]) == (2, [1, 2], "en → ko")
    report = Report.model_validate(made["report"])
    assert (report.language, report.translated_from) == ("ko", "en")
    quotes = [quote for finding in report.findings().values() for quote in finding.quotes]
    before = [quote for finding in written.findings().values() for quote in finding.quotes]
    assert [quote.text for quote in quotes] == [quote.text for quote in before]
    assert any("번역문" in quote.translation for quote in quotes)


def test_the_calls_are_kept_with_the_run_and_have_a_budget_of_their_own(
    client: TestClient, store: Store, run: StoredRun
) -> None:
    spent = Usage(calls=1, prompt_tokens=10**9)
    store.ledger.record(run.id, StoredCall("k", None, spent))
    assert regenerate(client, run).status_code == 200
    assert len(store.ledger.calls(run.id)) == 3


def test_what_a_model_rewrote_no_longer_counts_as_extractive(
    client: TestClient, keep: Callable[..., StoredRun]
) -> None:
    run = keep(extractive_report(), model="none")
    answer = translate(client, run)
    assert answer.status_code == 200
    assert answer.json()["report"]["mode"] == "model"


def test_without_a_model_the_answer_says_what_to_set(
    client: TestClient, service: Service, run: StoredRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = {"openai_api_key": None, "openai_base_url": "", "model": ""}
    monkeypatch.setattr(service, "settings", service.settings.model_copy(update=nothing))
    for answer in (regenerate(client, run), translate(client, run)):
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (409, "urn:virtual-lab:no-model")
        assert "VIRTUAL_LAB_MODEL" in problem["title"]


@pytest.mark.parametrize("section", [99, "no such title"])
def test_an_unknown_section_is_404(client: TestClient, run: StoredRun, section: object) -> None:
    answer = regenerate(client, run, section)
    assert answer.status_code == 404
    assert f"section {section} (there are: 1 " in answer.json()["detail"]


def test_an_unknown_report_or_version_is_404(client: TestClient, run: StoredRun) -> None:
    assert regenerate(client, run, params={"version": 9}).status_code == 404
    nobody = replace(run, id="nobody")
    assert regenerate(client, nobody).status_code == 404
    assert translate(client, nobody).status_code == 404


@pytest.mark.parametrize("section", [0, -1, True, "", None])
def test_what_cannot_be_a_section_is_422(
    client: TestClient, run: StoredRun, section: object
) -> None:
    assert regenerate(client, run, section).status_code == 422


def test_a_translation_into_its_own_language_is_422(client: TestClient, run: StoredRun) -> None:
    answer = translate(client, run, "en")
    assert answer.status_code == 422
    assert "already" in answer.json()["detail"]
    assert translate(client, run, "fr").status_code == 422


def test_a_model_that_fails_leaves_no_version(
    client: TestClient,
    service: Service,
    store: Store,
    run: StoredRun,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rule = Rule(ServerFault.UNAUTHORISED, RequestKind.TRANSLATION, times=None)
    with ModelServer(faults=[rule]) as broken:
        broken_settings = settings_for(broken, service.settings.data_dir)
        monkeypatch.setattr(service, "settings", broken_settings)
        answer = translate(client, run)
    assert (answer.status_code, answer.json()["type"]) == (502, "urn:virtual-lab:model-refused")
    assert KEY not in answer.text
    assert len(store.reports.versions(run.id)) == 1


def test_a_title_goes_before_a_number() -> None:
    report = extractive_report()
    sections = tuple(report.sections[0].model_copy(update={"title": t}) for t in ("Rules", "1"))
    report = report.model_copy(update={"sections": sections})
    assert [place_of(section, report) for section in ("Rules", "1", 1, 2)] == [0, 1, 0, 1]
    with pytest.raises(NotFoundError, match="1 Rules; 2 1"):
        place_of("2", report)


@pytest.mark.parametrize("body", [SectionRequest, TranslationRequest])
def test_the_examples_are_valid(body: type[SectionRequest | TranslationRequest]) -> None:
    examples = body.model_json_schema()["examples"]
    assert [body.model_validate(example).model_dump() for example in examples] == examples
