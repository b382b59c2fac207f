from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from virtual_lab.bootstrap.analyst import open_analyst
from virtual_lab.domain import Budget, Question
from virtual_lab.settings import Settings

HEAVY = ("langchain", "langchain_openai", "openai", "tiktoken")
WITHOUT_A_MODEL = f"""
import asyncio, sys
from virtual_lab.bootstrap.analyst import open_analyst
from virtual_lab.domain import Question
from virtual_lab.lab import ResearchLab
from virtual_lab.settings import Settings

async def mode():
    async with open_analyst(Question(topic="t", model="none"), Settings(), "en") as chosen:
        return chosen.analyst.mode

assert asyncio.run(mode()) == "extractive"
print([name for name in {HEAVY} if name in sys.modules])
"""


@pytest.mark.slow
def test_no_client_of_a_model_is_loaded_without_one() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_MODEL], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("asked", "minutes"), [(Budget(), 55.0), (Budget(minutes=3), 3.0), (Budget(minutes=0), None)]
)
def test_time_is_limited_without_a_model_as_well(asked: Budget, minutes: float | None) -> None:
    async def budget() -> Budget:
        question = Question(topic="t", model="none", budget=asked)
        async with open_analyst(question, Settings(), "en") as (_, meter):
            return meter.budget

    assert asyncio.run(budget()) == Budget(minutes=minutes)
