from __future__ import annotations

from virtual_lab.analysts.model.estimate import estimate
from virtual_lab.analysts.model.prices import Price
from virtual_lab.analysts.model.roles import Role
from virtual_lab.domain import Question
from virtual_lab.settings import Settings

SETTINGS = Settings.model_validate({"passages": 12})
PRICED = dict.fromkeys(Role, Price(1.0, 10.0).of)


def test_the_calls_of_a_full_run_are_counted() -> None:
    question = Question(topic="t", rounds=3, specialists=3)
    assert estimate(question, SETTINGS, "en", PRICED).calls == 20
    assert estimate(question, SETTINGS, "en", PRICED).cost is not None


def test_trials_rounds_and_korean_take_more() -> None:
    small = estimate(Question(topic="t", rounds=1, specialists=2), SETTINGS, "en", PRICED)
    more = [
        estimate(Question(topic="t", rounds=2, specialists=2), SETTINGS, "en", PRICED),
        estimate(
            Question(topic="t", rounds=1, specialists=2, team_trials=5), SETTINGS, "en", PRICED
        ),
        estimate(Question(topic="t", rounds=1, specialists=2), SETTINGS, "ko", PRICED),
    ]
    assert all(usage.tokens > small.tokens for usage in more)


def test_one_unknown_price_leaves_the_cost_unknown() -> None:
    costs = {**PRICED, Role.CRITIQUE: lambda prompt, answer: None}
    assert estimate(Question(topic="t"), SETTINGS, "en", costs).cost is None
