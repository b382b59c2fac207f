"""The outlook of a run before it starts: who writes, what is searched, what it may cost."""

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
from virtual_lab.settings import Settings

Number = TypeVar("Number", int, float)


class Outlook(NamedTuple):
    """What a run will use.

    ``models`` is empty for a run without one; ``estimate`` is what all its rounds take, None
    without a model; ``tokens``, ``cost`` (US dollars) and ``minutes`` are the most that it may
    take, None where nothing limits it; ``providers`` are searched beside the library.
    """

    models: tuple[str, ...]
    estimate: Usage | None
    tokens: int | None
    cost: float | None
    minutes: float | None
    providers: tuple[str, ...]
    trouble: str = ""


def outlook(question: Question, settings: Settings) -> Outlook:
    """The outlook of a question; ``trouble`` says why its model cannot be used."""
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
        return base._replace(trouble=str(error))


def searched_online(question: Question, settings: Settings) -> tuple[str, ...]:
    """The providers that a run asks; those of the settings where the question names none."""
    named = question.sources or settings.sources.replace(" ", "").lower().split(",")
    return () if set(named) <= {"none", ""} else tuple(named)


def _limit(asked: Number | None, usual: Number | None) -> Number | None:
    """The limit that was asked for, 0 for none, else the usual one."""
    return (usual if asked is None else asked) or None


def _estimate(question: Question, settings: Settings) -> Usage:
    # Loads what models are called with, which pages without a model do not need.
    from virtual_lab.analysts.model.estimate import estimate
    from virtual_lab.analysts.model.prices import cost_of
    from virtual_lab.lab.run import report_language

    names = models_of_roles(settings, question.model)
    costs = {role: cost_of(name, settings) for role, name in names.items()}
    return estimate(question, settings, report_language(question), costs)
