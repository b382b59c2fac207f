"""The ledger: every answered call of a run, so that none is paid twice after a crash."""

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
    """What a call came to: its answer as text, None where it came to none, and what it cost.

    ``model``, ``role`` and ``round`` say who was asked as what, for those who read the ledger.
    """

    answer: str | None
    usage: Usage
    model: str = ""
    role: str = ""
    round: int | None = None


class CallLedger(Protocol):
    """Keeps the calls of one run by the hash of what was asked."""

    async def get(self, key: str) -> Entry | None:
        """The call with this hash that was answered; None where there is none."""

    async def put(self, key: str, entry: Entry) -> None:
        """Keep a call. Its answer is None where it was paid for and came to nothing."""

    async def spent(self) -> Usage:
        """What all calls of the run cost together."""


class MemoryLedger:
    """A ledger that lives as long as its process."""

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
    """The hash of a call: equal calls have equal keys, on every machine."""
    content = json.dumps([model, messages, schema, options], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
