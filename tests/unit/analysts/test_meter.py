from __future__ import annotations

import pytest

from virtual_lab.analysts.meter import LAST_ROUND_SHARE, BudgetLimit, Meter, SpentError, add_usage
from virtual_lab.domain import Budget, Usage


def test_without_a_budget_nothing_is_ever_reached() -> None:
    meter = Meter()
    meter.add(Usage(calls=1, prompt_tokens=10**9, cost=10.0**6))
    assert meter.reached(0.01) is None
    assert meter.seconds_left is None
    assert meter.estimate_and_budget() == {}


@pytest.mark.parametrize(
    ("budget", "usage", "limit"),
    [
        (
            Budget(tokens=100),
            Usage(calls=1, prompt_tokens=50, completion_tokens=30),
            BudgetLimit.TOKENS,
        ),
        (Budget(tokens=100), Usage(calls=1, prompt_tokens=50, completion_tokens=29), None),
        (Budget(cost=1.0), Usage(calls=1, cost=0.8), BudgetLimit.COST),
        (Budget(cost=1.0), Usage(calls=1, cost=0.79), None),
    ],
)
def test_a_share_of_the_budget_is_reached(
    budget: Budget, usage: Usage, limit: BudgetLimit | None
) -> None:
    meter = Meter(budget)
    meter.add(usage)
    assert meter.reached(LAST_ROUND_SHARE) is limit


def test_time_counts_from_the_beginning() -> None:
    now = 100.0
    meter = Meter(Budget(minutes=2), clock=lambda: now)
    assert meter.seconds_left == 120
    now += 96
    assert meter.reached(LAST_ROUND_SHARE) is BudgetLimit.MINUTES
    assert meter.seconds_left == pytest.approx(24)
    now += 60
    assert meter.seconds_left == 0


def test_what_was_spent_before_counts() -> None:
    spent = Usage(calls=3, prompt_tokens=90)
    assert Meter(Budget(tokens=100), spent).reached(LAST_ROUND_SHARE) is BudgetLimit.TOKENS


def test_calls_side_by_side_do_not_share_the_rest() -> None:
    meter = Meter(Budget(tokens=100))
    with meter.reserve(60), pytest.raises(SpentError, match="tokens"), meter.reserve(60):
        pass
    with meter.reserve(60):
        pass


def test_a_cost_is_known_where_that_of_every_call_is() -> None:
    priced, unpriced = Usage(calls=1, cost=0.5), Usage(calls=1)
    assert add_usage(priced, priced).cost == 1.0
    assert add_usage(Usage(), priced).cost == 0.5
    assert add_usage(priced, unpriced).cost is None
