"""The parsing of a model's text into an answer."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from pydantic import ValidationError

from virtual_lab.analysts.model.output_schemas import Answer

T = TypeVar("T", bound=Answer)

_THINKING = re.compile(r"<(think|thinking|reasoning|analysis)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_UNOPENED = re.compile(r"^.*?</(?:think|thinking|reasoning|analysis)>", re.DOTALL | re.IGNORECASE)
_UNCLOSED = re.compile(r"<(?:think|thinking|reasoning|analysis)>.*", re.DOTALL | re.IGNORECASE)
_MOST_PROBLEMS = 4


class UnparsableReplyError(ValueError):
    """The text is not the wanted answer; the message tells the model why."""


def parse(text: str, answer: type[T]) -> T:
    """The answer in ``text``.

    Tags of reasoning, code fences and words around the JSON are ignored.

    Raises:
        UnparsableReplyError: the JSON is missing, broken or cut off, or has another form.
    """
    value = _json_in(_without_thinking(text))
    try:
        return answer.model_validate(value)
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(part) for part in item['loc']) or 'answer'}: {item['msg']}"
            for item in error.errors()[:_MOST_PROBLEMS]
        ]
        raise UnparsableReplyError("; ".join(problems)) from None


def _without_thinking(text: str) -> str:
    text = _THINKING.sub("", text)
    if "{" in text.split("</")[-1]:
        text = _UNOPENED.sub("", text)
    return _UNCLOSED.sub("", text).strip()


def _json_in(text: str) -> Any:
    """The first JSON object in ``text``."""
    if not text:
        raise UnparsableReplyError("the answer is empty")
    start = text.find("{")
    if start < 0:
        raise UnparsableReplyError("there is no JSON object in the answer")
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text, start)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text) or error.msg.startswith("Unterminated")
        where = "cut off" if cut else f"broken at character {error.pos} ({error.msg})"
        raise UnparsableReplyError(f"the JSON is {where}") from None
    return value
