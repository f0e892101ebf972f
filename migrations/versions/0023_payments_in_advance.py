"""What booked invoices say of payments in advance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invoices", sa.Column("prepayment", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("invoices", sa.Column("prepaid_cents", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    op.add_column("invoices", sa.Column("preceding", sa.Text(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    for name in ("preceding", "prepaid_cents", "prepayment"):
        op.drop_column("invoices", name)
