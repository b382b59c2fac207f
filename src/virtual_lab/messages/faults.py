"""Faults: what pydantic finds wrong with a value, as messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from virtual_lab.messages.message import Message

_NOT_USABLE = "Input should be"


def fault(where: str, error: Mapping[str, Any]) -> Message:
    """One of the errors of a ``ValidationError`` as a message.

    Args:
        where: the name of the value, as its reader knows it; "" where it is the whole input.
        error: as pydantic or FastAPI describes it.
    """
    said = error["msg"].removeprefix("Value error, ")
    if not where:
        return Message.of("outside.text", text=said)
    match error["type"]:
        case "missing":
            return Message.of("form.missing", field=where)
        case "string_too_short" if error["ctx"]["min_length"] == 1:
            return Message.of("form.empty", field=where)
        case "string_too_short":
            return Message.of("form.too_short", field=where, limit=error["ctx"]["min_length"])
        case "string_too_long":
            return Message.of("form.too_long", field=where, limit=error["ctx"]["max_length"])
    code = "form.not_usable" if said.startswith(_NOT_USABLE) else "form.fault"
    return Message.of(code, field=where, said=said)
