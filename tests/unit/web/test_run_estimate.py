"""What a run will use and cost, before it starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from virtual_lab.domain import Budget, Question
from virtual_lab.settings import Settings
from virtual_lab.web.run_estimate import outlook, searched_online

QUESTION = Question(topic="Which foods are novel?", rounds=1)


def settings(folder: Path, **given: Any) -> Settings:
    """Settings with nothing but these."""
    return Settings.model_validate({"data_dir": folder, **given})


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("VIRTUAL_LAB_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_model_nothing_is_estimated(tmp_path: Path) -> None:
    told = outlook(QUESTION, settings(tmp_path))
    assert (told.models, told.estimate, told.trouble) == ((), None, None)


def test_a_model_has_a_price_and_more_rounds_cost_more(tmp_path: Path) -> None:
    given = settings(tmp_path, model="openai:gpt-5-mini", OPENAI_API_KEY="sk-x")
    once = outlook(QUESTION, given)
    thrice = outlook(QUESTION.model_copy(update={"rounds": 3}), given)
    assert once.models == ("openai:gpt-5-mini",)
    assert once.estimate
    assert thrice.estimate
    assert 0 < (once.estimate.cost or 0) < (thrice.estimate.cost or 0)
    assert once.estimate.calls < thrice.estimate.calls
    assert outlook(QUESTION.model_copy(update={"model": "none"}), given).estimate is None


def test_a_model_that_cannot_be_told_is_trouble_and_no_error(tmp_path: Path) -> None:
    told = outlook(QUESTION, settings(tmp_path, model="whatever"))
    assert told.trouble
    assert "whatever" in told.trouble.text("ko")


def test_the_limits_are_the_questions_else_those_of_the_settings(tmp_path: Path) -> None:
    given = settings(tmp_path, max_minutes=20, max_tokens=1000)
    told = outlook(QUESTION.model_copy(update={"budget": Budget(minutes=5)}), given)
    assert (told.minutes, told.tokens) == (5, 1000)
    lifted = outlook(QUESTION.model_copy(update={"budget": Budget(minutes=0)}), given)
    assert lifted.minutes is None


@pytest.mark.parametrize(
    ("asked", "set_to", "searched"),
    [
        ((), "none", ()),
        ((), "", ()),
        ((), "arxiv, crossref", ("arxiv", "crossref")),
        (("none",), "all", ()),
        (("openalex",), "none", ("openalex",)),
    ],
)
def test_what_is_searched_online(
    tmp_path: Path, asked: tuple[Any, ...], set_to: str, searched: tuple[str, ...]
) -> None:
    question = QUESTION.model_copy(update={"sources": asked})
    assert searched_online(question, settings(tmp_path, sources=set_to)) == searched
