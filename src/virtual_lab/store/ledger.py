"""The ledger: every model call that a run has paid for, and its answer.

A call is stored under a hash of its whole request. A run that continues after a crash makes the
same request again and gets the answer from here, without paying twice.
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

    Attributes:
        key: the SHA-256 of the whole request, in hexadecimal digits.
        answer: None where the call was paid for but gave no answer.
        usage: the tokens and the cost of the call.
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
        """The first call of a run with this key that has an answer; None where there is none."""
        query = _CALLS.where(
            model_calls.c.run_id == run_id,
            model_calls.c.key == key,
            model_calls.c.answer.is_not(None),
        )
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else _call(row)

    def record(self, run_id: str, call: StoredCall) -> None:
        """Store a paid call.

        No lease is needed: a worker that has lost its run has paid for the call all the same, and
        the next worker can use the answer.
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
        """The usage of all calls of one run together, or of all runs where None."""
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
