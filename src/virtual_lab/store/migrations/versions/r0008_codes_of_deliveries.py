"""The errors of deliveries by code, beside their text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("deliveries", sa.Column("error_code", sa.String(100), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("deliveries", "error_code")
