"""OpenAlex: an open index of scholarly works (https://developers.openalex.org).

It serves without a key up to a small daily allowance; a free key gives ten times as much.
"""

from __future__ import annotations

from typing import Any

from virtual_lab.domain import SourceType
from virtual_lab.errors import RefusedRequestError
from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration, Trust, revealed
from virtual_lab.sources.fields import (
    at,
    date,
    describe,
    items,
    line,
    page_range,
    results,
)
from virtual_lab.sources.http import Fetcher, RequestPolicy, WebResponse
from virtual_lab.sources.identity import normal_doi
from virtual_lab.sources.provider import SourceRecord, parse_each
from virtual_lab.sources.query_syntax import any_of

_TYPES = {
    "article": SourceType.ARTICLE,
    "review": SourceType.REVIEW,
    "preprint": SourceType.PREPRINT,
    "book": SourceType.BOOK,
    "book-chapter": SourceType.CHAPTER,
    "report": SourceType.REPORT,
    "standard": SourceType.REPORT,
    "dissertation": SourceType.THESIS,
    "dataset": SourceType.DATASET,
    "reference-entry": SourceType.REFERENCE,
}
_NO_WORKS = frozenset({"peer-review", "grant", "paratext", "libguides", "supplementary-materials"})


class OpenAlex:
    """Searches OpenAlex.

    Args:
        fetcher: fetches from the web.
        api_key: of an account there, if there is one.
        url: of the service.
    """

    name = "openalex"
    languages: frozenset[str] = frozenset()

    def __init__(
        self, fetcher: Fetcher, api_key: str = "", url: str = "https://api.openalex.org"
    ) -> None:
        self._fetcher = fetcher
        self._url = url
        self._manners = RequestPolicy(interval=0.2, params={"api_key": api_key} if api_key else {})

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The works that match ``query`` best."""
        words = any_of(query)
        if not words:
            return []
        answered, answer = await self._fetcher.get_json(
            f"{self._url}/works",
            {"search": words, "per_page": str(limit)},
            manners=self._manners,
        )
        works = results(answered, self.name, "results")
        return parse_each(works, lambda work: parse(work, answer), self.name)[:limit]

    async def lookup(self, doi: str) -> SourceRecord | None:
        """The work with a DOI."""
        try:
            work, answer = await self._fetcher.get_json(
                f"{self._url}/works/doi:{doi}", manners=self._manners
            )
        except RefusedRequestError as error:
            if error.http_status == 404:
                return None
            raise
        return next(iter(parse_each([work], lambda w: parse(w, answer), self.name)), None)


def parse(work: Any, answer: WebResponse) -> SourceRecord | None:
    """One work as OpenAlex describes it."""
    kind = at(work, "type")
    if kind in _NO_WORKS or at(work, "is_paratext"):
        return None
    venue = at(work, "primary_location", "source")
    repository = at(venue, "type") == "repository"
    doi = normal_doi(line(work, "doi"))
    return describe(
        title=line(work, "title") or line(work, "display_name"),
        provider=OpenAlex.name,
        answer=answer,
        markup=_in_order(at(work, "abstract_inverted_index")),
        language_code=line(work, "language"),
        type=SourceType.PREPRINT if repository and kind == "article" else _TYPES.get(kind),
        retracted=at(work, "is_retracted") is True,
        published=date(work, "publication_date") or date(work, "publication_year"),
        year=at(work, "publication_year"),
        authors=tuple(
            name
            for entry in items(work, "authorships")
            if (name := line(entry, "author", "display_name") or line(entry, "raw_author_name"))
        ),
        venue=line(venue, "display_name"),
        publisher=None if repository else line(venue, "host_organization_name"),
        volume=line(work, "biblio", "volume"),
        issue=line(work, "biblio", "issue"),
        page_range=page_range(
            line(work, "biblio", "first_page"), line(work, "biblio", "last_page")
        ),
        doi=doi,
        url=f"https://doi.org/{doi}" if doi else line(work, "primary_location", "landing_page_url"),
        open_access_url=line(work, "best_oa_location", "pdf_url")
        or line(work, "best_oa_location", "landing_page_url")
        or line(work, "open_access", "oa_url"),
    )


def _in_order(index: Any) -> str:
    """The abstract from an index of its words to their places."""
    if not isinstance(index, dict):
        return ""
    words = {place: word for word, places in index.items() for place in places}
    return " ".join(words[place] for place in sorted(words))


async def _make(context: ProviderContext) -> OpenAlex:
    return OpenAlex(context.fetcher, revealed(context.settings.openalex_api_key))


DECLARATION = ProviderDeclaration(
    name="openalex",
    label=Label("OpenAlex"),
    place=1,
    make=_make,
    trust=Trust(metadata=30, abstract=30, open_copy=30),
)
