"""The estimate of a run before its start: its models, its providers and its cost."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from virtual_lab.analysts.model.model_names import (
    NONE,
    UNKNOWN_NAME,
    is_configured,
    models_of_roles,
)
from virtual_lab.domain import Question, Usage
from virtual_lab.errors import SettingError
from virtual_lab.messages import Message
from virtual_lab.settings import Settings

Number = TypeVar("Number", int, float)


class Outlook(NamedTuple):
    """What a run will use.

    Attributes:
        models: the models of the run; empty for a run without one.
        estimate: the usage of all its rounds; None without a model.
        tokens: the most tokens that it may use; None for no limit.
        cost: the most US dollars that it may cost; None for no limit.
        minutes: the most minutes that it may take; None for no limit.
        providers: the providers that it searches besides the library.
        trouble: why its model cannot be used; None where it can.
    """

    models: tuple[str, ...]
    estimate: Usage | None
    tokens: int | None
    cost: float | None
    minutes: float | None
    providers: tuple[str, ...]
    trouble: Message | None = None


def outlook(question: Question, settings: Settings) -> Outlook:
    """What the run of a question will use."""
    budget = question.budget
    base = Outlook(
        models=(),
        estimate=None,
        tokens=_limit(budget.tokens, settings.max_tokens),
        cost=_limit(budget.cost, settings.max_cost),
        minutes=_limit(budget.minutes, settings.max_minutes),
        providers=searched_online(question, settings),
    )
    if question.model == NONE or not is_configured(settings, question.model):
        return base
    try:
        names = models_of_roles(settings, question.model)
        models = dict.fromkeys(
            settings.openai_base_url if name.name == UNKNOWN_NAME else str(name)
            for name in names.values()
        )
        return base._replace(models=tuple(models), estimate=_estimate(question, settings))
    except SettingError as error:
        return base._replace(trouble=error.as_message())


def searched_online(question: Question, settings: Settings) -> tuple[str, ...]:
    """The providers that a run searches: those of the question, else those of the settings."""
    named = question.sources or settings.sources.replace(" ", "").lower().split(",")
    return () if set(named) <= {"none", ""} else tuple(named)


def _limit(requested: Number | None, default: Number | None) -> Number | None:
    """The requested limit, else the default; None for no limit, which 0 requests."""
    return (default if requested is None else requested) or None


def _estimate(question: Question, settings: Settings) -> Usage:
    # Imported here because it loads the libraries of models, which other pages do not need.
    from virtual_lab.analysts.model.estimate import estimate
    from virtual_lab.analysts.model.prices import cost_of
    from virtual_lab.lab.run import report_language

    names = models_of_roles(settings, question.model)
    costs = {role: cost_of(name, settings) for role, name in names.items()}
    return estimate(question, settings, report_language(question), costs)
