"""Retention: what is too old or too much goes, in small transactions; what a report needs stays.

The last event of a run stays as long as the run, so that its log has an end. A run stays as long
as its report, and a source as long as a report cites it.
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
_FREED_PAGES = 1000  # given back to the disk per transaction
_HAS_ENDED = runs.c.state.in_([state for state in RunState if state.is_final])
_REPORT = sa.exists().where(reports.c.id == runs.c.id)


class RetentionLimit(NamedTuple):
    """How much is kept: so many days, so many rows, so many megabytes of text; None for all."""

    days: float | None
    most: int | None = None
    mb: float | None = None


class Expired(NamedTuple):
    """What may go of one run: ``rows`` of them."""

    run_id: str
    rows: int


class Retention:
    """Finds what may go, and deletes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def surplus_events(self, limit: RetentionLimit) -> list[Expired]:
        """Runs that have ended whose log may go, but for its last event; the oldest first."""
        return self._surplus(events.c.record, events.c.seq < runs.c.last_seq, limit)

    def surplus_calls(self, limit: RetentionLimit) -> list[Expired]:
        """Runs that have ended whose paid calls may go, the oldest first."""
        return self._surplus(model_calls.c.answer, sa.true(), limit)

    def surplus_runs(self, limit: RetentionLimit) -> list[Expired]:
        """Runs without a report that have ended and may go, the oldest first."""
        query = (
            sa.select(runs.c.id, sa.literal(1), _is_old(limit), sa.literal(0))
            .where(_HAS_ENDED, ~_REPORT)
            .order_by(runs.c.finished_at)
        )
        return self._exceeding(query, limit)

    def surplus_reports(self, limit: RetentionLimit) -> list[Expired]:
        """Reports that may go with all their versions, by the age of the latest one."""
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
        """Those of ``run_ids`` whose finished steps may go: they have ended in success, or so long
        ago that nobody resumes them any more."""
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
        """Delete the logs of these runs, but for the last event of each."""
        last = sa.select(runs.c.last_seq).where(runs.c.id == events.c.run_id).scalar_subquery()
        for part in batched(run_ids):
            self._delete(sa.delete(events).where(events.c.run_id.in_(part), events.c.seq < last))

    def delete_calls(self, run_ids: Sequence[str]) -> None:
        """Delete the paid calls of these runs."""
        for part in batched(run_ids):
            self._delete(sa.delete(model_calls).where(model_calls.c.run_id.in_(part)))

    def delete_runs(self, run_ids: Sequence[str]) -> None:
        """Delete these runs with all that belongs to them, where they are as they were found."""
        for part in batched(run_ids):
            self._delete(sa.delete(runs).where(runs.c.id.in_(part), _HAS_ENDED, ~_REPORT))

    def delete_reports(self, report_ids: Sequence[str]) -> None:
        """Delete all versions of these reports."""
        for part in batched(report_ids):
            self._delete(sa.delete(reports).where(reports.c.id.in_(part)))

    def delete_sources(self, source_ids: Sequence[str]) -> None:
        """Delete these sources, where still no report cites them."""
        for part in batched(source_ids):
            try:
                self._delete(sa.delete(sources).where(sources.c.id.in_(part), _IS_UNUSED))
            except IntegrityError:
                continue  # one of them has been cited at this moment; they go another time

    def give_back_space(self) -> None:
        """Let SQLite's file shrink, a little at a time. PostgreSQL does so by itself."""
        if not self._database.is_sqlite:
            return
        while True:
            with self._database.writing() as connection:
                free = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar() or 0)
                if not free:
                    return
                # It gives back a page with every step, and SQLAlchemy would take the first only.
                step = f"PRAGMA incremental_vacuum({_FREED_PAGES})"
                connection.connection.cursor().execute(step).fetchall()
                left = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar() or 0)
            if left >= free:
                return  # the file was made before it could shrink by itself

    def _surplus(
        self, text: sa.Column[Any], condition: sa.ColumnElement[bool], limit: RetentionLimit
    ) -> list[Expired]:
        """What is too old or too much of the table that ``text`` fills."""
        # To know the size every text is read, so that is done only where it matters.
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
        if self._database.is_sqlite:  # whose length() of a text counts characters
            return sa.func.length(sa.cast(text, sa.LargeBinary))
        return sa.func.octet_length(text)

    def _exceeding(self, query: sa.Select[Any], limit: RetentionLimit) -> list[Expired]:
        """What is too old, and of the rest the oldest where it is too much."""
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
