"""Sources: the documents that stored reports cite."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from virtual_lab.domain import Source
from virtual_lab.store.database import Database
from virtual_lab.store.tables import report_sources, sources


def insert_citations(
    database: Database,
    connection: sa.Connection,
    report_id: str,
    version: int,
    references: Sequence[Source],
) -> None:
    """Store the references of a version of a report, in their order."""
    if not references:
        return
    records = {source.id: source.model_dump_json() for source in references}
    # Sorted by id, so that two reports with the same sources cannot deadlock.
    rows = [{"id": id_, "record": records[id_]} for id_ in sorted(records)]
    connection.execute(_upsert(database.is_sqlite), rows)
    connection.execute(
        sa.insert(report_sources),
        [
            {
                "report_id": report_id,
                "version": version,
                "position": position,
                "source_id": source.id,
            }
            for position, source in enumerate(references)
        ],
    )


@cache
def _upsert(is_sqlite: bool) -> sa.Executable:
    """The statement, cached because building it takes longer than SQLite needs to execute it."""
    query = sqlite.insert(sources) if is_sqlite else postgresql.insert(sources)
    return query.on_conflict_do_update(
        index_elements=["id"], set_={"record": query.excluded.record}
    )
