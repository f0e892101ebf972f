"""Reading parks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.text import fold
from pilot_ops.parks.domain import Park, ParkDetails
from pilot_ops.parks.models import ParkRow, StaffRow

# Who is staff of which park, for questions about people to join.
STAFF = select(StaffRow.user_id, StaffRow.park_id).subquery("staff")


def list_parks(session: Session, *, inactive: bool = False) -> tuple[Park, ...]:
    """Parks by name; with ``inactive`` also those no longer in use."""
    query = select(ParkRow).order_by(ParkRow.name)
    if not inactive:
        query = query.where(ParkRow.active)
    return tuple(_park(row) for row in session.scalars(query))


def park_names(session: Session, park_ids: Collection[UUID] | None = None) -> dict[UUID, str]:
    """The names of parks in their order, also of those no longer in use: of all, or of some."""
    query = select(ParkRow.id, ParkRow.name)
    if park_ids is not None:
        query = query.where(ParkRow.id.in_(park_ids))
    named = [(park_id, name) for park_id, name in session.execute(query)]
    return dict(sorted(named, key=lambda pair: fold(pair[1])))


def get_park(session: Session, park_id: UUID) -> Park:
    """A park. NotFound if there is none."""
    row = session.get(ParkRow, park_id)
    if row is None:
        raise NotFound
    return _park(row)


def find_park_by_name(session: Session, name: str) -> Park | None:
    """The park of this name in any case, or None."""
    row = session.scalar(select(ParkRow).where(ParkRow.name_key == fold(name)))
    return _park(row) if row else None


def parks_of(session: Session, user_id: UUID) -> frozenset[UUID]:
    """The parks a person is staff of."""
    return frozenset(session.scalars(select(StaffRow.park_id).where(StaffRow.user_id == user_id)))


def _park(row: ParkRow) -> Park:
    given = {field.name: getattr(row, field.name) for field in fields(ParkDetails)}
    return Park(row.id, ParkDetails(**given))
