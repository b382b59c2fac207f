"""Reports: all their versions, and the sources that they cite."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from virtual_lab.domain import Language, Report
from virtual_lab.errors import NotFoundError
from virtual_lab.messages import Message
from virtual_lab.store.database import Database, clock
from virtual_lab.store.page import ResultPage, read_page
from virtual_lab.store.sources import insert_citations
from virtual_lab.store.tables import reports


class ReportLine(NamedTuple):
    """A report in a list.

    ``note`` says in English how this version was made ("" for the first version), and
    ``note_message`` the same by code; None for notes of older versions.
    """

    id: str
    version: int
    title: str
    topic: str
    language: str
    mode: str
    note: str
    created_at: datetime
    note_message: Message | None = None

    def note_in(self, language: Language) -> str:
        """The note in a language, as far as its message is kept."""
        return self.note_message.text(language) if self.note_message else self.note


class StoredReport(NamedTuple):
    """A version of a report. A report has the id of the run that wrote it."""

    id: str
    version: int
    note: str
    created_at: datetime
    report: Report


class Reports:
    """All reports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, report_id: str, version: int | None = None) -> StoredReport:
        """One version of a report; the latest where ``version`` is None.

        Raises:
            NotFoundError: there is no such report or version.
        """
        query = sa.select(reports).where(reports.c.id == report_id)
        if version is not None:
            query = query.where(reports.c.version == version)
        with self._database.reading() as connection:
            row = connection.execute(query.order_by(reports.c.version.desc()).limit(1)).first()
        if row is None:
            if version is None:
                raise NotFoundError("report.report", report=report_id)
            raise NotFoundError("report.no_version", report=report_id, version=version)
        report = Report.model_validate_json(row.record)
        return StoredReport(row.id, row.version, row.note, _moment(row), report)

    def versions(self, report_id: str) -> list[ReportLine]:
        """All versions of a report, the first one first; none where there is no such report."""
        query = sa.select(*_LINE).where(reports.c.id == report_id).order_by(reports.c.version)
        with self._database.reading() as connection:
            return [_line(row) for row in connection.execute(query)]

    def list(self, cursor: str | None = None, limit: int = 50) -> ResultPage[ReportLine]:
        """The latest version of each report, the newest first.

        Args:
            cursor: the ``next`` of the previous page.
            limit: the most reports of a page.

        Raises:
            InvalidInputError: the cursor does not come from this list.
        """
        newer = reports.alias("newer")
        latest = ~sa.exists().where(newer.c.id == reports.c.id, newer.c.version > reports.c.version)
        query = sa.select(*_LINE).where(latest)
        with self._database.reading() as connection:
            return read_page(connection, query, reports, _line, cursor, limit)

    def add_version(self, report_id: str, report: Report, note: Message) -> int:
        """Store a new version of a report and a note how it was made; gives its number.

        Raises:
            NotFoundError: there is no such report.
        """
        with self._database.writing() as connection:
            if not _last_version(connection, report_id):
                raise NotFoundError("report.report", report=report_id)
            return insert_report(self._database, connection, report_id, report, note)

    def delete(self, report_id: str) -> None:
        """Delete all versions of a report, but not its run.

        Raises:
            NotFoundError: there is no such report.
        """
        with self._database.writing() as connection:
            query = sa.delete(reports).where(reports.c.id == report_id)
            if not connection.execute(query).rowcount:
                raise NotFoundError("report.report", report=report_id)


_LINE = tuple(reports.c[name] for name in ReportLine._fields)


def insert_report(
    database: Database,
    connection: sa.Connection,
    report_id: str,
    report: Report,
    note: Message | None = None,
) -> int:
    """Store a version of a report and its citations; gives its number, from 1."""
    version = _last_version(connection, report_id) + 1
    connection.execute(
        sa.insert(reports).values(
            id=report_id,
            version=version,
            title=report.title,
            topic=report.topic,
            language=report.language,
            mode=report.mode,
            note=note.text() if note else "",
            note_message=note.model_dump_json() if note else None,
            record=report.model_dump_json(),
            created_at=clock(),
        )
    )
    insert_citations(database, connection, report_id, version, report.references)
    return version


def _last_version(connection: sa.Connection, report_id: str) -> int:
    """The number of the latest version; 0 where there is no such report."""
    query = sa.select(sa.func.max(reports.c.version)).where(reports.c.id == report_id)
    return int(connection.execute(query).scalar() or 0)


def _line(row: Any) -> ReportLine:
    kept = row.note_message
    note = Message.model_validate_json(kept) if kept else None
    return ReportLine(**{**row._mapping, "created_at": _moment(row), "note_message": note})


def _moment(row: Any) -> datetime:
    return datetime.fromtimestamp(row.created_at, UTC)
