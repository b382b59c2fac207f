"""The retriever: what searches some collections of the library, by words and by vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from virtual_lab.bootstrap.library import open_embedder, open_index, open_vectors, recipe_of
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
    """What searches some collections of an index, or all, as the settings ask for.

    Raises:
        GlossaryError: the glossary of the settings cannot be read.
        LibraryError: the vectors cannot be opened.
        SettingError, RealModelError: the endpoint of the vectors may not or cannot be used.
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
    """What searches the collections of a question; what it opens is closed on leaving.

    Args:
        run_id: of a run of the question; what it gathered online is searched as well.
        index: of the library, where it is open already; it stays open.

    Raises:
        LibraryError: the library cannot be opened.
        NotFoundError: the question names a collection that is not there.
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
    return DenseRetriever(index, open_vectors(settings), embedder, recipe_of(settings))


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
