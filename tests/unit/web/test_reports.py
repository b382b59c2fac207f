"""The page of a report."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.unit.web.conftest import FROM_OUR_FORM, Tags, report
from virtual_lab.messages import Message
from virtual_lab.store import Store, StoredRun


@pytest.fixture
def finished(
    make_run: Callable[..., StoredRun], finish: Callable[[StoredRun, str], StoredRun]
) -> StoredRun:
    return finish(make_run(), "Novel foods")


def test_a_report_shows_its_quotes_its_coverage_and_its_files(
    client: TestClient, finished: StoredRun
) -> None:
    html = client.get(f"/reports/{finished.id}").text
    page = Tags(html)
    cited = {a["href"] for a in page.named("a") if a.get("class") == "cite"}
    assert cited == {f"/reports/{finished.id}/quotes/1?version=1"}
    assert page.text.count("Claim Novel foods") >= 2
    links = {a["href"] for a in page.named("a")}
    for ending in ("md", "html", "json", "docx", "pdf", "bib", "ris"):
        address = f"/api/reports/{finished.id}.{ending}?version=1"
        assert address in links
    assert client.get(f"/api/reports/{finished.id}.md?version=1").status_code == 200
    assert "<b>1</b> of 2" in html
    assert "<b>1</b> of 4" in html


def test_the_page_and_the_files_cite_as_the_settings_say(
    client: TestClient, finished: StoredRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    settings = service.settings.model_copy(update={"citations": "author-year"})
    monkeypatch.setattr(service, "settings", settings)
    for address in (
        f"/reports/{finished.id}",
        f"/api/reports/{finished.id}.md",
        f"/api/reports/{finished.id}.html",
    ):
        text = client.get(address).text.replace("\\", "")
        assert "n.d." in text, address


def test_each_version_can_be_read(client: TestClient, store: Store, finished: StoredRun) -> None:
    store.reports.add_version(
        finished.id, report("Second words"), Message.of("outside.text", text="regenerated <b>")
    )
    latest = client.get(f"/reports/{finished.id}").text
    assert "Second words" in latest
    assert "regenerated &lt;b&gt;" in latest
    first = client.get(f"/reports/{finished.id}?version=1").text
    assert "Second words" not in first
    assert client.get(f"/reports/{finished.id}?version=9").status_code == 404
    assert client.get(f"/reports/{finished.id}?version=x").status_code == 422


def test_a_deleted_report_is_gone_and_its_run_stays(
    client: TestClient, finished: StoredRun
) -> None:
    assert f"/reports/{finished.id}" in client.get("/reports").text
    answer = client.post(f"/reports/{finished.id}/delete", headers=FROM_OUR_FORM)
    assert answer.headers["location"] == "/reports"
    assert f"/reports/{finished.id}" not in client.get("/reports").text
    assert client.get(f"/reports/{finished.id}").status_code == 404
    assert client.get(f"/runs/{finished.id}").status_code == 200


def test_without_a_model_the_page_says_why_nothing_can_be_rewritten(
    client: TestClient, finished: StoredRun
) -> None:
    address = f"/reports/{finished.id}"
    html = client.get(address).text
    assert "none is configured" in html
    assert f"{address}/regenerate" not in html
    form = {"section": "1", "feedback": "Shorter."}
    assert client.post(f"{address}/regenerate", data=form, headers=FROM_OUR_FORM).status_code == 409


def test_what_was_dropped_is_led_to(client: TestClient, finished: StoredRun) -> None:
    page = Tags(client.get(f"/reports/{finished.id}").text)
    links = [str(a["href"]) for a in page.named("a") if str(a["href"]).startswith("#part-")]
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert links
    assert all(link[1:] in ids for link in links)
