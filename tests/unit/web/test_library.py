"""The pages of the library."""

from __future__ import annotations

from contextlib import closing

import pytest
from fastapi.testclient import TestClient

from tests.unit.web.conftest import FROM_OUR_FORM, Tags
from virtual_lab.bootstrap.library import open_index
from virtual_lab.domain import Source
from virtual_lab.messages import Message
from virtual_lab.settings import Settings

pytestmark = pytest.mark.slow

TEXT = "# Novel foods\n\nA novel food needs an authorisation. 신규 식품은 승인이 필요하다.\n"
HOSTILE = "# <img src=x onerror=alert(1)>\n\nThe <script>alert(1)</script> allergen is tested.\n"


def upload(client: TestClient, collection: str, name: str, text: str | bytes) -> Tags:
    """Send the form; gives the page that answers it."""
    content = text.encode() if isinstance(text, str) else text
    answer = client.post(
        "/library/documents",
        data={"collection": collection},
        files=[("files", (name, content))],
        headers=FROM_OUR_FORM,
    )
    assert answer.status_code in (201, 415), answer.text
    return Tags(answer.text)


def test_an_upload_says_what_each_file_yielded(client: TestClient) -> None:
    page = upload(client, "eu rules", "novel.md", TEXT)
    assert "novel.md" in page.text
    assert "Added" in page.text
    collection = Tags(client.get("/library/collections/eu%20rules").text)
    assert "Novel foods" in collection.text
    assert "/library/collections/eu%20rules" in {
        a["href"] for a in Tags(client.get("/library").text).named("a")
    }


def test_a_file_that_cannot_be_read_says_why(client: TestClient) -> None:
    page = upload(client, "eu rules", "picture.png", b"\x89PNG")
    assert "Not read" in page.text
    assert "read are PDF" in page.text


def test_a_collection_with_a_name_of_the_program_is_refused(client: TestClient) -> None:
    for name in ("starter", "docs:/etc", "../up", "a/b"):
        answer = client.post(
            "/library/documents",
            data={"collection": name},
            files=[("files", ("novel.md", TEXT.encode()))],
            headers=FROM_OUR_FORM,
        )
        assert answer.status_code == 422, name


def test_a_search_marks_its_hits_in_both_languages(client: TestClient) -> None:
    upload(client, "search", "novel.md", TEXT)
    html = client.get("/library", params={"q": "authorisations", "collection": "search"}).text
    assert "<mark>authorisation</mark>" in html
    html = client.get("/library", params={"q": "승인", "collection": "search"}).text
    assert "<mark>승인이</mark>" in html


def test_a_search_that_finds_nothing_says_so(client: TestClient) -> None:
    upload(client, "search", "novel.md", TEXT)
    page = client.get("/library", params={"q": "xyzzy<b>", "collection": "search"})
    assert "Nothing was found" in page.text
    assert "xyzzy<b>" not in page.text


def test_only_collections_of_the_user_are_searched(client: TestClient) -> None:
    for name in ("nowhere", "docs:/etc"):
        page = client.get("/library", params={"q": "food", "collection": name})
        assert page.status_code == 404, name


def test_hostile_documents_come_out_as_text(client: TestClient) -> None:
    upload(client, "hostile", "<img onerror=alert(1)>.md", HOSTILE)
    for address in ("/library/collections/hostile", "/library?q=allergen&collection=hostile"):
        html = client.get(address).text
        assert "<script>alert" not in html
        assert not [a for _, a in Tags(html).tags if "onerror" in a]


def test_documents_and_collections_can_be_removed(client: TestClient) -> None:
    upload(client, "gone", "novel.md", TEXT)
    upload(client, "gone", "other.md", "# Other\n\nAnother text on something else.\n")
    forms = Tags(client.get("/library/collections/gone").text).named("form")
    removals = [str(a["action"]) for a in forms if "/documents/" in str(a["action"])]
    assert len(removals) == 2
    answer = client.post(removals[0], headers=FROM_OUR_FORM)
    assert answer.headers["location"] == "/library/collections/gone"
    answer = client.post("/library/collections/gone/remove", headers=FROM_OUR_FORM)
    assert answer.headers["location"] == "/library"
    assert client.get("/library/collections/gone").status_code == 404


def test_hits_stand_together_by_document(client: TestClient) -> None:
    sections = "".join(f"## Part {n}\n\nAn allergen is tested in part {n}.\n\n" for n in range(3))
    upload(client, "grouped", "one.md", f"# One\n\n{sections}")
    upload(client, "grouped", "two.md", "# Two\n\nThe allergen is named.\n")
    page = Tags(client.get("/library?q=allergen&collection=grouped").text)
    assert len(page.named("article")) == 2
    assert "Passages for “allergen”: 4" in page.text
    assert "Passages: 3" in page.text


def test_a_file_that_is_not_read_is_explained_in_korean(client: TestClient) -> None:
    answer = client.post(
        "/library/documents",
        data={"collection": "eu rules"},
        files=[("files", ("picture.png", b"PNG"))],
        headers={**FROM_OUR_FORM, "Accept-Language": "ko"},
    )
    assert "읽을 수 없는 형식입니다" in answer.text


def test_a_part_of_a_collection_that_is_not_there_is_not_found(client: TestClient) -> None:
    upload(client, "small", "novel.md", TEXT)
    assert client.get("/library/collections/small?part=1").status_code == 200
    assert client.get("/library/collections/small?part=2").status_code == 404


def test_a_hit_without_a_heading_has_no_empty_line_above_it(client: TestClient) -> None:
    upload(client, "plain", "plain.txt", "The allergen of this plain text is tested before use.\n")
    upload(client, "plain", "titled.md", "# Titled\n\n## Part\n\nThe allergen is named here.\n")
    page = client.get("/library?q=allergen&collection=plain").text
    assert page.count('class="passage"') == 2
    assert page.count('<p class="meta">') == 1


def test_what_a_document_lost_is_said_in_the_language_of_the_page(
    client: TestClient, settings: Settings
) -> None:
    source = Source(
        id="scan",
        title="Scan",
        language="en",
        warnings=("no text on page 2, 5",),
        warning_messages=(Message.of("document.no_text_on_pages", pages="2, 5"),),
    )
    with closing(open_index(settings)) as index:
        index.add_source(source, "", [], "scans")
    for language, words in (("ko", "글자가 없는 쪽: 2, 5"), ("en", "no text on page 2, 5")):
        page = client.get("/library/collections/scans", headers={"Accept-Language": language})
        assert words in page.text
