"""The library: its collections, their documents, uploads and search."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, File, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from virtual_lab.api.answers import ErrorCode
from virtual_lab.bootstrap.library import open_index
from virtual_lab.bootstrap.retriever import open_retriever
from virtual_lab.documents.registry import kinds
from virtual_lab.domain import Passage, Source, SourceKind
from virtual_lab.errors import InvalidInputError, NotFoundError
from virtual_lab.http.dependencies import CurrentService
from virtual_lab.http.parameters import Collection
from virtual_lab.http.problems import Fault, documented, problem
from virtual_lab.library.ephemeral import is_docs_collection
from virtual_lab.library.index import DocumentIndex
from virtual_lab.library.ingest import Added
from virtual_lab.library.starter import searched_by_default
from virtual_lab.messages import Message
from virtual_lab.services.uploads import MOST_FILES, Uploads
from virtual_lab.settings import Settings

UPLOADS = "/documents"
"""The end of the path of uploads, whose bodies may be larger."""

router = APIRouter(prefix="/api/library", tags=["library"])


class CollectionAnswer(BaseModel):
    """A collection, and how many documents it holds."""

    name: str
    documents: int


class CollectionsAnswer(BaseModel):
    """All collections."""

    collections: list[CollectionAnswer]


class DocumentAnswer(BaseModel):
    """A document of the library, or a work that its texts come from."""

    id: str
    title: str
    kind: SourceKind
    language: str
    pages: int | None
    authors: tuple[str, ...]
    year: int | None
    url: str | None
    doi: str | None

    @classmethod
    def of(cls, source: Source) -> DocumentAnswer:
        """The answer for a source, without the path of its file."""
        return cls.model_validate(source, from_attributes=True)


class DocumentsAnswer(BaseModel):
    """The documents of a collection, in the order in which they were added."""

    name: str
    documents: list[DocumentAnswer]


class UploadedAnswer(BaseModel):
    """What became of one uploaded file."""

    name: str
    outcome: str = Field(examples=["added", "unchanged", "failed"])
    id: str | None = None
    pages: int | None = None
    passages: int = 0
    warnings: tuple[str, ...] = ()
    warning_messages: tuple[Message, ...] = Field((), description="The warnings by code.")
    error: str | None = None
    error_code: ErrorCode = None

    @classmethod
    def of(cls, name: str, added: Added) -> UploadedAnswer:
        """The answer for a file."""
        return cls(
            name=name,
            outcome=added.outcome,
            id=added.source_id,
            pages=added.pages,
            passages=added.passages,
            warnings=added.warnings,
            warning_messages=added.warning_messages,
            error=str(added.error) if added.error else None,
            error_code=added.error.code if added.error else None,
        )


class UploadAnswer(BaseModel):
    """What became of all files of an upload."""

    collection: str
    files: list[UploadedAnswer]


class HitAnswer(BaseModel):
    """A passage that was found, and where it stands; a higher score is better.

    ``also_in`` are other documents that hold the same text.
    """

    score: float
    passage: Passage
    document: DocumentAnswer
    also_in: list[DocumentAnswer] = []


class HitsAnswer(BaseModel):
    """What was found, best first."""

    hits: list[HitAnswer]


def is_upload(path: str) -> bool:
    """Whether a path is that of uploads."""
    return path.startswith(router.prefix) and path.endswith(UPLOADS)


@contextmanager
def _library(settings: Settings) -> Iterator[DocumentIndex]:
    index = open_index(settings)
    try:
        yield index
    finally:
        index.close()


@router.get("/collections", responses=documented(503))
def list_collections(service: CurrentService) -> CollectionsAnswer:
    """The collections and how many documents each holds."""
    with _library(service.settings) as index:
        return CollectionsAnswer(
            collections=[
                CollectionAnswer(name=name, documents=count)
                for name, count in index.collections().items()
                if not is_docs_collection(name)
            ]
        )


@router.get("/collections/{collection}", responses=documented(404, 422, 503))
def get_collection(collection: Collection, service: CurrentService) -> DocumentsAnswer:
    """The documents of a collection."""
    with _library(service.settings) as index:
        sources = index.sources(collection)
    if not sources:
        raise NotFoundError("library.no_collection", collection=collection)
    return DocumentsAnswer(name=collection, documents=[DocumentAnswer.of(s) for s in sources])


@router.post(
    f"/collections/{{collection}}{UPLOADS}",
    status_code=201,
    response_model=UploadAnswer,
    responses=documented(413, 415, 422, 503),
)
def upload(
    request: Request,
    collection: Collection,
    files: Annotated[list[UploadFile], File(description=f"{kinds(last='or')}.")],
    service: CurrentService,
) -> UploadAnswer | JSONResponse:
    """Add files to a collection, which is made if it is missing.

    If some files cannot be read, the others are added all the same; if none can be read: 415.
    """
    if len(files) > MOST_FILES:
        raise InvalidInputError("form.too_many_files_in_call", count=len(files), most=MOST_FILES)
    with _library(service.settings) as index:
        added = Uploads(service.settings, index).add(
            collection, [(file.filename or "", file.file) for file in files]
        )
    answers = [UploadedAnswer.of(name, outcome) for name, outcome in added]
    failed = [answer for answer in answers if answer.error]
    if len(failed) == len(answers):
        faults = [Fault(where=answer.name, message=answer.error or "") for answer in failed]
        detail = "; ".join(f"{fault.where}: {fault.message}" for fault in faults)
        return problem(
            request.scope,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            detail,
            kind="urn:virtual-lab:unreadable-document",
            title="No file could be read",
            errors=faults,
        )
    return UploadAnswer(collection=collection, files=answers)


@router.delete("/collections/{collection}", status_code=204, responses=documented(404, 422, 503))
def remove_collection(collection: Collection, service: CurrentService) -> Response:
    """Remove a collection with all its documents and uploaded files."""
    with _library(service.settings) as index:
        Uploads(service.settings, index).remove_collection(collection)
    return Response(status_code=204)


@router.delete(
    "/collections/{collection}/documents/{document_id}",
    status_code=204,
    responses=documented(404, 422, 503),
)
def remove_document(collection: Collection, document_id: str, service: CurrentService) -> Response:
    """Remove a document from a collection, and delete its uploaded file."""
    with _library(service.settings) as index:
        Uploads(service.settings, index).remove(collection, document_id)
    return Response(status_code=204)


@router.get("/search", responses=documented(404, 422, 503))
def search(
    service: CurrentService,
    q: Annotated[
        str, Query(min_length=1, max_length=500, description="Words in Korean or English.")
    ],
    collection: Annotated[
        list[str], Query(max_length=20, description="Where to look; the whole library where none.")
    ] = [],  # noqa: B006 - FastAPI copies it
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> HitsAnswer:
    """The passages that match best, in both languages."""
    with _library(service.settings) as index:
        known = index.collections()
        if missing := [name for name in collection if name not in known]:
            raise NotFoundError("library.no_collection", collection=", ".join(missing))
        where = collection or searched_by_default(index)
        with open_retriever(service.settings, index, where) as retriever:
            hits = retriever.search([q], limit)
        return HitsAnswer(
            hits=[
                HitAnswer(
                    score=hit.score,
                    passage=hit.passage,
                    document=DocumentAnswer.of(index.source(hit.passage.source_id)),
                    also_in=[DocumentAnswer.of(index.source(name)) for name in hit.also_in],
                )
                for hit in hits
            ]
        )
