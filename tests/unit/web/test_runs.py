"""The page of a run."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from tests.unit.web.conftest import FROM_OUR_FORM, STEPS, Tags, events
from virtual_lab.errors import TimeLimitError
from virtual_lab.store import Run, RunState, Store


def test_a_run_that_works_shows_its_team_and_its_lines(
    client: TestClient, store: Store, make_run: Callable[..., Run]
) -> None:
    run = make_run()
    lease = store.leases.claim(run.id, "worker")
    assert lease
    for item in events("gene editing"):
        store.events.append(lease, item)
    html = client.get(f"/runs/{run.id}").text
    page = Tags(html)
    assert [a["data-seq"] for a in page.named("li") if "data-seq" in a] == ["1", "2", "3", "4"]
    assert "Role gene editing" in page.text
    assert "Findings: 1" in page.text
    assert 'aria-label="Score 3 of 5"' in html
    assert page.named("progress")[0]["value"] == "3"
    assert page.named("progress")[0]["max"] == str(STEPS)
    assert 'http-equiv="refresh"' in html
    assert f'action="/runs/{run.id}/cancel"' in html


def test_a_finished_run_leads_to_its_report_and_asks_for_nothing_more(
    client: TestClient,
    store: Store,
    make_run: Callable[..., Run],
    finish: Callable[[Run, str], Run],
) -> None:
    run = finish(make_run(), "words")
    html = client.get(f"/runs/{run.id}").text
    assert f'href="/reports/{run.id}"' in html
    assert "live.js" not in html
    assert 'http-equiv="refresh"' not in html
    store.reports.delete(run.id)
    html = client.get(f"/runs/{run.id}").text
    assert f'href="/reports/{run.id}"' not in html
    assert "The report was deleted." in html


def test_a_failed_run_says_why_and_can_go_on(
    client: TestClient, store: Store, make_run: Callable[..., Run]
) -> None:
    run = make_run()
    lease = store.leases.claim(run.id, "worker")
    assert lease
    store.leases.fail(lease, TimeLimitError("55 minutes"))
    html = client.get(f"/runs/{run.id}").text
    assert "55 minutes" in html
    assert 'role="alert"' in html
    answer = client.post(f"/runs/{run.id}/resume", headers=FROM_OUR_FORM)
    assert answer.status_code == 303
    assert store.runs.get(run.id).state is RunState.PENDING


def test_what_a_run_is_not_in_the_state_for_is_a_page_that_says_so(
    client: TestClient, make_run: Callable[..., Run]
) -> None:
    answer = client.post(f"/runs/{make_run().id}/resume", headers=FROM_OUR_FORM)
    assert answer.status_code == 409
    assert "pending" in answer.text
