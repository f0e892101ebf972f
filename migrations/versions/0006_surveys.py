"""Anonymous surveys, whose turns each ticket has, and messages about many wrong codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = ("day-not-closed", "day-without-count", "imbalance", "late-taps", "park-not-closed-yet")


def upgrade() -> None:
    _allow_kinds(*KINDS, "wrong-codes")
    op.create_table(
        "survey_turns",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.CheckConstraint("given >= 1", name=op.f("ck_survey_turns_given")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_survey_turns_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_survey_turns")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column(
            "otherwise",
            sa.Enum(
                "yes",
                "perhaps",
                "no",
                name="otherwise",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("line", sa.Text(), nullable=False),
        sa.CheckConstraint("after BETWEEN 1 AND 5", name=op.f("ck_survey_answers_after")),
        sa.CheckConstraint("before BETWEEN 1 AND 5", name=op.f("ck_survey_answers_before")),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_types.id"], name=op.f("fk_survey_answers_type_id_ticket_types")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_answers_type_id"), "survey_answers", ["type_id"], unique=False)


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
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["park_id"], ["parks.id"], name=op.f("fk_messages_park_id_parks")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_messages")),
    )
    op.execute("INSERT INTO new_messages SELECT * FROM messages")
    op.drop_table("messages")
    op.rename_table("new_messages", "messages")
    op.create_index(op.f("ix_messages_day"), "messages", ["day"], unique=False)


def downgrade() -> None:
    op.drop_table("survey_answers")
    op.drop_table("survey_turns")
    op.execute("DELETE FROM messages WHERE kind = 'wrong-codes'")
    _allow_kinds(*KINDS)
