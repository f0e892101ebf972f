"""Months of a ledger that are locked, and entries that correct them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ledger_entries", sa.Column("corrects", sa.Date(), nullable=True))
    op.create_table(
        "locked_months",
        sa.Column("pilot_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilots.id"], name=op.f("fk_locked_months_pilot_id_pilots")),
        sa.PrimaryKeyConstraint("pilot_id", "month", name=op.f("pk_locked_months")),
    )


def downgrade() -> None:
    op.drop_table("locked_months")
    op.drop_column("ledger_entries", "corrects")
