"""Opens a model run: its models, connections, prompts, ledger and limiter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from virtual_lab.analysts.meter import Meter
from virtual_lab.analysts.model.call import CallTimeouts, OnCall, ServedModel
from virtual_lab.analysts.model.call_ledger import CallLedger, MemoryLedger
from virtual_lab.analysts.model.caller import Caller
from virtual_lab.analysts.model.estimate import estimate
from virtual_lab.analysts.model.limiter import Limiter, ProcessLimiter, limits_of
from virtual_lab.analysts.model.model_names import UNKNOWN_NAME, ModelName, models_of_roles
from virtual_lab.analysts.model.model_run import ModelRun
from virtual_lab.analysts.model.prices import cost_of
from virtual_lab.analysts.model.prompts import Prompts
from virtual_lab.analysts.model.providers import (
    HttpClients,
    first_json_mode,
    make_model,
    served_model,
)
from virtual_lab.analysts.model.roles import Role
from virtual_lab.domain import Budget, Language, Question
from virtual_lab.errors import SettingError
from virtual_lab.network import Network
from virtual_lab.settings import Settings

_LONGEST_CALL_IN_ATTEMPTS = 3


@asynccontextmanager
async def open_model_run(
    question: Question,
    settings: Settings,
    budget: Budget,
    language: Language,
    ledger: CallLedger | None = None,
    limiter: Limiter | None = None,
    on_call: OnCall | None = None,
) -> AsyncIterator[ModelRun]:
    """The model run of a question; its connections are closed at the exit.

    For the arguments and errors see ``open_analyst``.

    Raises:
        SettingError: also where the cost is limited and the price of a model is unknown.
    """
    prompts = Prompts(language, settings.prompts)
    kept = ledger or MemoryLedger()
    # Looking up a host may block, so this runs in a thread.
    clients = await asyncio.to_thread(
        HttpClients.open, settings.call_idle_s, settings.openai_base_url, Network.of(settings)
    )
    try:
        names = models_of_roles(settings, question.model)
        if any(name.name == UNKNOWN_NAME for name in names.values()):
            served = ModelName("openai", await served_model(settings, clients))
            names = {r: served if n.name == UNKNOWN_NAME else n for r, n in names.items()}
        made = {
            name: ServedModel(
                str(name),
                name.provider,
                make_model(name, settings, clients),
                first_json_mode(name.provider, settings.openai_base_url),
                cost_of(name, settings),
            )
            for name in set(names.values())
        }
        models = {role: made[name] for role, name in names.items()}
        meter = Meter(budget, await kept.spent())
        meter.estimate = estimate(question, settings, language, _costs(models))
        if budget.cost is not None and meter.estimate.cost is None:
            raise SettingError(
                "setting.cost_without_price",
                models=", ".join(sorted({served.name for served in models.values()})),
            )
        yield ModelRun(
            Caller(
                models,
                kept,
                limiter or ProcessLimiter(limits_of(settings)),
                meter,
                CallTimeouts(
                    settings.call_total_s,
                    settings.call_total_s * _LONGEST_CALL_IN_ATTEMPTS,
                    settings.call_attempts,
                    settings.call_backoff_s,
                ),
                _secrets(settings),
                on_call,
            ),
            prompts,
            settings.passages,
            settings.findings,
        )
    finally:
        await clients.aclose()


def _costs(models: Mapping[Role, ServedModel]) -> dict[Role, Callable[[int, int], float | None]]:
    return {role: served.cost for role, served in models.items()}


def _secrets(settings: Settings) -> tuple[str, ...]:
    key = settings.openai_api_key
    return (key.get_secret_value(),) if key else ()
