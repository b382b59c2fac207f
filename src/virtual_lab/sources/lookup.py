"""The look-up of one work by its DOI or address, for the library."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from virtual_lab.errors import (
    FetchError,
    InvalidInputError,
    NotFoundError,
    UnreachableHostError,
    UnreadableDocumentError,
)
from virtual_lab.sources.deduplicate import merge
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.identity import normal_doi
from virtual_lab.sources.provider import DoiRegistry, Provider, SourceRecord
from virtual_lab.sources.providers.web_page import WebPage

_RESOLVERS = ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/")


async def acquire(
    target: str, connectors: Sequence[Provider], reader: FullTextReader
) -> SourceRecord:
    """The work with a DOI or at a URL, in full text where that is open.

    Args:
        target: "10.2903/j.efsa.2024.8961", "doi:10...", "https://doi.org/10..." or another URL.
        connectors: all that are registries are asked for a DOI, at the same time.
        reader: reads pages and full texts.

    Raises:
        InvalidInputError: ``target`` is neither a DOI nor a URL.
        NotFoundError: no registry knows the DOI.
        FetchError: the page cannot be fetched, or most registries could not be asked.
    """
    target = target.strip()
    doi = normal_doi(target)
    if doi and ("://" not in target or target.lower().startswith(_RESOLVERS)):
        work = await _look_up_doi(doi, connectors)
        try:
            return await reader.complete(work) or work
        except (FetchError, UnreadableDocumentError):
            return work
    if "://" not in target:
        raise InvalidInputError("form.neither_doi_nor_url", target=target)
    return (await WebPage(reader, target).search("", 1))[0]


async def _look_up_doi(doi: str, connectors: Sequence[Provider]) -> SourceRecord:
    registries = [connector for connector in connectors if isinstance(connector, DoiRegistry)]
    answers = await asyncio.gather(
        *(registry.lookup(doi) for registry in registries), return_exceptions=True
    )
    known = [answer for answer in answers if isinstance(answer, SourceRecord)]
    if known:
        return merge([known])[0]
    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    # Not all must fail: arXiv answers without the network for DOIs that are not its own.
    if 2 * len(failures) > len(answers):
        hosts = [failure.detail for failure in failures if type(failure) is UnreachableHostError]
        if len(hosts) == len(failures):
            raise UnreachableHostError("fetch.no_network", hosts=", ".join(hosts))
        raise failures[0]
    raise NotFoundError("fetch.no_doi", doi=doi)
