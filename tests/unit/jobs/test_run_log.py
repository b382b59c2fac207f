"""The log of a run tells of its life in the language of the answer, word for word as ever."""

from __future__ import annotations

from typing import get_args

import pytest

from virtual_lab.domain import Question
from virtual_lab.jobs.run_log import describe, open_store
from virtual_lab.messages import codes
from virtual_lab.settings import Settings
from virtual_lab.store import RunStep

ENGLISH, KOREAN = Question(topic="Which tests?"), Question(topic="어떤 시험이 필요한가?")


def test_every_step_has_its_words() -> None:
    assert codes("run_log") == {f"run_log.{step}" for step in get_args(RunStep)}


@pytest.mark.parametrize(
    ("step", "english", "korean"),
    [
        ("queued", "Waiting for a worker.", "작업자를 기다리고 있습니다."),
        ("partial", "partial: the time limit was reached", "부분 보고서: 시간 제한 도달"),
        ("cancelled", "The run was cancelled.", "실행이 취소되었습니다."),
    ],
)
def test_a_step_is_told_in_the_language_of_the_answer(
    step: RunStep, english: str, korean: str
) -> None:
    assert describe(step, ENGLISH) == english
    assert describe(step, KOREAN) == korean
    assert describe(step, KOREAN.model_copy(update={"language": "en"})) == english


def test_the_store_of_the_settings_writes_these_words(settings: Settings) -> None:
    with open_store(settings) as store:
        waiting = store.runs.submit(KOREAN)
        assert waiting.progress.status == "작업자를 기다리고 있습니다."
        assert store.runs.submit(ENGLISH).progress.status == "Waiting for a worker."
        store.runs.cancel(waiting.id)
        resumed = store.runs.resume(waiting.id)
        told = [logged.event.status for logged in store.events.after(resumed.id)]
    assert told == ["실행이 취소되었습니다.", "다시 시작합니다. 마친 단계는 그대로 둡니다."]
