"""The page of a run."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from tests.unit.web.conftest import FROM_OUR_FORM, STEPS, Tags, event, events
from virtual_lab.domain import Budget, EventKind, Usage
from virtual_lab.errors import TimeLimitError
from virtual_lab.store import RunState, Store, StoredCall, StoredRun


def test_a_run_that_works_shows_its_team_and_its_lines(
    client: TestClient, store: Store, make_run: Callable[..., StoredRun]
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
    assert 'aria-label="Scores by round. 1 Role gene editing: 3. "' in html
    assert "Claim gene editing" in page.text
    assert "Findings: 1" in page.text
    assert 'aria-label="Score 3 of 5"' in html
    assert page.named("progress")[0]["value"] == "3"
    assert page.named("progress")[0]["max"] == str(STEPS)
    assert 'http-equiv="refresh"' in html
    assert f'action="/runs/{run.id}/cancel"' in html


def test_a_finished_run_leads_to_its_report_and_asks_for_nothing_more(
    client: TestClient,
    store: Store,
    make_run: Callable[..., StoredRun],
    finish: Callable[[StoredRun, str], StoredRun],
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
    client: TestClient, store: Store, make_run: Callable[..., StoredRun]
) -> None:
    run = make_run()
    lease = store.leases.claim(run.id, "worker")
    assert lease
    store.leases.fail(lease, TimeLimitError("55 minutes"))
    html = client.get(f"/runs/{run.id}").text
    assert "<strong>The run took longer than a run may take</strong>" in html
    assert "<p>55 minutes</p>" in html
    assert "goes on from the last finished step" in html
    assert 'role="alert"' in html
    html = client.get(f"/runs/{run.id}", headers={"Accept-Language": "ko"}).text
    assert "<strong>조사에 허용된 시간을 넘겼습니다</strong>" in html
    assert "마지막으로 마친 단계부터 이어집니다" in html
    answer = client.post(f"/runs/{run.id}/resume", headers=FROM_OUR_FORM)
    assert answer.status_code == 303
    assert store.runs.get(run.id).state is RunState.PENDING


def test_what_a_run_is_not_in_the_state_for_is_a_page_that_says_so(
    client: TestClient, make_run: Callable[..., StoredRun]
) -> None:
    answer = client.post(f"/runs/{make_run().id}/resume", headers=FROM_OUR_FORM)
    assert answer.status_code == 409
    assert "pending" in answer.text


def test_a_run_with_a_model_shows_what_it_spent_against_its_budget(
    client: TestClient, store: Store, make_run: Callable[..., StoredRun]
) -> None:
    run = make_run()
    lease = store.leases.claim(run.id, "worker")
    assert lease
    outlook = {
        "estimate": Usage(calls=30, prompt_tokens=80_000, cost=0.4).model_dump(),
        "budget": Budget(tokens=200_000, cost=2.0, minutes=30).model_dump(),
    }
    started = event(EventKind.STARTED, 0, "begun").model_copy(update={"data": outlook})
    store.events.append(lease, started)
    searched = {"sources": 7, "failed": ["arxiv: <b>down</b>"]}
    found = event(EventKind.SEARCHED, 0, "found").model_copy(update={"data": searched})
    store.events.append(lease, found)
    for item in events("gene editing")[1:]:
        store.events.append(lease, item)
    spent = Usage(calls=1, prompt_tokens=12_000, completion_tokens=345, cost=0.25)
    store.ledger.record(run.id, StoredCall("k", "answer", spent))
    html = client.get(f"/runs/{run.id}").text
    assert "<b>12,345</b> of 200,000" in html
    assert "<b>$0.25</b> of $2.00" in html
    assert "of 30:00" in html
    assert "about 80,000 expected" in html
    assert "Online sources to read: 7" in html
    assert "arxiv: &lt;b&gt;down" in html
