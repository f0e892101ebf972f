"""That an address had a letter of one kind, for a day, so that no mailbox is filled; by a digest alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pilot_ops.kernel.db import Moment

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_turns",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "turn", name=op.f("pk_letter_turns")),
    )
    op.create_index(op.f("ix_letter_turns_taken_at"), "letter_turns", ["taken_at"])


def downgrade() -> None:
    op.drop_table("letter_turns")
