"""The error messages of failed runs by code, beside their English text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("runs", sa.Column("error_code", sa.Text(), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("runs", "error_code")
