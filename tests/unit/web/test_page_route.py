"""Forms of other sites change nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.unit.web.conftest import FROM_OUR_FORM, ORIGIN
from virtual_lab.store import RunState, Store, StoredRun

FOREIGN = [
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://[::1"},
    {"Origin": "null", "Host": ""},
    {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://localhost:9000", "Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_of_another_site_is_refused(
    client: TestClient, store: Store, make_run: Callable[..., StoredRun], headers: dict[str, str]
) -> None:
    run = make_run()
    answer = client.post(f"/runs/{run.id}/cancel", headers=headers)
    assert answer.status_code == 403
    assert store.runs.get(run.id).state is RunState.PENDING


@pytest.mark.parametrize("headers", [FROM_OUR_FORM, {"Origin": ORIGIN}])
def test_a_form_of_this_site_is_served(
    client: TestClient, store: Store, make_run: Callable[..., StoredRun], headers: dict[str, str]
) -> None:
    run = make_run()
    answer = client.post(f"/runs/{run.id}/cancel", headers=headers)
    assert answer.headers["location"] == f"/runs/{run.id}"
    assert store.runs.get(run.id).state is RunState.CANCELLED


@pytest.mark.parametrize(
    "path",
    [
        "/runs",
        "/language",
        "/runs/x/cancel",
        "/runs/x/resume",
        "/reports/x/delete",
        "/library/documents",
        "/library/collections/x/remove",
        "/library/collections/x/documents/y/remove",
    ],
)
def test_every_form_is_guarded(client: TestClient, path: str) -> None:
    answer = client.post(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
