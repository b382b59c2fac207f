"""The lab of one question: its retriever, its online search and its analyst."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from langgraph.checkpoint.base import BaseCheckpointSaver

from virtual_lab.analysts.model.call_ledger import CallLedger
from virtual_lab.analysts.model.limiter import Limiter
from virtual_lab.bootstrap.analyst import open_analyst
from virtual_lab.bootstrap.retriever import open_question_retriever
from virtual_lab.domain import Question
from virtual_lab.lab.online_search import OnlineSearch
from virtual_lab.lab.run import ResearchLab, report_language
from virtual_lab.library.index import DocumentIndex
from virtual_lab.settings import Settings


@asynccontextmanager
async def open_lab(
    settings: Settings,
    question: Question,
    checkpointer: BaseCheckpointSaver[str] | None = None,
    ledger: CallLedger | None = None,
    limiter: Limiter | None = None,
    index: DocumentIndex | None = None,
) -> AsyncIterator[ResearchLab]:
    """A lab for one question; what it opens is closed on leaving.

    Args:
        checkpointer: as for ``ResearchLab``.
        ledger: keeps the paid model calls of the run; without one they are forgotten.
        limiter: of the model calls of all runs; without one this run has its own.
        index: of the library, where it is open already; it stays open.

    Raises:
        LibraryError: the library cannot be opened.
        NotFoundError: the question names a collection that is not there.
        SettingError: a model string, a key, a provider or the source policy cannot be used.
    """
    async with AsyncExitStack() as stack:
        retriever = stack.enter_context(open_question_retriever(settings, question, index=index))
        online_search = await _open_online_search(settings, question, retriever.index, stack)
        language = report_language(question)
        chosen = await stack.enter_async_context(
            open_analyst(question, settings, language, ledger, limiter)
        )
        yield ResearchLab(chosen.analyst, retriever, checkpointer, chosen.meter, online_search)


async def _open_online_search(
    settings: Settings, question: Question, index: DocumentIndex, stack: AsyncExitStack
) -> OnlineSearch | None:
    """Who searches online for the question; None where nothing is asked for."""
    sources = ",".join(question.sources) or settings.sources.strip().lower() or "none"
    if sources == "none" and not question.urls:
        return None
    # The client of the web is loaded by the runs that need it.
    from virtual_lab.lab.indexing_search import open_indexing_search

    return await stack.enter_async_context(open_indexing_search(settings, question, sources, index))
