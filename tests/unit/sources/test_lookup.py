"""One work by its DOI or address."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.replay import HOST, ReplayServer, Reply
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.domain import Source
from virtual_lab.errors import (
    ForbiddenAddressError,
    InvalidInputError,
    NotFoundError,
    UnreachableHostError,
)
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.http import AddressRules, Fetcher
from virtual_lab.sources.lookup import acquire
from virtual_lab.sources.provider import SourceRecord

pytestmark = pytest.mark.slow

PAGE = "<!DOCTYPE html><title>Novel food</title><article><p>{}</p></article>".format(
    "The applicant should provide data on the identity of the novel food. " * 6
)


class Catalogue:
    """A registry that knows one work."""

    languages: frozenset[str] = frozenset()

    def __init__(self, name: str, known: SourceRecord | Exception | None) -> None:
        self.name = name
        self._known = known

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        return []

    async def lookup(self, doi: str) -> SourceRecord | None:
        if isinstance(self._known, Exception):
            raise self._known
        return self._known


class NoRegistry:
    name = "web"
    languages: frozenset[str] = frozenset()

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        return []


def known(provider: str, **fields: object) -> SourceRecord:
    values = {"id": "s", "title": "A paper", "doi": "10.1234/a", "providers": (provider,)} | fields
    return SourceRecord(Source.model_validate(values))


@pytest.fixture(scope="module")
def documents() -> Iterator[DocumentReader]:
    with DocumentReader() as reader:
        yield reader


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        running.on("/robots.txt", Reply(b"", 404))
        running.on("/novel-food", PAGE.encode())
        yield running


def get(
    server: ReplayServer,
    documents: DocumentReader,
    target: str,
    *answers: SourceRecord | Exception | None,
) -> SourceRecord:
    async def run() -> SourceRecord:
        async with Fetcher(rules=AddressRules([(HOST, server.port)])) as fetcher:
            registries = [Catalogue(f"r{n}", answer) for n, answer in enumerate(answers)]
            reader = FullTextReader(fetcher, documents)
            return await acquire(target, [NoRegistry(), *registries], reader)

    return asyncio.run(run())


@pytest.mark.parametrize(
    "target",
    ["10.1234/A", " doi:10.1234/a ", "https://doi.org/10.1234/a", "HTTP://DX.DOI.ORG/10.1234/a"],
)
def test_a_doi_is_what_the_registries_say(
    server: ReplayServer, documents: DocumentReader, target: str
) -> None:
    answers = (known("crossref", venue="Foods"), None, known("openalex", year=2024))
    source = get(server, documents, target, *answers, UnreachableHostError("c.org")).source
    assert (source.venue, source.year) == ("Foods", 2024)
    assert source.providers == ("crossref", "openalex")


def test_a_copy_that_cannot_be_had_leaves_the_record(
    server: ReplayServer, documents: DocumentReader
) -> None:
    record = known("crossref", open_access_url=server.url + "/gone")
    assert get(server, documents, "10.1234/a", record) == record
    assert server.count("/gone") == 1


def test_a_url_is_the_page_itself_even_where_it_holds_a_doi(
    server: ReplayServer, documents: DocumentReader
) -> None:
    item = get(server, documents, server.url + "/novel-food?doi=10.1234/a", known("crossref"))
    assert item.source.title == "Novel food"
    assert item.passages


def test_what_cannot_be_acquired_says_why(server: ReplayServer, documents: DocumentReader) -> None:
    with pytest.raises(NotFoundError, match=r"DOI 10\.1234/a"):
        get(server, documents, "10.1234/a", None, UnreachableHostError("c.org"))
    down = UnreachableHostError("c.org"), UnreachableHostError("o.org")
    with pytest.raises(UnreachableHostError, match=r"c\.org, o\.org; is there a network"):
        get(server, documents, "10.1234/a", None, *down)
    with pytest.raises(InvalidInputError, match="neither a DOI nor a URL"):
        get(server, documents, "soy protein")
    with pytest.raises(ForbiddenAddressError):
        get(server, documents, "file:///etc/passwd")
