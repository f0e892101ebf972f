"""Sessions that the service can end, counters of tries, and an audit log whose end is sealed."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBERS = "ck_audit_entries_seq"


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "tries",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tries")),
    )
    head = _remake_head(sa.Column("seal", sa.Text(), nullable=False))
    for row in head:
        op.bulk_insert(_head("seal"), [{**row, "seal": _seal(row["seq"], row["digest"])}])
    check = sa.CheckConstraint("seq >= 1", name=op.f(_NUMBERS))
    if op.get_bind().dialect.name == "sqlite":
        _remake_entries(check)
    else:
        op.create_check_constraint(op.f(_NUMBERS), "audit_entries", "seq >= 1")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _remake_entries()
    else:
        op.drop_constraint(op.f(_NUMBERS), "audit_entries", type_="check")
    op.bulk_insert(_head(), _remake_head())
    op.drop_table("tries")
    op.drop_table("sessions")


def _seal(seq: int, digest: str) -> str:
    key = hmac.new(current_app.config["SECRET_KEY"].encode(), b"pilot-ops audit chain", hashlib.sha256).digest()
    return hmac.new(key, f"head|{seq}|{digest}".encode(), hashlib.sha256).hexdigest()


def _head(*more: str) -> Any:
    return sa.table("audit_head", *(sa.column(name) for name in ("id", "seq", "digest", *more)))


def _remake_head(*more: Any) -> list[dict[str, Any]]:
    """Make the table of the head anew, with more columns; what it held, to be put back."""
    held = [dict(row) for row in op.get_bind().execute(sa.select(_head())).mappings()]
    op.drop_table("audit_head")
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    return held


def _remake_entries(*more: Any) -> None:
    """SQLite cannot add a check to a table: copy the entries into a new one, with its indexes and triggers."""
    op.rename_table("audit_entries", "old_entries")
    op.create_table(
        "audit_entries",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entries")),
    )
    op.execute("INSERT INTO audit_entries SELECT * FROM old_entries")
    op.drop_table("old_entries")
    for column in ("action", "subject"):
        op.create_index(op.f(f"ix_audit_entries_{column}"), "audit_entries", [column], unique=False)
    for event in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER audit_entries_no_{event} BEFORE {event.upper()} ON audit_entries "
            "BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END"
        )
