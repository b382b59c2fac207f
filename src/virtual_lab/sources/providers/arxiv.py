"""arXiv: preprints of physics, mathematics, computing and quantitative biology.

Its API (https://info.arxiv.org/help/api) gives Atom feeds and allows one request in three seconds.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from virtual_lab.domain import SourceType
from virtual_lab.errors import UnusableAnswerError
from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration, Trust
from virtual_lab.sources.fields import build_record, date_at, text_at
from virtual_lab.sources.http import Fetcher, RequestPolicy, WebResponse
from virtual_lab.sources.identity import normal_doi
from virtual_lab.sources.provider import SourceRecord, parse_each
from virtual_lab.sources.query_syntax import any_of

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_NUMBER = re.compile(r"arxiv\.org/abs/(?P<id>(?:[\w.-]+/)?[\d.]+)(?P<version>v\d+)?$")
_OWN_DOI = "10.48550/arxiv."


class Arxiv:
    """Searches arXiv.

    Args:
        fetcher: fetches from the web.
        url: the address of the service.
    """

    name = "arxiv"
    languages = frozenset({"en"})

    def __init__(self, fetcher: Fetcher, url: str = "https://export.arxiv.org/api/query") -> None:
        self._fetcher = fetcher
        self._url = url
        self._policy = RequestPolicy(interval=3.0)

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The preprints that match ``query`` best."""
        words = any_of(query, "all:")
        if not words:
            return []
        return await self._ask(
            {"search_query": words, "sortBy": "relevance", "max_results": str(limit)}
        )

    async def lookup(self, doi: str) -> SourceRecord | None:
        """The preprint with a DOI of arXiv; None for other DOIs, which arXiv does not index."""
        if not doi.startswith(_OWN_DOI):
            return None
        return next(iter(await self._ask({"id_list": doi.removeprefix(_OWN_DOI)})), None)

    async def _ask(self, params: dict[str, str]) -> list[SourceRecord]:
        answer = await self._fetcher.get(
            self._url, params, policy=self._policy, accept="application/atom+xml"
        )
        return parse_each(entries(answer), lambda entry: parse(entry, answer), self.name)


def entries(answer: WebResponse) -> list[Any]:
    """The entries of an Atom feed.

    Raises:
        UnusableAnswerError: the answer is no Atom feed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        feed = etree.fromstring(answer.text().encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnusableAnswerError("fetch.not_a_feed") from None
    return list(feed.findall(f"{_ATOM}entry"))


def parse(entry: Any, answer: WebResponse) -> SourceRecord | None:
    """The record of an entry of the feed; None for an entry that reports an error."""
    number = _NUMBER.search(_text(entry, f"{_ATOM}id") or "")
    if number is None:
        return None
    doi = normal_doi(_text(entry, f"{_ARXIV}doi"))
    journal = _text(entry, f"{_ARXIV}journal_ref")
    return build_record(
        title=_text(entry, f"{_ATOM}title"),
        provider=Arxiv.name,
        answer=answer,
        markup=entry.findtext(f"{_ATOM}summary"),
        language_code="en",
        type=SourceType.ARTICLE if doi and journal else SourceType.PREPRINT,
        published=date_at(_text(entry, f"{_ATOM}published")),
        authors=tuple(
            name
            for author in entry.findall(f"{_ATOM}author")
            if (name := _text(author, f"{_ATOM}name"))
        ),
        venue=journal if doi and journal else "arXiv",
        number=f"arXiv:{number['id']}",
        doi=doi or f"{_OWN_DOI}{number['id']}".lower(),
        url=f"https://arxiv.org/abs/{number['id']}",
        open_access_url=f"https://arxiv.org/pdf/{number['id']}{number['version'] or ''}",
    )


def _text(element: Any, tag: str) -> str | None:
    return text_at({"text": element.findtext(tag)}, "text")


async def _make(context: ProviderContext) -> Arxiv:
    return Arxiv(context.fetcher)


DECLARATION = ProviderDeclaration(
    name="arxiv",
    label=Label("arXiv"),
    place=5,
    make=_make,
    trust=Trust(metadata=50, abstract=50, open_copy=20),
)
