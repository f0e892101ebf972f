"""Months of a ledger that are locked, and entries that correct them; purchase-order agreements; shifts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
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
    op.create_table(
        "agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pilot_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("caterer", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("portion_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("daily_fee_cents", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilots.id"], name=op.f("fk_agreements_pilot_id_pilots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )
    op.create_index(op.f("ix_agreements_pilot_id"), "agreements", ["pilot_id"], unique=False)
    op.create_table(
        "shifts",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("rate_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("people > 0 AND break_minutes >= 0 AND starts_at < ends_at", name=op.f("ck_shifts_times")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name=op.f("fk_shifts_entry_id_ledger_entries")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_shifts")),
    )
    _only_add("shifts")


def _only_add(table: str) -> None:
    """What is booked is never changed or deleted, as in the ledger."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("shifts")
    op.drop_index(op.f("ix_agreements_pilot_id"), table_name="agreements")
    op.drop_table("agreements")
    op.drop_table("locked_months")
    op.drop_column("ledger_entries", "corrects")
