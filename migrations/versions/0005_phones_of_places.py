"""A phone, and the code that enrols it, belongs to a park or to a place."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ONE_HOME = "(park_id IS NULL) <> (place_id IS NULL)"
_MOMENT = sa.DateTime(timezone=True)


def _phones(*, of_places: bool) -> list[Any]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=of_places),
        *([sa.Column("place_id", sa.Uuid(), nullable=True)] if of_places else []),
        sa.Column("secret_digest", sa.Text(), nullable=False),
        sa.Column("joined_at", _MOMENT, nullable=False),
        sa.Column("last_seen_at", _MOMENT, nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        *_homes("phones", of_places=of_places),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phones")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_phones_secret_digest")),
    ]


def _codes(*, of_places: bool) -> list[Any]:
    return [
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=of_places),
        *([sa.Column("place_id", sa.Uuid(), nullable=True)] if of_places else []),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        *_homes("enrolment_codes", of_places=of_places),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_enrolment_codes")),
    ]


def _homes(table: str, *, of_places: bool) -> list[Any]:
    park = sa.ForeignKeyConstraint(["park_id"], ["parks.id"], name=op.f(f"fk_{table}_park_id_parks"))
    if not of_places:
        return [park]
    place = sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f(f"fk_{table}_place_id_places"))
    return [sa.CheckConstraint(_ONE_HOME, name=op.f(f"ck_{table}_one_home")), park, place]


def _remake(table: str, columns: list[Any], *, of_places: bool) -> None:
    """The table anew, with what it held: SQLite knows no other way, and nothing refers to it."""
    names = [column.name for column in columns if isinstance(column, sa.Column) and column.name != "place_id"]
    held = sa.table(table, *(sa.column(name) for name in names))
    rows = [dict(row) for row in op.get_bind().execute(sa.select(held)).mappings()]
    op.drop_table(table)
    op.create_table(table, *columns)
    # As they were read: dates and ids are not looked at on the way.
    plain = sa.table(table, *(sa.column(name) for name in names))
    if rows:
        op.get_bind().execute(sa.insert(plain), rows)
    for column in ("park_id", "place_id") if of_places else ("park_id",):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def upgrade() -> None:
    _remake("phones", _phones(of_places=True), of_places=True)
    _remake("enrolment_codes", _codes(of_places=True), of_places=True)


def downgrade() -> None:
    # Before, there were no phones of places.
    for table in ("phones", "enrolment_codes"):
        op.execute(f"DELETE FROM {table} WHERE park_id IS NULL")  # noqa: S608
    _remake("phones", _phones(of_places=False), of_places=False)
    _remake("enrolment_codes", _codes(of_places=False), of_places=False)
