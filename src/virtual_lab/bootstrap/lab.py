"""Opens the lab of one question: its retriever, its online search and its analyst."""

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
    """The lab for one question, which is closed at the exit.

    Args:
        settings: the settings of the process.
        question: the question.
        checkpointer: see ``ResearchLab``.
        ledger: stores the model calls of the run; without it they are stored in memory.
        limiter: the limiter that all runs share; without it this run has its own.
        index: the index of the library, if it is open already; it is not closed.

    Raises:
        LibraryError: the library cannot be opened.
        NotFoundError: the question names a collection that does not exist.
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
    """The online search of the question; None where it wants none."""
    sources = ",".join(question.sources) or settings.sources.strip().lower() or "none"
    if sources == "none" and not question.urls:
        return None
    # Only runs that search online load the HTTP client.
    from virtual_lab.lab.indexing_search import open_indexing_search

    return await stack.enter_async_context(open_indexing_search(settings, question, sources, index))
