"""The pages of the library: collections, their documents, uploads, search and removal."""

from __future__ import annotations

from contextlib import closing
from http import HTTPStatus
from typing import Annotated, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from virtual_lab.bootstrap.library import open_index
from virtual_lab.bootstrap.retriever import open_retriever
from virtual_lab.domain import SECTION_MARK, Source
from virtual_lab.errors import InvalidInputError, NotFoundError
from virtual_lab.http.dependencies import CurrentService
from virtual_lab.http.parameters import Collection
from virtual_lab.library.index import DocumentIndex
from virtual_lab.library.starter import STARTER, add_starter, searched_by_default
from virtual_lab.services.service import Service
from virtual_lab.services.uploads import MOST_FILES, Uploads
from virtual_lab.web.collection_listing import add_files, chosen, own_collections, require
from virtual_lab.web.highlight import TextPart, excerpt, highlight
from virtual_lab.web.page_route import PageRoute
from virtual_lab.web.pages import page

UPLOAD = "/library/documents"
_MOST_HITS = 12
_EXCERPT_CHARACTERS = 480
_DOCUMENTS_PER_PAGE = 100

router = APIRouter(prefix="/library", include_in_schema=False, route_class=PageRoute)


class LibraryHit(NamedTuple):
    """A passage that a search found; a long ``text`` is cut around its first hit."""

    page: int | None
    section: str
    text: list[TextPart]


class FoundIn(NamedTuple):
    """A document, and its passages that a search found, best first."""

    source: Source
    passages: list[LibraryHit]


class ListedDocument(NamedTuple):
    """A document of a collection, and how many passages it has."""

    source: Source
    passages: int


@router.get("")
def show_library(
    request: Request,
    service: CurrentService,
    q: Annotated[str, Query(max_length=500)] = "",
    collection: Annotated[str, Query(max_length=64)] = "",
) -> HTMLResponse:
    """The collections, and what a search found."""
    with closing(open_index(service.settings)) as index:
        return page(
            request,
            "library",
            collections=own_collections(index),
            settings=service.settings,
            searched=q.strip(),
            where=collection,
            most_files=MOST_FILES,
            hits=_search(service, index, q.strip(), collection) if q.strip() else [],
        )


@router.get("/collections/{collection}")
def show_collection(
    collection: Collection,
    request: Request,
    service: CurrentService,
    part: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """The documents of a collection, a hundred at a time."""
    with closing(open_index(service.settings)) as index:
        sources = index.sources(collection)
        shown = sources[(part - 1) * _DOCUMENTS_PER_PAGE : part * _DOCUMENTS_PER_PAGE]
        listed = [ListedDocument(source, len(index.passages(source.id))) for source in shown]
    if not listed:
        raise NotFoundError("library.no_collection", collection=collection)
    return page(
        request,
        "collection",
        name=collection,
        documents=listed,
        count=len(sources),
        part=part,
        parts=-(-len(sources) // _DOCUMENTS_PER_PAGE),
        is_own=collection != STARTER,
    )


@router.post("/documents")
def upload(
    request: Request,
    service: CurrentService,
    collection: Annotated[str, Form()] = "",
    files: Annotated[list[UploadFile], File()] = [],  # noqa: B006 - FastAPI copies it
) -> HTMLResponse:
    """Add files to a collection, and show the result of each."""
    name = collection.strip() or service.settings.collection
    given = chosen(files)
    if not given:
        raise InvalidInputError("form.no_file")
    with closing(open_index(service.settings)) as index:
        outcomes = add_files(Uploads(service.settings, index), name, given)
    failed = all(outcome.added.error for outcome in outcomes)
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE if failed else HTTPStatus.CREATED
    return page(request, "uploaded", status=status, name=name, files=outcomes, failed=failed)


@router.post("/collections/{collection}/remove")
def remove_collection(collection: Collection, service: CurrentService) -> RedirectResponse:
    """Remove a collection with all its documents."""
    with closing(open_index(service.settings)) as index:
        Uploads(service.settings, index).remove_collection(collection)
    return RedirectResponse("/library", HTTPStatus.SEE_OTHER)


@router.post("/collections/{collection}/documents/{document_id}/remove")
def remove_document(
    collection: Collection, document_id: str, service: CurrentService
) -> RedirectResponse:
    """Remove a document from a collection."""
    with closing(open_index(service.settings)) as index:
        Uploads(service.settings, index).remove(collection, document_id)
        is_left = collection in index.collections()
    there = f"/library/collections/{quote(collection, safe='')}" if is_left else "/library"
    return RedirectResponse(there, HTTPStatus.SEE_OTHER)


def _search(service: Service, index: DocumentIndex, words: str, collection: str) -> list[FoundIn]:
    """The documents that a search found, ordered by their best passages."""
    if collection:
        require(index, collection)
    if collection == STARTER:
        add_starter(index)
    where = (collection,) if collection else searched_by_default(index)
    with open_retriever(service.settings, index, where) as retriever:
        queries = (words, *retriever.concepts(words).queries)
        hits = retriever.search([words], _MOST_HITS)
    found: dict[str, FoundIn] = {}
    for passage, *_ in hits:
        known = found.get(passage.source_id)
        if known is None:
            known = found[passage.source_id] = FoundIn(index.source(passage.source_id), [])
        text = excerpt(highlight(passage.text, queries), _EXCERPT_CHARACTERS)
        known.passages.append(LibraryHit(passage.page, SECTION_MARK.join(passage.section), text))
    return list(found.values())
