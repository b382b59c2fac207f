"""Idempotency keys, priorities, and the time from which a run waits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PUBLISHABLE = sa.text("publish_at IS NOT NULL")
_PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    """Forward."""
    op.add_column("runs", sa.Column("priority", sa.Integer(), server_default="0", nullable=False))
    op.add_column("runs", sa.Column("due_at", sa.Double(), server_default="0", nullable=False))
    op.add_column("runs", sa.Column("idempotency_key", sa.String(length=64), nullable=True))
    op.add_column("runs", sa.Column("fingerprint", sa.String(length=64), nullable=True))
    op.execute("UPDATE runs SET due_at = created_at")
    op.drop_index(op.f("ix_runs_publish_at"), table_name="runs")
    op.create_index(
        op.f("ix_runs_priority_publish_at"),
        "runs",
        ["priority", "publish_at"],
        unique=False,
        sqlite_where=_PUBLISHABLE,
        postgresql_where=_PUBLISHABLE,
    )
    op.create_index(
        op.f("ix_runs_due_at"),
        "runs",
        ["due_at"],
        unique=False,
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
    op.create_index(op.f("ix_runs_idempotency_key"), "runs", ["idempotency_key"], unique=True)


def downgrade() -> None:
    """Back."""
    for name in ("ix_runs_idempotency_key", "ix_runs_due_at", "ix_runs_priority_publish_at"):
        op.drop_index(op.f(name), table_name="runs")
    for column in ("fingerprint", "idempotency_key", "due_at", "priority"):
        op.drop_column("runs", column)
    op.create_index(
        op.f("ix_runs_publish_at"),
        "runs",
        ["publish_at"],
        unique=False,
        sqlite_where=_PUBLISHABLE,
        postgresql_where=_PUBLISHABLE,
    )
