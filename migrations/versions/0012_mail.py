"""Letters that wait for the mail server, and messages about those that it did not take."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
KINDS = (
    "day-not-closed",
    "day-without-count",
    "imbalance",
    "late-taps",
    "park-not-closed-yet",
    "wrong-codes",
)


def upgrade() -> None:
    _allow_kinds(*KINDS, "mail-not-sent")
    op.create_table(
        "letters",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("queued_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("useless_at", _MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", _MOMENT, nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("sent_at", _MOMENT, nullable=True),
        sa.Column("given_up_at", _MOMENT, nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_letters_tries")),
        sa.CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name=op.f("ck_letters_one_end")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_letters")),
    )
    op.create_index(op.f("ix_letters_due_at"), "letters", ["due_at"], unique=False)


def _allow_kinds(*kinds: str) -> None:
    """Have the check of messages allow these kinds. SQLite cannot change a check: they are copied into a new table."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_messages_kind"), "messages", type_="check")
        op.create_check_constraint(op.f("ck_messages_kind"), "messages", sa.column("kind").in_(kinds))
        return
    kind = sa.Enum(*kinds, name=op.f("ck_messages_kind"), native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "new_messages",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["park_id"], ["parks.id"], name=op.f("fk_messages_park_id_parks")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_messages")),
    )
    op.execute("INSERT INTO new_messages SELECT * FROM messages")
    op.drop_table("messages")
    op.rename_table("new_messages", "messages")
    op.create_index(op.f("ix_messages_day"), "messages", ["day"], unique=False)


def downgrade() -> None:
    op.drop_table("letters")
    op.execute("DELETE FROM messages WHERE kind = 'mail-not-sent'")
    _allow_kinds(*KINDS)
