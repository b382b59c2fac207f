"""What a chat model of LangChain gives back, in one form for all providers."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from langchain_core.messages import AIMessage

from virtual_lab.analysts.model.token_estimate import estimate_tokens


class Reply(NamedTuple):
    """The text of an answer, and what it took; estimated where the server does not say."""

    text: str
    prompt_tokens: int
    answer_tokens: int
    cut_off: bool = False


def read_reply(value: Any, prompt_tokens: int = 0) -> Reply:
    """The reply in what a model, or one bound to a schema, returned.

    Args:
        prompt_tokens: how many the prompt took, by estimate.
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
