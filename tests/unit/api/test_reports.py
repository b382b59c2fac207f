"""Reports, in every format."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import docx
import pypdfium2
import pytest
from fastapi.testclient import TestClient

from tests.unit.api.conftest import report
from virtual_lab.domain import Report
from virtual_lab.messages import Message
from virtual_lab.store import Store, StoredRun


def _docx_text(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs)


def _pdf_text(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "media_type", "text_of"),
    [
        ("md", "text/markdown", bytes.decode),
        ("html", "text/html", bytes.decode),
        ("json", "application/json", bytes.decode),
        ("docx", "application/vnd.openxmlformats-officedocument", _docx_text),
        ("pdf", "application/pdf", _pdf_text),
    ],
)
def test_a_report_in_every_format(
    client: TestClient,
    finished: StoredRun,
    ending: str,
    media_type: str,
    text_of: Callable[[bytes], str],
) -> None:
    answer = client.get(f"/api/reports/{finished.id}.{ending}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert "Novel foods" in text_of(answer.content)


def test_a_report_as_bibliography_is_a_file(client: TestClient, finished: StoredRun) -> None:
    for ending in ("bib", "ris", "csl.json"):
        answer = client.get(f"/api/reports/{finished.id}.{ending}")
        assert "2015/2283" in answer.text
        assert answer.headers["content-disposition"] == f'attachment; filename="report.{ending}"'


def test_a_report_as_json_is_read_back(client: TestClient, finished: StoredRun) -> None:
    text = client.get(f"/api/reports/{finished.id}.json").text
    assert Report.model_validate_json(text) == report()


def test_a_page_of_a_report_may_run_no_script(client: TestClient, finished: StoredRun) -> None:
    answer = client.get(f"/api/reports/{finished.id}.html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_a_report_with_its_versions(client: TestClient, store: Store, finished: StoredRun) -> None:
    store.reports.add_version(
        finished.id, report("Novel foods, revised"), Message.of("outside.text", text="shorter")
    )
    latest = client.get(f"/api/reports/{finished.id}").json()
    assert (latest["version"], latest["versions"], latest["note"]) == (2, [1, 2], "shorter")
    assert latest["report"]["title"] == "Novel foods, revised"
    first = client.get(f"/api/reports/{finished.id}", params={"version": 1}).json()
    assert first["report"]["title"] == "Novel foods"
    text = client.get(f"/api/reports/{finished.id}.md", params={"version": 1}).text
    assert text.startswith("# Novel foods\n")
    assert client.get(f"/api/reports/{finished.id}", params={"version": 3}).status_code == 404


def test_the_list_of_reports(client: TestClient, finished: StoredRun) -> None:
    page = client.get("/api/reports", params={"limit": 1}).json()
    assert [line["id"] for line in page["reports"]] == [finished.id]
    assert page["reports"][0]["title"] == "Novel foods"


def test_a_deleted_report_is_gone(client: TestClient, finished: StoredRun) -> None:
    answer = client.delete(f"/api/reports/{finished.id}")
    assert (answer.status_code, answer.content) == (204, b"")
    for path in (f"/api/reports/{finished.id}", f"/api/reports/{finished.id}.md"):
        assert client.get(path).status_code == 404
    assert client.delete(f"/api/reports/{finished.id}").status_code == 404
    assert client.get(f"/api/task/{finished.id}").status_code == 200


def test_an_unknown_format_is_404(client: TestClient, finished: StoredRun) -> None:
    assert client.get(f"/api/reports/{finished.id}.exe").status_code == 404
