"""Sign-ups for events: the persons, who are forgotten, and the numbers, which stay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    states = ("in", "waiting", "cancelled")
    op.create_table(
        "sign_ups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", _choice("state", *states), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("contact_kind", _choice("contact_kind", "none", "email", "phone"), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("tongue", sa.Text(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("told_state", _choice("told_state", *states), nullable=False),
        sa.Column("told_starts_at", _MOMENT, nullable=False),
        sa.Column("told_place", sa.Text(), nullable=False),
        sa.Column(
            "told_status", _choice("told_status", "draft", "published", "postponed", "cancelled"), nullable=False
        ),
        sa.Column("welcomed", sa.Boolean(), nullable=False),
        sa.Column("reminded_for", _MOMENT, nullable=True),
        sa.CheckConstraint("people BETWEEN 1 AND 10", name=op.f("ck_sign_ups_people")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_sign_ups_event_id_events")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_ups_digest")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_sign_ups_event_id_number")),
    )
    op.create_table(
        "sign_up_counts",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("sign_ups", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("waiting_people", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_sign_up_counts_event_id_events")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_sign_up_counts")),
    )


def downgrade() -> None:
    op.drop_table("sign_up_counts")
    op.drop_table("sign_ups")
