"""What calendars must know of the changes of meal days and events, and the place register's number of a park."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PROFILES = ("wheelchair", "reduced_mobility", "rollator", "stroller", "visually_impaired", "hearing_aid")


def upgrade() -> None:
    op.add_column("meal_days", sa.Column("sequence", sa.Integer(), nullable=False, server_default=sa.text("0")))
    long_ago = sa.text("'1970-01-01 00:00:00'")
    changed_at = sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=long_ago)
    op.add_column("meal_days", changed_at)
    # When a day of before was last changed is not known: a calendar is to take it once more.
    days = sa.table("meal_days", sa.column("changed_at", sa.DateTime(timezone=True)))
    op.execute(days.update().values(changed_at=datetime.now(UTC)))
    op.add_column("events", sa.Column("moved_from", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "park_units",
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("hours_fi", sa.Text(), nullable=False),
        sa.Column("hours_sv", sa.Text(), nullable=False),
        sa.Column("hours_en", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in _PROFILES),
        sa.ForeignKeyConstraint(["park_id"], ["parks.id"], name=op.f("fk_park_units_park_id_parks")),
        sa.PrimaryKeyConstraint("park_id", name=op.f("pk_park_units")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_park_units_unit_id")),
    )


def downgrade() -> None:
    op.drop_table("park_units")
    op.drop_column("events", "moved_from")
    op.drop_column("meal_days", "changed_at")
    op.drop_column("meal_days", "sequence")
