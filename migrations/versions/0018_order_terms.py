"""How pilots order their portions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_terms",
        sa.Column("pilot_id", sa.Uuid(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("lead_time", sa.Time(), nullable=False),
        sa.Column("waste", sa.Integer(), nullable=False),
        sa.Column("turned_away", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "lead_days >= 0 AND waste > 0 AND turned_away > 0", name=op.f("ck_order_terms_not_negative")
        ),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilots.id"], name=op.f("fk_order_terms_pilot_id_pilots")),
        sa.PrimaryKeyConstraint("pilot_id", name=op.f("pk_order_terms")),
    )


def downgrade() -> None:
    op.drop_table("order_terms")
