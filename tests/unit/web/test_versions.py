"""Versions of a report: made with a model's help, and compared."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.unit.web.conftest import FROM_OUR_FORM, Tags, event
from virtual_lab.bootstrap.lab import open_lab
from virtual_lab.domain import EventKind, Question, Report
from virtual_lab.settings import Settings
from virtual_lab.store import Store
from virtual_lab.testing import ModelServer

pytestmark = pytest.mark.slow

QUESTION = Question(
    topic="What does the safety assessment of foods from new genomic techniques require?",
    rounds=1,
    specialists=2,
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Those of a new data folder, with a model on this machine that follows a script."""
    folder: Path = tmp_path_factory.mktemp("data")
    with ModelServer() as server:
        yield Settings.model_validate(
            {
                "data_dir": folder,
                "REDIS_URL": None,
                "DATABASE_URL": None,
                "OPENAI_API_KEY": "sk-test-0123456789abcdef",
                "OPENAI_BASE_URL": server.base_url,
                "only_local_models": True,
                "passages": 6,
                "call_attempts": 1,
            }
        )


@pytest.fixture(scope="module")
def written(settings: Settings) -> Report:
    async def research() -> Report:
        async with open_lab(settings, QUESTION) as lab:
            return await lab.research(QUESTION)

    return asyncio.run(research())


def keep(store: Store, report: Report, **options: str) -> str:
    """The id of a run that ended with a report."""
    run = store.runs.submit(QUESTION.model_copy(update=options), start_in_s=3600)
    lease = store.leases.claim(run.id, "worker")
    assert lease
    store.leases.finish(lease, report, event(EventKind.FINISHED, 5, "done"))
    return run.id


def test_a_section_is_written_again_and_compared(
    client: TestClient, store: Store, written: Report
) -> None:
    address = f"/reports/{keep(store, written)}"
    forms = [a["action"] for a in Tags(client.get(address).text).named("form")]
    assert f"{address}/regenerate?version=1" in forms
    answer = client.post(
        f"{address}/regenerate?version=1",
        data={"section": "1", "feedback": "Say which <b>countries</b> require notification."},
        headers=FROM_OUR_FORM,
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{address}?version=2"
    html = client.get(address).text
    assert "&lt;b&gt;countries" in html
    assert f'href="{address}/compare?old=1&amp;new=2"' in html
    assert "Unchanged:" in client.get(f"{address}/compare?old=1&new=2").text


def test_a_report_is_translated(client: TestClient, store: Store, written: Report) -> None:
    address = f"/reports/{keep(store, written)}"
    answer = client.post(f"{address}/translate", data={"language": "ko"}, headers=FROM_OUR_FORM)
    assert answer.headers["location"] == f"{address}?version=2"
    assert '<article lang="ko">' in client.get(address).text
    compared = client.get(f"{address}/compare?old=1&new=2").text
    assert "different languages" in compared


def test_what_is_asked_for_wrongly_says_so(
    client: TestClient, store: Store, written: Report
) -> None:
    address = f"/reports/{keep(store, written)}"
    for form in ({"section": "1", "feedback": ""}, {"section": "0", "feedback": "x"}, {}):
        answer = client.post(f"{address}/regenerate", data=form, headers=FROM_OUR_FORM)
        assert answer.status_code == 422
    form = {"section": "99", "feedback": "x"}
    assert client.post(f"{address}/regenerate", data=form, headers=FROM_OUR_FORM).status_code == 404
    answer = client.post(f"{address}/translate", data={"language": "en"}, headers=FROM_OUR_FORM)
    assert answer.status_code == 422
    assert client.post(f"{address}/translate", data={"language": "ko"}).status_code == 403
    assert client.get(f"{address}/compare?old=1&new=7").status_code == 404
