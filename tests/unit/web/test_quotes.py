"""A quote in its source: the context and the page itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from fastapi.testclient import TestClient

from tests.unit.documents.test_page_image import pdf
from tests.unit.web.conftest import Tags, event, report
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.domain import EventKind, Finding, Locator, Quote, Section
from virtual_lab.library.ingest import add_paths
from virtual_lab.library.sqlite.index import Index
from virtual_lab.settings import Settings
from virtual_lab.store import Store, StoredRun

pytestmark = pytest.mark.slow

WORDS = "A novel food is a food"


class Cited(NamedTuple):
    """A report that quotes a PDF."""

    address: str
    file: Path
    source_id: str


@pytest.fixture
def cited(
    settings: Settings,
    store: Store,
    make_run: Callable[..., StoredRun],
    tmp_path: Path,
) -> Iterator[Cited]:
    file = pdf(tmp_path)
    with closing(Index(settings.library_path)) as index:
        with DocumentReader() as reader:
            added = add_paths(index, [file], "papers", reader).files[0]
        assert added.source_id
        passage = index.passages(added.source_id)[0]
        source = index.source(added.source_id)
    start = passage.start + passage.text.index(WORDS)
    quote = Quote(
        text=WORDS,
        source_id=source.id,
        passage_id=passage.id,
        start=start,
        end=start + len(WORDS),
        locator=Locator(page=1),
    )
    finding = Finding(id="f1", claim="Novel foods are foods", quotes=(quote,))
    lease = store.leases.claim(make_run().id, "worker")
    assert lease
    made = report("Novel").model_copy(
        update={
            "sections": (Section(title="One", findings=(finding,)),),
            "references": (source,),
        }
    )
    store.leases.finish(lease, made, event(EventKind.FINISHED, 5, "done"))
    yield Cited(f"/reports/{lease.run_id}/quotes/1", file, source.id)
    with closing(Index(settings.library_path)) as index:
        if source.id in {known.id for known in index.sources("papers")}:
            index.remove(source.id, "papers")


def test_a_quote_is_marked_in_what_stands_around_it(client: TestClient, cited: Cited) -> None:
    html = client.get(cited.address).text
    assert f"<mark>{WORDS}</mark> without a history." in html
    assert "Novel foods are foods" in html
    pictures = [str(a["src"]) for a in Tags(html).named("img") if "page.png" in str(a["src"])]
    assert pictures == [f"{cited.address}/page.png?version=1"]


def test_the_page_itself_is_shown_and_kept_by_the_browser(client: TestClient, cited: Cited) -> None:
    answer = client.get(f"{cited.address}/page.png")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert "private" in answer.headers["cache-control"]
    again = client.get(
        f"{cited.address}/page.png", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("change", [Path.unlink, lambda path: path.write_bytes(b"other")])
def test_a_file_that_is_gone_or_changed_leaves_the_text(
    client: TestClient, cited: Cited, change: Callable[[Path], object]
) -> None:
    change(cited.file)
    html = client.get(cited.address).text
    assert f"<mark>{WORDS}</mark> without a history." in html
    assert "page.png" not in html
    assert client.get(f"{cited.address}/page.png").status_code == 404


def test_a_source_that_is_gone_leaves_the_quote(
    client: TestClient, cited: Cited, settings: Settings
) -> None:
    with closing(Index(settings.library_path)) as index:
        index.remove(cited.source_id, "papers")
    html = client.get(cited.address).text
    assert f"<mark>{WORDS}</mark>" in html
    assert "without a history" not in html
    assert "no longer in the library" in html


@pytest.mark.parametrize("number", ["2", "0", "x", "99999999"])
def test_other_quotes_are_not_there(client: TestClient, cited: Cited, number: str) -> None:
    address = cited.address.removesuffix("1") + number
    assert client.get(address).status_code in (404, 422)
    assert client.get(f"{address}/page.png").status_code in (404, 422)
