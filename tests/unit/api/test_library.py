"""The library."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from virtual_lab.api.library import MOST_FILES
from virtual_lab.library.ephemeral import docs_collection
from virtual_lab.library.sqlite.index import Index
from virtual_lab.settings import Settings

TEXT = "# Ferments\n\nA dossier on ferments lists toxicological studies of the strain."


def upload(
    client: TestClient, collection: str, *files: tuple[str, bytes]
) -> tuple[int, dict[str, object]]:
    """Upload files; gives status and body of the answer."""
    answer = client.post(
        f"/api/library/collections/{collection}/documents",
        files=[("files", file) for file in files],
    )
    return answer.status_code, answer.json()


def stored(settings: Settings) -> list[str]:
    """The names of the uploaded files."""
    folder = settings.data_dir / "uploads"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.slow
def test_a_document_is_uploaded_listed_found_and_removed(
    client: TestClient, settings: Settings
) -> None:
    status, body = upload(client, "발효 연구", ("발효.md", TEXT.encode()))
    assert status == 201
    file = body["files"][0]  # type: ignore[index]
    assert (file["name"], file["outcome"], file["passages"]) == ("발효.md", "added", 1)
    assert stored(settings) == ["발효.md"]

    collections = client.get("/api/library/collections").json()["collections"]
    assert {"name": "발효 연구", "documents": 1} in collections
    documents = client.get("/api/library/collections/발효 연구").json()["documents"]
    assert [(document["id"], document["title"]) for document in documents] == [
        (file["id"], "Ferments")
    ]
    assert "path" not in documents[0]

    found = client.get(
        "/api/library/search", params={"q": "toxicological", "collection": "발효 연구"}
    ).json()["hits"]
    assert found[0]["document"]["id"] == file["id"]
    assert "toxicological" in found[0]["passage"]["text"]

    path = f"/api/library/collections/발효 연구/documents/{file['id']}"
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404
    assert stored(settings) == []
    assert client.get("/api/library/collections/발효 연구").status_code == 404


@pytest.mark.slow
def test_one_bad_file_does_not_keep_the_others_out(client: TestClient, settings: Settings) -> None:
    status, body = upload(
        client, "mixed", ("good.txt", b"Text about enzymes."), ("bad.pdf", b"%PDF-no")
    )
    assert status == 201
    good, bad = body["files"]  # type: ignore[misc]
    assert (good["outcome"], bad["outcome"]) == ("added", "failed")
    assert bad["error"].startswith("The document is broken")
    assert bad["error_code"] == "document.not_a_pdf"
    assert stored(settings) == ["good.txt"], "what cannot be read is not kept"
    assert client.delete("/api/library/collections/mixed").status_code == 204
    assert stored(settings) == []
    assert client.delete("/api/library/collections/mixed").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.exe", b"MZ", ".exe"),
        ("noending", b"text", "no ending"),
        ("empty.md", b"", "The document is empty"),
        ("large.txt", b"a" * ((1 << 20) + 1), "the limit is 1 MB"),
    ],
)
def test_where_no_file_can_be_read_the_problem_says_why(
    client: TestClient, settings: Settings, name: str, content: bytes, reason: str
) -> None:
    status, body = upload(client, "bad", (name, content))
    assert status == 415
    assert reason in str(body["detail"])
    assert stored(settings) == []


def test_too_many_files_are_refused(client: TestClient) -> None:
    files = [(f"{n}.txt", b"text") for n in range(MOST_FILES + 1)]
    status, body = upload(client, "many", *files)
    assert status == 422
    assert str(MOST_FILES) in str(body["detail"])


def test_too_large_an_upload_is_refused(client: TestClient, settings: Settings) -> None:
    part = b"a" * (1 << 20)
    status, _ = upload(client, "large", *[(f"{n}.txt", part) for n in range(3)])
    assert status == 413
    assert stored(settings) == []


@pytest.mark.parametrize("name", ["..", ".hidden", "a%2Fb", "a%00", "x" * 65, "docs:"])
def test_a_name_that_no_collection_has_is_refused(client: TestClient, name: str) -> None:
    status, _ = upload(client, name, ("a.txt", b"text"))
    assert status in (404, 405, 422)


def test_a_call_without_files_is_refused(client: TestClient) -> None:
    answer = client.post("/api/library/collections/none/documents")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "body.files"


@pytest.mark.slow
def test_what_was_searched_in_passing_is_not_listed(
    client: TestClient, settings: Settings, tmp_path: Path
) -> None:
    from virtual_lab.documents.sandbox import DocumentReader
    from virtual_lab.library.ingest import add_paths

    (tmp_path / "a.txt").write_text("Some text.", encoding="utf-8")
    index = Index(settings.library_path)
    with DocumentReader() as reader:
        add_paths(index, [tmp_path], docs_collection(tmp_path), reader)
    index.close()
    assert str(tmp_path) not in client.get("/api/library/collections").text


def test_a_search_where_nothing_is_named_looks_into_the_starter_library(
    client: TestClient,
) -> None:
    hits = client.get("/api/library/search", params={"q": "novel food", "limit": 3}).json()["hits"]
    assert len(hits) == 3
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_a_search_in_an_unknown_collection_is_404(client: TestClient) -> None:
    answer = client.get("/api/library/search", params={"q": "x", "collection": "unknown"})
    assert answer.status_code == 404
