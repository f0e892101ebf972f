"""Whether a print shows what its tickets are worth."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nothing that was printed before showed it.
    op.add_column("print_jobs", sa.Column("with_value", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("print_jobs", "with_value")
