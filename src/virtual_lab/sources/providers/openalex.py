"""OpenAlex: an open index of scholarly works (https://developers.openalex.org).

Without a key it answers a small number of requests a day; with a free key ten times as many.
"""

from __future__ import annotations

from typing import Any

from virtual_lab.domain import SourceType
from virtual_lab.errors import RefusedRequestError
from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration, Trust, plain_value
from virtual_lab.sources.fields import (
    build_record,
    date_at,
    list_at,
    page_range,
    required_list_at,
    text_at,
    value_at,
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
_TYPES_OF_NO_WORK = frozenset(
    {"peer-review", "grant", "paratext", "libguides", "supplementary-materials"}
)


class OpenAlex:
    """Searches OpenAlex.

    Args:
        fetcher: fetches from the web.
        api_key: the key of an account; "" without one.
        url: the address of the service.
    """

    name = "openalex"
    languages: frozenset[str] = frozenset()

    def __init__(
        self, fetcher: Fetcher, api_key: str = "", url: str = "https://api.openalex.org"
    ) -> None:
        self._fetcher = fetcher
        self._url = url
        self._policy = RequestPolicy(interval=0.2, params={"api_key": api_key} if api_key else {})

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The works that match ``query`` best."""
        words = any_of(query)
        if not words:
            return []
        answered, answer = await self._fetcher.get_json(
            f"{self._url}/works",
            {"search": words, "per_page": str(limit)},
            policy=self._policy,
        )
        works = required_list_at(answered, self.name, "results")
        return parse_each(works, lambda work: parse(work, answer), self.name)[:limit]

    async def lookup(self, doi: str) -> SourceRecord | None:
        """The work with a DOI."""
        try:
            work, answer = await self._fetcher.get_json(
                f"{self._url}/works/doi:{doi}", policy=self._policy
            )
        except RefusedRequestError as error:
            if error.http_status == 404:
                return None
            raise
        return next(iter(parse_each([work], lambda w: parse(w, answer), self.name)), None)


def parse(work: Any, answer: WebResponse) -> SourceRecord | None:
    """The record of a work; None for an entry that is no work, such as a peer review."""
    kind = value_at(work, "type")
    if kind in _TYPES_OF_NO_WORK or value_at(work, "is_paratext"):
        return None
    venue = value_at(work, "primary_location", "source")
    repository = value_at(venue, "type") == "repository"
    doi = normal_doi(text_at(work, "doi"))
    return build_record(
        title=text_at(work, "title") or text_at(work, "display_name"),
        provider=OpenAlex.name,
        answer=answer,
        markup=_abstract_text(value_at(work, "abstract_inverted_index")),
        language_code=text_at(work, "language"),
        type=SourceType.PREPRINT if repository and kind == "article" else _TYPES.get(kind),
        retracted=value_at(work, "is_retracted") is True,
        published=date_at(work, "publication_date") or date_at(work, "publication_year"),
        year=value_at(work, "publication_year"),
        authors=tuple(
            name
            for entry in list_at(work, "authorships")
            if (
                name := text_at(entry, "author", "display_name")
                or text_at(entry, "raw_author_name")
            )
        ),
        venue=text_at(venue, "display_name"),
        publisher=None if repository else text_at(venue, "host_organization_name"),
        volume=text_at(work, "biblio", "volume"),
        issue=text_at(work, "biblio", "issue"),
        page_range=page_range(
            text_at(work, "biblio", "first_page"), text_at(work, "biblio", "last_page")
        ),
        doi=doi,
        url=f"https://doi.org/{doi}"
        if doi
        else text_at(work, "primary_location", "landing_page_url"),
        open_access_url=text_at(work, "best_oa_location", "pdf_url")
        or text_at(work, "best_oa_location", "landing_page_url")
        or text_at(work, "open_access", "oa_url"),
    )


def _abstract_text(index: Any) -> str:
    """The abstract from its inverted index, which gives the places of each word."""
    if not isinstance(index, dict):
        return ""
    words = {place: word for word, places in index.items() for place in places}
    return " ".join(words[place] for place in sorted(words))


async def _make(context: ProviderContext) -> OpenAlex:
    return OpenAlex(context.fetcher, plain_value(context.settings.openalex_api_key))


DECLARATION = ProviderDeclaration(
    name="openalex",
    label=Label("OpenAlex"),
    place=1,
    make=_make,
    trust=Trust(metadata=30, abstract=30, open_copy=30),
)
