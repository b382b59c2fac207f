"""Pages and open copies are read by the readers of local documents."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.replay import HOST, ReplayServer, Reply
from virtual_lab.documents.document import Document
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.domain import Source
from virtual_lab.errors import (
    BrokenDocumentError,
    RefusedRequestError,
    UnreadableDocumentError,
)
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.http import AddressRules, Fetcher
from virtual_lab.sources.provider import SourceRecord
from virtual_lab.sources.providers.web_page import WebPage

pytestmark = pytest.mark.slow

Use = Callable[[Callable[[FullTextReader], Coroutine[Any, Any, Any]]], Any]

TITLE = "Guidance on the scientific requirements for an application for novel foods"
PARAGRAPH = "The applicant should provide data on the identity of the novel food. " * 6
KOREAN = "유전자변형식품의 안전성 심사는 실질적 동등성에 기초하여 이루어진다. " * 6


def html(title: str, body: str, meta: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head>{meta}<title>{title}</title>"
        '<meta name="author" content="Jane Doe"><meta property="article:published_time"'
        f' content="2024-03-05"></head><body><article><h1>{title}</h1>{body}</article></body>'
    )


@pytest.fixture(scope="module")
def documents() -> Iterator[DocumentReader]:
    with DocumentReader() as reader:
        yield reader


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        running.on("/robots.txt", Reply(b"", 404))
        yield running


@pytest.fixture
def use(server: ReplayServer, documents: DocumentReader) -> Use:
    """Runs a coroutine with a reader that may reach the server."""

    def run(work: Callable[[FullTextReader], Coroutine[Any, Any, Any]]) -> Any:
        async def inner() -> Any:
            async with Fetcher(rules=AddressRules([(HOST, server.port)])) as fetcher:
                return await work(FullTextReader(fetcher, documents))

        return asyncio.run(inner())

    return run


def test_a_page_becomes_a_source_with_passages(server: ReplayServer, use: Use) -> None:
    server.on("/a/novel-food", html("Novel food", f"<p>{PARAGRAPH}</p>").encode())
    url = server.url + "/a/novel-food"
    (item,) = use(lambda reader: WebPage(reader, url).search("anything", 5))
    source = item.source
    assert (source.title, source.url) == ("Novel food", url)
    assert (source.published, source.year) == ("2024-03-05", 2024)
    assert source.path is None
    assert source.gathered_at is not None
    assert all(item.text[p.start : p.end] == p.text for p in item.passages)
    assert item.passages[0].id == f"{source.id}:{item.passages[0].start}"


def test_a_changed_page_is_another_source(server: ReplayServer, use: Use) -> None:
    pages = [html("Novel food", f"<p>{PARAGRAPH}</p><p>{n}</p>").encode() for n in ("One.", "Two.")]
    server.on("/a", pages[0], pages[0], pages[1])
    url = server.url + "/a"
    ids = [use(lambda r: WebPage(r, url).search("", 1))[0].source.id for _ in range(3)]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("charset", ["euc-kr", "utf-8", "iso-8859-1"])
def test_korean_is_read_whatever_the_header_says(
    server: ReplayServer, use: Use, charset: str
) -> None:
    page = html("안전성 심사", f"<p>{KOREAN}</p>", '<meta charset="euc-kr">')
    content = page.encode("utf-8" if charset == "iso-8859-1" else "cp949")
    server.on("/a", Reply(content, headers={"Content-Type": f"text/html; charset={charset}"}))
    document, _ = use(lambda reader: reader.read(server.url + "/a"))
    assert KOREAN.strip() in document.text
    assert document.language == "ko"


def test_an_encoding_that_only_the_header_names(server: ReplayServer, use: Use) -> None:
    text = "Пищевая безопасность новых продуктов. " * 9
    kind = {"Content-Type": "text/plain; charset=windows-1251"}
    server.on("/a.txt", Reply(text.encode("cp1251"), headers=kind))
    document, _ = use(lambda reader: reader.read(server.url + "/a.txt"))
    assert document.text == text.strip()
    assert document.title == "a"


def test_a_pdf_is_read_whatever_it_is_called(
    server: ReplayServer, use: Use, shared_data: Path
) -> None:
    pdf = next((shared_data / "documents" / "en").glob("*.pdf")).read_bytes()
    server.on("/doc", Reply(pdf, headers={"Content-Type": "text/html"}))
    document, _ = use(lambda reader: reader.read(server.url + "/doc"))
    assert document.pages == 48
    assert document.url == server.url + "/doc"
    assert document.path is None


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00", b"%PDF-1.7 broken"])
def test_what_cannot_be_read_is_said(server: ReplayServer, use: Use, content: bytes) -> None:
    server.on("/a", content)
    with pytest.raises(UnreadableDocumentError):
        use(lambda reader: reader.read(server.url + "/a"))


def paper(server: ReplayServer, text: str = "An abstract of the guidance.") -> SourceRecord:
    return SourceRecord(
        Source(
            id="work",
            title=TITLE,
            doi="10.2903/j.efsa.2024.8961",
            authors=("EFSA Panel",),
            published="2024",
            open_access_url=server.url + "/copy",
        ),
        text,
    )


def test_an_open_copy_takes_the_place_of_the_abstract(
    server: ReplayServer, use: Use, shared_data: Path
) -> None:
    pdf = next((shared_data / "documents" / "en").glob("*.pdf")).read_bytes()
    server.on("/copy", pdf)
    whole = use(lambda reader: reader.complete(paper(server)))
    assert len(whole.passages) > 100
    assert whole.passages[50].page is not None
    assert whole.source.title == TITLE
    assert whole.source.authors == ("EFSA Panel",)
    assert whole.source.pages == 48
    assert whole.source.id != "work"


@pytest.mark.parametrize(
    ("title", "times"),
    [("Log in to continue reading", 40), (TITLE, 1), ("Another paper on other things", 40)],
)
def test_what_is_not_the_paper_is_not_taken_for_it(
    server: ReplayServer, use: Use, title: str, times: int
) -> None:
    body = "".join(f"<p>Paragraph {n}. {PARAGRAPH}</p>" for n in range(times))
    server.on("/copy", html(title, body).encode())
    assert use(lambda reader: reader.complete(paper(server))) is None


def test_a_copy_that_is_refused_is_an_error(server: ReplayServer, use: Use) -> None:
    server.on("/copy", Reply(b"", 403))
    with pytest.raises(RefusedRequestError):
        use(lambda reader: reader.complete(paper(server)))


def test_a_paper_without_a_copy_is_not_fetched(server: ReplayServer, use: Use) -> None:
    closed = paper(server)
    closed = closed._replace(source=closed.source.model_copy(update={"open_access_url": None}))
    assert use(lambda reader: reader.complete(closed)) is None
    assert server.asked == []


class Stuck(DocumentReader):
    """Reads for ever, until it is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.started = threading.Event()
        self.cancelled = threading.Event()

    def read(self, path: Path) -> Document:
        self.started.set()
        self.cancelled.wait(30)
        raise BrokenDocumentError("reading it failed")

    def cancel(self) -> None:
        self.cancelled.set()


def test_a_cancelled_read_ends_the_reading_process(server: ReplayServer) -> None:
    server.on("/a", html("Novel food", f"<p>{PARAGRAPH}</p>").encode())
    stuck = Stuck()

    async def run() -> None:
        async with Fetcher(rules=AddressRules([(HOST, server.port)])) as fetcher:
            reading = asyncio.create_task(FullTextReader(fetcher, stuck).read(server.url + "/a"))
            await asyncio.to_thread(stuck.started.wait, 30)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading

    asyncio.run(run())
    assert stuck.started.is_set()
    assert stuck.cancelled.is_set()
