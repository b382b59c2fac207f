"""Asking a question."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.unit.web.conftest import FROM_OUR_FORM, Tags
from virtual_lab.domain import Budget
from virtual_lab.library.sqlite.index import Index
from virtual_lab.settings import Settings
from virtual_lab.store import Store

TEXT = b"# Novel foods\n\nA novel food needs an authorisation before it is placed on the market.\n"


def ask(client: TestClient, **fields: str | list[str]) -> str:
    """Send the form; gives the id of the run."""
    answer = client.post("/runs", data=fields, headers=FROM_OUR_FORM)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/runs/")


def test_the_form_starts_a_run_with_its_options(client: TestClient, store: Store) -> None:
    run_id = ask(
        client,
        topic="  Which foods are novel? ",
        constraints="EU only",
        language="ko",
        rounds="2",
        specialists="3",
        model="none",
        sources=["arxiv", "openalex"],
        urls="https://example.org/a\nhttps://example.org/b",
        minutes="5",
        tokens="9000",
        cost="1.5",
    )
    question = store.runs.get(run_id).question
    assert question.topic == "Which foods are novel?"
    assert question.constraints == "EU only"
    assert (question.language, question.rounds, question.specialists) == ("ko", 2, 3)
    assert question.model == "none"
    assert question.sources == ("arxiv", "openalex")
    assert question.urls == ("https://example.org/a", "https://example.org/b")
    assert question.budget == Budget(minutes=5, tokens=9000, cost=1.5)
    assert question.collections == ()


def test_a_double_click_starts_one_run_and_a_changed_question_another(client: TestClient) -> None:
    first = ask(client, topic="Which foods?", key="form-1")
    assert ask(client, topic="Which foods?", key="form-1") == first
    assert ask(client, topic="Which novel foods?", key="form-1") != first


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("collection", "docs:/etc"),
        ("collection", "nowhere"),
        ("topic", " "),
        ("topic", "x" * 2001),
        ("rounds", "99"),
        ("minutes", "-1"),
        ("language", "x"),
        ("sources", "myspace"),
        ("urls", "ftp://example.org"),
        ("tokens", "many"),
        ("cost", "-1"),
    ],
)
def test_what_cannot_be_used_brings_the_form_back(
    client: TestClient, field: str, value: str
) -> None:
    fields = {"topic": "Which foods?", "constraints": "EU only", field: value}
    answer = client.post("/runs", data=fields, headers=FROM_OUR_FORM)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    constraints = [a for a in Tags(answer.text).named("input") if a.get("id") == "constraints"]
    assert constraints[0]["value"] == "EU only"


@pytest.mark.slow
def test_files_are_put_in_the_library_and_searched(
    client: TestClient, store: Store, settings: Settings
) -> None:
    answer = client.post(
        "/runs",
        data={"topic": "Which foods?"},
        files=[("files", ("novel.md", TEXT))],
        headers=FROM_OUR_FORM,
    )
    run = store.runs.get(answer.headers["location"].removeprefix("/runs/"))
    assert run.question.collections == (settings.collection,)
    index = Index(settings.library_path)
    try:
        assert [source.title for source in index.sources(settings.collection)] == ["Novel foods"]
    finally:
        index.close()


@pytest.mark.slow
def test_a_file_that_cannot_be_read_starts_nothing_and_is_named(
    client: TestClient, store: Store
) -> None:
    before = sum(store.runs.counts().values())
    answer = client.post(
        "/runs",
        data={"topic": "Which foods?"},
        files=[("files", ("<b>broken.pdf", b"no pdf")), ("files", ("novel.md", TEXT))],
        headers=FROM_OUR_FORM,
    )
    assert answer.status_code == 415
    assert "broken.pdf" in answer.text
    assert "<b>broken" not in answer.text
    assert sum(store.runs.counts().values()) == before


def test_no_file_chosen_is_no_file(client: TestClient) -> None:
    # As browsers send it: a part with an empty name.
    body = (
        '--b\r\nContent-Disposition: form-data; name="topic"\r\n\r\nWhich foods?\r\n'
        '--b\r\nContent-Disposition: form-data; name="files"; filename=""\r\n'
        "Content-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n"
    )
    headers = {**FROM_OUR_FORM, "Content-Type": "multipart/form-data; boundary=b"}
    answer = client.post("/runs", content=body, headers=headers)
    assert answer.status_code == 303, answer.text


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    answer = client.post(
        "/runs",
        data={"topic": "Which foods?"},
        files=[("files", ("large.txt", b"x" * (4 << 20)))],
        headers=FROM_OUR_FORM,
    )
    assert answer.status_code == 413


def test_the_page_says_what_will_be_used_and_lists_the_runs(client: TestClient) -> None:
    run_id = ask(client, topic="Is this listed?")
    page = client.get("/").text
    assert "No language model" in page
    assert f'href="/runs/{run_id}"' in page


def test_what_is_wrong_is_said_in_the_language_of_the_page(client: TestClient) -> None:
    fields = {"topic": " ", "rounds": "99", "cost": "-1"}
    answer = client.post("/runs", data=fields, headers={**FROM_OUR_FORM, "Accept-Language": "ko"})
    page = Tags(answer.text)
    assert "비용 한도: 수를 적거나(0은 한도 없음) 비워 두세요." in page.text
    ids = {attributes.get("id") for _, attributes in page.tags}
    links = [str(a["href"])[1:] for a in page.named("a") if str(a["href"]).startswith("#")]
    assert {"topic", "rounds", "cost"} <= set(links) <= ids
    wrong = {a.get("id") for _, a in page.tags if a.get("aria-invalid") == "true"}
    assert wrong == {"topic", "rounds", "cost"}
    assert [a for a in page.named("details") if a.get("id") == "options" and "open" in a]


def test_the_form_can_be_looked_at_again_before_it_is_sent(client: TestClient) -> None:
    given = {"topic": "Which <foods>?", "rounds": "2", "sources": "arxiv", "key": "k", "urls": ""}
    html = client.get("/", params=given).text
    assert "Which &lt;foods&gt;?" in html
    assert "Online: arXiv" in html
    checked = [a["value"] for a in Tags(html).named("input") if "checked" in a]
    assert checked == ["arxiv"]
    assert "Nothing is searched online." in client.get("/").text
    assert client.get("/", params={"rounds": "x", "minutes": "y"}).status_code == 200
