"""Opens the analyst of a run: with a model if the settings or the question name one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from virtual_lab.analysts.meter import Meter, budget_of
from virtual_lab.analysts.model.model_names import is_configured
from virtual_lab.domain import Budget, Language, Question
from virtual_lab.network import Network
from virtual_lab.settings import Settings

if TYPE_CHECKING:
    from virtual_lab.analysts.analyst import Analyst
    from virtual_lab.analysts.model.analyst import ModelAnalyst
    from virtual_lab.analysts.model.call import OnCall
    from virtual_lab.analysts.model.call_ledger import CallLedger
    from virtual_lab.analysts.model.limiter import Limiter


class Chosen(NamedTuple):
    """The analyst of a run, and the meter of what it spends."""

    analyst: Analyst
    meter: Meter


@asynccontextmanager
async def open_analyst(
    question: Question,
    settings: Settings,
    language: Language,
    ledger: CallLedger | None = None,
    limiter: Limiter | None = None,
    on_call: OnCall | None = None,
) -> AsyncIterator[Chosen]:
    """The analyst for a question, with its connections open until the exit.

    Args:
        question: its ``model`` replaces that of the settings; "none" means a run without a model.
        settings: models, keys, prices and limits.
        language: the language of the report and the prompts.
        ledger: stores the calls of the run; without it they are stored in memory.
        limiter: the limiter that all runs share; without it this run has its own.
        on_call: called for each answered call, for metrics.

    Raises:
        SettingError: a model string or a key cannot be used.
        PromptError: a prompt file cannot be used.
        RealModelError: only models on this machine are allowed, and another is wanted.
        ModelUnavailableError: the server at OPENAI_BASE_URL does not list its models.
        MissingExtraError: the package for a SOCKS proxy is missing.
    """
    if not is_configured(settings, question.model):
        from virtual_lab.analysts.extractive import ExtractiveAnalyst

        Network.of(settings).disable_tracing()
        yield Chosen(
            ExtractiveAnalyst(), Meter(Budget(minutes=budget_of(question, settings).minutes))
        )
        return
    async with open_model_analyst(question, settings, language, ledger, limiter, on_call) as opened:
        yield Chosen(*opened)


@asynccontextmanager
async def open_model_analyst(
    question: Question,
    settings: Settings,
    language: Language,
    ledger: CallLedger | None = None,
    limiter: Limiter | None = None,
    on_call: OnCall | None = None,
) -> AsyncIterator[tuple[ModelAnalyst, Meter]]:
    """The model analyst; see ``open_analyst``."""
    from virtual_lab.bootstrap.model_run import open_model_run

    Network.of(settings).disable_tracing()
    async with open_model_run(
        question, settings, budget_of(question, settings), language, ledger, limiter, on_call
    ) as model_run:
        from virtual_lab.analysts.model.analyst import ModelAnalyst

        yield ModelAnalyst(model_run), model_run.caller.meter
