"""The tables. Times are seconds since 1970 (UTC) by the database's clock."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = sa.String(255)
_PENDING = sa.text("state = 'pending'")
_TO_SEND = sa.text("next_at IS NOT NULL")
_PUBLISHABLE = sa.text("publish_at IS NOT NULL")

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("session_id", _ID, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("current", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("crashes", sa.Integer, nullable=False),
    sa.Column("owner", _ID),
    sa.Column("lease_until", sa.Double),
    sa.Column("cancel_requested", sa.Boolean, nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("due_at", sa.Double, nullable=False, server_default="0"),
    sa.Column("publish_at", sa.Double),
    sa.Column("publications", sa.Integer, nullable=False),
    sa.Column("published_at", sa.Double),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("started_at", sa.Double),
    sa.Column("finished_at", sa.Double),
    sa.Column("error_type", sa.String(255)),
    sa.Column("error_message", sa.Text),
    sa.Column("error_code", sa.Text),
    sa.Column("idempotency_key", sa.String(64)),
    sa.Column("fingerprint", sa.String(64)),
    sa.Column("webhook", sa.Text),
    sa.Column("submitted_by", sa.String(64)),
    sa.CheckConstraint(
        "state IN ('pending', 'progress', 'success', 'failure', 'cancelled')", name="state"
    ),
    sa.Index(None, "created_at", "id"),
    sa.Index(None, "state", "created_at", "id"),
    sa.Index(
        None,
        "priority",
        "publish_at",
        sqlite_where=_PUBLISHABLE,
        postgresql_where=_PUBLISHABLE,
    ),
    sa.Index(None, "due_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
    sa.Index(None, "idempotency_key", unique=True),
)

IS_PENDING = runs.c.state == sa.literal_column("'pending'")
"""The value is part of the statement: as a parameter it would keep the partial index unused."""

events = sa.Table(
    "events",
    metadata,
    sa.Column("run_id", _ID, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column(
        "run_id", _ID, sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", sa.Double),
    sa.Column("delivered_at", sa.Double),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("error_code", sa.String(100)),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Index(None, "next_at", sqlite_where=_TO_SEND, postgresql_where=_TO_SEND),
)

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("mode", sa.String(16), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("note_message", sa.Text),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Index(None, "created_at", "id"),
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)

report_sources = sa.Table(
    "report_sources",
    metadata,
    sa.Column("report_id", _ID, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("source_id", _ID, sa.ForeignKey("sources.id"), nullable=False, index=True),
    sa.ForeignKeyConstraint(
        ["report_id", "version"], ["reports.id", "reports.version"], ondelete="CASCADE"
    ),
)

model_calls = sa.Table(
    "model_calls",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("run_id", _ID, sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("model", sa.String(255), nullable=False),
    sa.Column("role", sa.String(255), nullable=False),
    sa.Column("round", sa.Integer),
    sa.Column("answer", sa.Text),
    sa.Column("prompt_tokens", sa.Integer, nullable=False),
    sa.Column("completion_tokens", sa.Integer, nullable=False),
    sa.Column("cost", sa.Double),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Index(None, "run_id", "key"),
)

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("label", _ID, primary_key=True),
    sa.Column("value", sa.Double, nullable=False),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, unique=True, index=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True, index=True),
    sa.Column("prefix", sa.String(16), nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("last_used_at", sa.Double),
    sa.Column("window_at", sa.Double, nullable=False),
    sa.Column("calls", sa.Integer, nullable=False),
)
