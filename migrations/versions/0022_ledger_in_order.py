"""The ledger in the order it was booked, for programs that read it page by page."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_ledger_entries_booked_at_id"), "ledger_entries", ["booked_at", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_ledger_entries_booked_at_id"), table_name="ledger_entries")
