"""Alembic's environment. The caller opens the transaction; see ``store/migrating.py``."""

from __future__ import annotations

from alembic import context

from virtual_lab.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
