"""Units of the service map are places of their own, not only parks; what is cancelled knows that it was postponed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_PROFILES = ("wheelchair", "reduced_mobility", "rollator", "stroller", "visually_impaired", "hearing_aid")
_HOURS = ("hours_fi", "hours_sv", "hours_en")
_PARK = ("name", "name_sv", "name_en", "address", "postal_code", "city", "latitude", "longitude")


def _table(name: str, key: str) -> sa.TableClause:
    names = {key, "park_id", "name_fi", *_PARK, *_HOURS, *_PROFILES}
    return sa.table(name, *(sa.column(column) for column in sorted(names)))


def upgrade() -> None:
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name_fi", "name_sv", "name_en")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("address", "postal_code", "city")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("latitude", "longitude")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _HOURS),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in _PROFILES),
        sa.ForeignKeyConstraint(["park_id"], ["parks.id"], name=op.f("fk_units_park_id_parks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("park_id", name=op.f("uq_units_park_id")),
    )
    units, parks, told = _table("units", "id"), _table("parks", "id"), _table("park_units", "unit_id")
    known = sa.select(
        told.c.unit_id,
        parks.c.id,
        *(parks.c[name] for name in _PARK),
        *(told.c[name] for name in (*_HOURS, *_PROFILES)),
    ).join_from(told, parks, told.c.park_id == parks.c.id)
    into = ["id", "park_id", "name_fi", *_PARK[1:], *_HOURS, *_PROFILES]
    op.execute(units.insert().from_select(into, known))
    op.drop_table("park_units")
    # In words of both databases: with the reference in the column SQLite needs no new table, to which much refers.
    op.execute("ALTER TABLE places ADD COLUMN unit_id INTEGER CONSTRAINT fk_places_unit_id_units REFERENCES units (id)")
    op.create_index(op.f("ix_places_unit_id"), "places", ["unit_id"])
    op.add_column("events", sa.Column("postponed_notice", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("events", "postponed_notice")
    op.drop_index(op.f("ix_places_unit_id"), "places")
    op.drop_column("places", "unit_id")
    op.create_table(
        "park_units",
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _HOURS),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in _PROFILES),
        sa.ForeignKeyConstraint(["park_id"], ["parks.id"], name=op.f("fk_park_units_park_id_parks")),
        sa.PrimaryKeyConstraint("park_id", name=op.f("pk_park_units")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_park_units_unit_id")),
    )
    units, told = _table("units", "id"), _table("park_units", "unit_id")
    # Places that are no parks have nowhere to be then.
    known = sa.select(units.c.park_id, units.c.id, *(units.c[name] for name in (*_HOURS, *_PROFILES)))
    into = ["park_id", "unit_id", *_HOURS, *_PROFILES]
    op.execute(told.insert().from_select(into, known.where(units.c.park_id.is_not(None))))
    op.drop_table("units")
