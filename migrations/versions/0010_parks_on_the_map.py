"""Parks have names in three languages, and may have coordinates: whole millionths of a degree."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("name_sv", "name_en"):
        op.add_column("parks", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    # In words of both databases: with the check in the column SQLite needs no new table, to which much refers.
    op.execute(
        "ALTER TABLE parks ADD COLUMN latitude INTEGER"
        " CONSTRAINT ck_parks_latitude CHECK (latitude BETWEEN -90000000 AND 90000000)"
    )
    op.execute(
        "ALTER TABLE parks ADD COLUMN longitude INTEGER CONSTRAINT ck_parks_longitude"
        " CHECK (longitude BETWEEN -180000000 AND 180000000 AND (latitude IS NULL) = (longitude IS NULL))"
    )


def downgrade() -> None:
    for name in ("longitude", "latitude", "name_en", "name_sv"):
        op.drop_column("parks", name)
