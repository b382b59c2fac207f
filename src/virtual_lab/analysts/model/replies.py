"""The reply of a chat model of LangChain, in one form for all providers."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from langchain_core.messages import AIMessage

from virtual_lab.analysts.model.token_estimate import estimate_tokens


class Reply(NamedTuple):
    """The text of an answer and its tokens, which are estimated where the server gives none.

    ``cut_off`` says whether the answer reached the limit of tokens.
    """

    text: str
    prompt_tokens: int
    answer_tokens: int
    cut_off: bool = False


def read_reply(value: Any, prompt_tokens: int = 0) -> Reply:
    """The reply in the value that a model returned.

    Args:
        value: a message, or a dictionary with one under "raw" where the model has a schema.
        prompt_tokens: the estimated tokens of the prompt.
    """
    message: AIMessage = value["raw"] if isinstance(value, dict) else value
    text = str(message.text)
    if not text.strip() and message.tool_calls:
        text = json.dumps(message.tool_calls[0]["args"], ensure_ascii=False)
    usage = message.usage_metadata
    reason = message.response_metadata.get("finish_reason") or message.response_metadata.get(
        "stop_reason"
    )
    return Reply(
        text,
        usage["input_tokens"] if usage else prompt_tokens,
        usage["output_tokens"] if usage else estimate_tokens(text),
        str(reason).lower() in ("length", "max_tokens"),
    )
