"""The call ledger: the answered calls of a run, so that none is paid twice after a crash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from virtual_lab.analysts.meter import add_usage
from virtual_lab.domain import Usage

Message = tuple[str, str]
"""A role ("system", "user", "assistant") and a text."""


class Entry(NamedTuple):
    """One paid call.

    Attributes:
        answer: the text of the answer; None where it could not be used.
        usage: what the call cost.
        model: the model, for readers of the ledger.
        role: the role that it played.
        round: the round of the run.
    """

    answer: str | None
    usage: Usage
    model: str = ""
    role: str = ""
    round: int | None = None


class CallLedger(Protocol):
    """Stores the calls of one run by the keys of ``call_key``."""

    async def get(self, key: str) -> Entry | None:
        """The call with this key that has a usable answer; None where there is none."""

    async def put(self, key: str, entry: Entry) -> None:
        """Store a call, also one without a usable answer, since it was paid for."""

    async def spent(self) -> Usage:
        """The usage of all calls of the run together."""


class MemoryLedger:
    """A ledger in the memory of this process."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, Entry]] = []

    async def get(self, key: str) -> Entry | None:
        """See ``CallLedger``."""
        return next((e for k, e in self._entries if k == key and e.answer is not None), None)

    async def put(self, key: str, entry: Entry) -> None:
        """See ``CallLedger``."""
        self._entries.append((key, entry))

    async def spent(self) -> Usage:
        """See ``CallLedger``."""
        total = Usage()
        for _, entry in self._entries:
            total = add_usage(total, entry.usage)
        return total


def call_key(
    model: str, messages: Sequence[Message], schema: dict[str, Any], options: dict[str, Any]
) -> str:
    """The key of a call, a hash: equal calls have equal keys, on every machine."""
    content = json.dumps([model, messages, schema, options], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
