"""The notes of versions of reports by code, beside their text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("reports", sa.Column("note_message", sa.Text(), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("reports", "note_message")
