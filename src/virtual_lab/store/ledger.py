"""The ledger: every model call that a run has paid for, and what was answered.

A call is kept under a hash of all that was asked. A run that goes on after a crash asks the
same again and is answered from here, without paying twice.
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from virtual_lab.domain import Usage
from virtual_lab.store.counters import MODEL_CALLS, MODEL_COST, MODEL_TOKENS, count
from virtual_lab.store.database import Database, clock
from virtual_lab.store.tables import model_calls


class StoredCall(NamedTuple):
    """A paid model call.

    ``key`` is the SHA-256 (hexadecimal) of everything that was asked; ``answer`` is None where
    the call was paid for and came to nothing; ``usage`` is what it cost.
    """

    key: str
    answer: str | None
    usage: Usage
    model: str = ""
    role: str = ""
    round: int | None = None


class StoredCalls:
    """The paid calls of all runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, run_id: str, key: str) -> StoredCall | None:
        """The call of a run that was answered first; None where none was."""
        query = _CALLS.where(
            model_calls.c.run_id == run_id,
            model_calls.c.key == key,
            model_calls.c.answer.is_not(None),
        )
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else _call(row)

    def record(self, run_id: str, call: StoredCall) -> None:
        """Keep a paid call.

        It asks for no lease: also what a worker has paid for that lost its run meanwhile is
        money spent, and its answer worth keeping.
        """
        query = sa.insert(model_calls).values(
            run_id=run_id,
            key=call.key,
            answer=call.answer,
            model=call.model,
            role=call.role,
            round=call.round,
            prompt_tokens=call.usage.prompt_tokens,
            completion_tokens=call.usage.completion_tokens,
            cost=call.usage.cost,
            created_at=clock(),
        )
        tokens = call.usage.prompt_tokens + call.usage.completion_tokens
        amounts = {
            (MODEL_CALLS, call.model): 1.0,
            (MODEL_TOKENS, call.model): float(tokens),
            (MODEL_COST, call.model): call.usage.cost or 0.0,
        }
        with self._database.writing() as connection:
            connection.execute(query)
            count(connection, amounts)

    def calls(self, run_id: str) -> list[StoredCall]:
        """All paid calls of a run, in the order in which they were recorded."""
        with self._database.reading() as connection:
            rows = connection.execute(_CALLS.where(model_calls.c.run_id == run_id))
            return [_call(row) for row in rows]

    def spent(self, run_id: str | None = None) -> Usage:
        """What the calls of one run, or of all, cost together."""
        query = sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(model_calls.c.prompt_tokens), 0),
            sa.func.coalesce(sa.func.sum(model_calls.c.completion_tokens), 0),
            sa.func.sum(model_calls.c.cost),
        )
        if run_id is not None:
            query = query.where(model_calls.c.run_id == run_id)
        with self._database.reading() as connection:
            calls, prompt_tokens, completion_tokens, cost = connection.execute(query).one()
        return Usage(
            calls=calls,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            cost=cost,
        )


_CALLS = sa.select(model_calls).order_by(model_calls.c.number)


def _call(row: sa.Row[tuple[object, ...]]) -> StoredCall:
    found = row._mapping
    usage = Usage(
        calls=1,
        prompt_tokens=found["prompt_tokens"],
        completion_tokens=found["completion_tokens"],
        cost=found["cost"],
    )
    return StoredCall(
        found["key"], found["answer"], usage, found["model"], found["role"], found["round"]
    )
