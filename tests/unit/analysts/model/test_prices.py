from __future__ import annotations

import pytest

from virtual_lab.analysts.model.prices import price_of


@pytest.mark.parametrize(
    ("name", "prompt"),
    [
        ("gpt-5-mini", 0.25),
        ("gpt-5-mini-2025-08-07", 0.25),
        ("claude-sonnet-4-5-20250929", 3.0),
        ("gemini-2.5-flash-preview-09-2025", 0.3),
    ],
)
def test_a_version_changes_no_price(name: str, prompt: float) -> None:
    price = price_of(name)
    assert price is not None
    assert price.prompt == prompt
    assert price.of(1_000_000, 0) == prompt


@pytest.mark.parametrize("name", ["gpt-5-pro", "gpt-5-mini-tuned", "qwen3:8b", ""])
def test_a_model_that_is_not_listed_has_no_price(name: str) -> None:
    assert price_of(name) is None
