"""Opens the retriever, which searches collections of the library by words and by vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from virtual_lab.bootstrap.library import (
    embedding_format_of,
    open_embedder,
    open_index,
    open_vectors,
)
from virtual_lab.domain import Question
from virtual_lab.errors import NotFoundError
from virtual_lab.library.ephemeral import is_docs_collection, run_collection
from virtual_lab.library.index import DocumentIndex
from virtual_lab.library.starter import STARTER, add_starter, searched_by_default
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.settings import Settings
from virtual_lab.text.glossary import load_glossary

if TYPE_CHECKING:
    from virtual_lab.retrieval.dense import DenseRetriever


@contextmanager
def open_retriever(
    settings: Settings, index: DocumentIndex, collections: Sequence[str] = ()
) -> Iterator[Retriever]:
    """The retriever for some collections of an index; for all where none is named.

    Raises:
        GlossaryError: the glossary of the settings cannot be read.
        LibraryError: the vectors cannot be opened.
        SettingError, RealModelError: the endpoint for vectors is not allowed or cannot be used.
    """
    with ExitStack() as stack:
        dense = None
        if settings.embeddings:
            dense = stack.enter_context(closing(_open_dense(settings, index)))
        yield Retriever(index, load_glossary(settings.glossary), collections, dense)


@contextmanager
def open_question_retriever(
    settings: Settings,
    question: Question,
    run_id: str | None = None,
    index: DocumentIndex | None = None,
) -> Iterator[Retriever]:
    """The retriever for the collections of a question, which is closed at the exit.

    Args:
        settings: the settings of the process.
        question: names the collections.
        run_id: a run of the question, whose online sources are searched as well.
        index: the index of the library, if it is open already; it is not closed.

    Raises:
        LibraryError: the library cannot be opened.
        NotFoundError: the question names a collection that does not exist.
    """
    with ExitStack() as stack:
        if index is None:
            index = stack.enter_context(closing(open_index(settings)))
        collections = _collections(index, question)
        retriever = stack.enter_context(open_retriever(settings, index, collections))
        yield retriever.including(run_collection(run_id)) if run_id else retriever


def _open_dense(settings: Settings, index: DocumentIndex) -> DenseRetriever:
    from virtual_lab.library.embeddings.client import IMPATIENT
    from virtual_lab.retrieval.dense import DenseRetriever

    embedder = open_embedder(settings, IMPATIENT)
    return DenseRetriever(index, open_vectors(settings), embedder, embedding_format_of(settings))


def _collections(index: DocumentIndex, question: Question) -> tuple[str, ...]:
    if STARTER in question.collections:
        add_starter(index)
    known = index.collections()
    missing = [name for name in question.collections if name not in known]
    if missing:
        have = ", ".join(filter(lambda name: not is_docs_collection(name), known))
        named = ", ".join(missing)
        if not have:
            raise NotFoundError("library.no_collection_at_all", collection=named)
        raise NotFoundError("library.no_collection_among", collection=named, others=have)
    return question.collections or searched_by_default(index)
