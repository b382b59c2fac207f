"""Retention: finds rows that are too old or too many, and deletes them in small transactions.

The last event of a run stays as long as the run. A run stays as long as its report, and a source
as long as a report cites it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from virtual_lab.store.database import Database, batched, clock
from virtual_lab.store.run import RunState
from virtual_lab.store.tables import events, model_calls, report_sources, reports, runs, sources

_DAY_S = 86_400.0
_MB = 1_000_000
_MOST_PAGES_FREED_PER_TRANSACTION = 1000
_HAS_ENDED = runs.c.state.in_([state for state in RunState if state.is_final])
_REPORT = sa.exists().where(reports.c.id == runs.c.id)


class RetentionLimit(NamedTuple):
    """How much is kept: the age in days, the number of rows, the megabytes of text.

    None sets no limit.
    """

    days: float | None
    most: int | None = None
    mb: float | None = None


class Expired(NamedTuple):
    """How many rows of one run may be deleted."""

    run_id: str
    rows: int


class Retention:
    """Finds the rows that may be deleted, and deletes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def surplus_events(self, limit: RetentionLimit) -> list[Expired]:
        """Ended runs whose events may be deleted, all but the last; the oldest run first."""
        return self._surplus(events.c.record, events.c.seq < runs.c.last_seq, limit)

    def surplus_calls(self, limit: RetentionLimit) -> list[Expired]:
        """Ended runs whose paid calls may be deleted, the oldest run first."""
        return self._surplus(model_calls.c.answer, sa.true(), limit)

    def surplus_runs(self, limit: RetentionLimit) -> list[Expired]:
        """Ended runs without a report that may be deleted, the oldest first."""
        query = (
            sa.select(runs.c.id, sa.literal(1), _is_old(limit), sa.literal(0))
            .where(_HAS_ENDED, ~_REPORT)
            .order_by(runs.c.finished_at)
        )
        return self._exceeding(query, limit)

    def surplus_reports(self, limit: RetentionLimit) -> list[Expired]:
        """Reports whose latest version is too old, and how many versions each has."""
        if limit.days is None:
            return []
        query = (
            sa.select(reports.c.id, sa.func.count())
            .group_by(reports.c.id)
            .having(sa.func.max(reports.c.created_at) < clock() - limit.days * _DAY_S)
        )
        with self._database.reading() as connection:
            return [Expired(*row) for row in connection.execute(query)]

    def stale_steps(self, run_ids: Sequence[str], limit: RetentionLimit) -> list[str]:
        """Those of ``run_ids`` whose checkpoints may be deleted.

        These runs have ended in success, or longer ago than ``limit`` allows to resume them.
        """
        stale: list[str] = []
        is_stale = sa.or_(runs.c.state == RunState.SUCCESS, _is_old(limit))
        with self._database.reading() as connection:
            for part in batched(run_ids):
                query = sa.select(runs.c.id).where(runs.c.id.in_(part), _HAS_ENDED, is_stale)
                stale += connection.execute(query).scalars()
        return stale

    def unused_sources(self) -> list[str]:
        """Sources that no report cites any more."""
        query = sa.select(sources.c.id).where(_IS_UNUSED)
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def delete_events(self, run_ids: Sequence[str]) -> None:
        """Delete all events of these runs but the last one of each."""
        last = sa.select(runs.c.last_seq).where(runs.c.id == events.c.run_id).scalar_subquery()
        for part in batched(run_ids):
            self._delete(sa.delete(events).where(events.c.run_id.in_(part), events.c.seq < last))

    def delete_calls(self, run_ids: Sequence[str]) -> None:
        """Delete the paid calls of these runs."""
        for part in batched(run_ids):
            self._delete(sa.delete(model_calls).where(model_calls.c.run_id.in_(part)))

    def delete_runs(self, run_ids: Sequence[str]) -> None:
        """Delete these runs and their rows, if they are still ended and without a report."""
        for part in batched(run_ids):
            self._delete(sa.delete(runs).where(runs.c.id.in_(part), _HAS_ENDED, ~_REPORT))

    def delete_reports(self, report_ids: Sequence[str]) -> None:
        """Delete all versions of these reports."""
        for part in batched(report_ids):
            self._delete(sa.delete(reports).where(reports.c.id.in_(part)))

    def delete_sources(self, source_ids: Sequence[str]) -> None:
        """Delete these sources, if still no report cites them."""
        for part in batched(source_ids):
            try:
                self._delete(sa.delete(sources).where(sources.c.id.in_(part), _IS_UNUSED))
            except IntegrityError:
                continue  # A new report cites one of them; the next pruning tries again.

    def give_back_space(self) -> None:
        """Shrink SQLite's file in small steps; PostgreSQL does so by itself."""
        if not self._database.is_sqlite:
            return
        while True:
            with self._database.writing() as connection:
                free = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar() or 0)
                if not free:
                    return
                # Each fetched row frees one page; SQLAlchemy would fetch only the first row.
                step = f"PRAGMA incremental_vacuum({_MOST_PAGES_FREED_PER_TRANSACTION})"
                connection.connection.cursor().execute(step).fetchall()
                left = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar() or 0)
            if left >= free:
                return  # The file was made without auto_vacuum and cannot shrink.

    def _surplus(
        self, text: sa.Column[Any], condition: sa.ColumnElement[bool], limit: RetentionLimit
    ) -> list[Expired]:
        """Runs with too old or too many rows in the table of the column ``text``."""
        # Summing the sizes reads every text, so it is done only where the size is limited.
        size = sa.literal(0) if limit.mb is None else sa.func.sum(self._bytes(text))
        query = (
            sa.select(runs.c.id, sa.func.count(), _is_old(limit), size)
            .join(text.table, text.table.c.run_id == runs.c.id)
            .where(_HAS_ENDED, condition)
            .group_by(runs.c.id, runs.c.finished_at)
            .order_by(runs.c.finished_at)
        )
        return self._exceeding(query, limit)

    def _bytes(self, text: sa.Column[Any]) -> sa.ColumnElement[int]:
        if self._database.is_sqlite:  # Its length() of a text counts characters.
            return sa.func.length(sa.cast(text, sa.LargeBinary))
        return sa.func.octet_length(text)

    def _exceeding(self, query: sa.Select[Any], limit: RetentionLimit) -> list[Expired]:
        """Runs that are too old, and the oldest of the others while there is too much."""
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        excess = 0 if limit.most is None else sum(row[1] for row in rows) - limit.most
        most_bytes = None if limit.mb is None else limit.mb * _MB
        excess_bytes = 0.0 if most_bytes is None else sum(row[3] or 0 for row in rows) - most_bytes
        found = []
        for run_id, count, is_old, size in rows:
            if is_old or excess > 0 or excess_bytes > 0:
                found.append(Expired(run_id, count))
                excess -= count
                excess_bytes -= size or 0
        return found

    def _delete(self, query: sa.Delete) -> None:
        with self._database.writing() as connection:
            connection.execute(query)


_IS_UNUSED = ~sa.exists().where(report_sources.c.source_id == sources.c.id)


def _is_old(limit: RetentionLimit) -> sa.ColumnElement[bool]:
    if limit.days is None:
        return sa.false()
    return runs.c.finished_at < clock() - limit.days * _DAY_S
