"""Webhooks, and the deliveries to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TO_SEND = sa.text("next_at IS NOT NULL")


def upgrade() -> None:
    """Forward."""
    op.add_column("runs", sa.Column("webhook", sa.Text(), nullable=True))
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("run_id", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=True),
        sa.Column("delivered_at", sa.Double(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_deliveries_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_run_id"), "deliveries", ["run_id"], unique=False)
    op.create_index(
        op.f("ix_deliveries_next_at"),
        "deliveries",
        ["next_at"],
        unique=False,
        sqlite_where=_TO_SEND,
        postgresql_where=_TO_SEND,
    )


def downgrade() -> None:
    """Back."""
    op.drop_index(
        op.f("ix_deliveries_next_at"),
        table_name="deliveries",
        sqlite_where=_TO_SEND,
        postgresql_where=_TO_SEND,
    )
    op.drop_index(op.f("ix_deliveries_run_id"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_column("runs", "webhook")
