"""Who decided, in three languages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_RENAME = "ALTER TABLE programme_decisions RENAME COLUMN {} TO {}"


def upgrade() -> None:
    op.execute(_RENAME.format("decided_by", "decided_by_fi"))
    for name in ("decided_by_sv", "decided_by_en"):
        op.add_column("programme_decisions", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    for name in ("decided_by_en", "decided_by_sv"):
        op.drop_column("programme_decisions", name)
    op.execute(_RENAME.format("decided_by_fi", "decided_by"))
