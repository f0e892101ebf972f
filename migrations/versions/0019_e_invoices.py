"""Electronic invoices that were booked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pilot_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_key", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "format",
            sa.Enum("finvoice", "ubl", name="format", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("vat_cents", sa.BigInteger(), nullable=False),
        sa.Column("gross_cents", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("turn >= 1 AND lines >= 1", name=op.f("ck_invoices_counts")),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilots.id"], name=op.f("fk_invoices_pilot_id_pilots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint(
            "supplier_key", "number_key", "turn", name=op.f("uq_invoices_supplier_key_number_key_turn")
        ),
    )
    op.create_index(op.f("ix_invoices_pilot_id"), "invoices", ["pilot_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_invoices_pilot_id"), table_name="invoices")
    op.drop_table("invoices")
