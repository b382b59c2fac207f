"""Deliveries: the messages to webhooks that a run has ended, and how far each one is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import uuid4

import sqlalchemy as sa

from virtual_lab.errors import VirtualLabError
from virtual_lab.store.database import Database, clock
from virtual_lab.store.run import RunState, moment
from virtual_lab.store.tables import deliveries, runs

HOLD_S = 60.0
"""How long a delivery that one process has taken is hidden from the others, in seconds."""


class Delivery(NamedTuple):
    """One message to a webhook.

    Attributes:
        id: the id of the message, the same at every attempt.
        attempts: how many attempts were made before.
    """

    id: str
    run_id: str
    session_id: str
    url: str
    state: RunState
    ended_at: datetime
    attempts: int


class DeliveryState(NamedTuple):
    """How far a delivery is.

    Attributes:
        error: why the last attempt failed, in English; "" where it did not.
        error_code: the code of that message.
    """

    status: Literal["pending", "delivered", "failed"]
    attempts: int
    error: str = ""
    error_code: str | None = None


class Deliveries:
    """The deliveries of all runs. They are written in the transaction that ends a run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, limit: int = 20) -> list[Delivery]:
        """Deliveries that are due; other processes do not get them for ``HOLD_S`` seconds."""
        is_due = deliveries.c.next_at <= clock()
        with self._database.reading() as connection:
            # Checked without a lock first, since most of the time nothing is due.
            if connection.execute(sa.select(sa.literal(1)).where(is_due).limit(1)).first() is None:
                return []
        due = (
            sa.select(deliveries.c.id)
            .where(is_due)
            .order_by(deliveries.c.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        query = (
            sa.update(deliveries)
            .where(deliveries.c.id.in_(due))
            .values(next_at=clock() + HOLD_S)
            .returning(deliveries.c.id)
        )
        with self._database.writing() as connection:
            taken = connection.execute(query).scalars().all()
            return self._read(connection, taken)

    def delivered(self, delivery: Delivery) -> None:
        """Record that the webhook has accepted a delivery."""
        self._end(delivery, delivered_at=clock(), next_at=None, error="", error_code=None)

    def failed(self, delivery: Delivery, error: VirtualLabError, again_in_s: float | None) -> None:
        """Record that an attempt has failed.

        Args:
            error: why it failed.
            again_in_s: seconds until the next attempt; None where there is none.
        """
        next_at = None if again_in_s is None else clock() + again_in_s
        self._end(delivery, next_at=next_at, error=str(error), error_code=error.code)

    def last(self, run_id: str) -> DeliveryState | None:
        """How far the latest delivery of a run is; None where there is none."""
        query = (
            sa.select(deliveries)
            .where(deliveries.c.run_id == run_id)
            .order_by(deliveries.c.created_at.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        if row.delivered_at is not None:
            return DeliveryState("delivered", row.attempts)
        return DeliveryState(
            "failed" if row.next_at is None else "pending",
            row.attempts,
            row.error,
            row.error_code,
        )

    def failing(self) -> int:
        """How many deliveries have failed and are tried again."""
        query = sa.select(sa.func.count()).where(
            deliveries.c.next_at.is_not(None), deliveries.c.attempts > 0
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def _end(self, delivery: Delivery, **values: object) -> None:
        query = sa.update(deliveries).where(deliveries.c.id == delivery.id)
        with self._database.writing() as connection:
            connection.execute(query.values(attempts=delivery.attempts + 1, **values))

    def _read(self, connection: sa.Connection, ids: Sequence[str]) -> list[Delivery]:
        query = (
            sa.select(deliveries, runs.c.session_id, runs.c.webhook)
            .join(runs, runs.c.id == deliveries.c.run_id)
            .where(deliveries.c.id.in_(ids))
            .order_by(deliveries.c.created_at)
        )
        return [
            Delivery(
                row.id,
                row.run_id,
                row.session_id,
                row.webhook,
                RunState(row.state),
                moment(row.created_at),
                row.attempts,
            )
            for row in connection.execute(query)
        ]


def add_delivery(connection: sa.Connection, run_id: str, state: RunState) -> None:
    """Add the delivery that a run has ended; does nothing for a run without a webhook."""
    names = ("id", "run_id", "state", "attempts", "next_at", "error", "created_at")
    values = sa.select(
        sa.literal(f"msg_{uuid4().hex}"),
        runs.c.id,
        sa.literal(str(state)),
        sa.literal(0),
        clock(),
        sa.literal(""),
        clock(),
    ).where(runs.c.id == run_id, runs.c.webhook.is_not(None))
    connection.execute(sa.insert(deliveries).from_select(names, values))
