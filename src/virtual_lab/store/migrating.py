"""The migration of the store: makes its tables, or brings older ones up to date."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from virtual_lab.errors import StoreError
from virtual_lab.store.database import Database

HEAD = "0008"
"""The revision that this version of the package works with."""

MIGRATIONS = Path(__file__).parent / "migrations"
_VERSIONS = sa.table("alembic_version", sa.column("version_num", sa.String))
_LONGEST_STATEMENT_S = 600.0  # Includes the wait for another process that migrates.
_ADVISORY_LOCK_ID = 0x766C6162  # Any number that no other program uses.


def migrate(database: Database, revision: str = HEAD) -> None:
    """Migrate the tables to ``revision``, forward or back; safe for several processes at once.

    Raises:
        StoreError: the database cannot be changed, or was made by a newer version.
    """
    with database.reading() as connection:
        if _revision(connection) == revision:
            return
    with database.writing(_LONGEST_STATEMENT_S) as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK_ID)))
        # Another process may have migrated while this one waited for the lock.
        if (found := _revision(connection)) != revision:
            _run(connection, found, revision)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSIONS.name):
        return None
    return connection.execute(sa.select(_VERSIONS)).scalar()


def _run(connection: sa.Connection, found: str | None, revision: str) -> None:
    # Imported here because Alembic is slow to load and rarely needed.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    newest_first = ScriptDirectory.from_config(config).walk_revisions()
    known = [*(script.revision for script in newest_first), "base"]
    if found is not None and found not in known:
        raise StoreError("store.newer_version", revision=found)
    if known.index(revision) < known.index(found or "base"):
        command.upgrade(config, revision)
    else:
        command.downgrade(config, revision)
