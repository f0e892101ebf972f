"""Reading places and client groups."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.text import Translated, fold
from pilot_ops.places.domain import ClientGroup, Kind, Place, PlaceDetails
from pilot_ops.places.models import ClientGroupRow, PlaceRow, PlaceStaffRow, PointGroupRow

# Who works at which place, for questions about people to join.
STAFF = select(PlaceStaffRow.user_id, PlaceStaffRow.place_id).subquery("place_staff")

# What kind each place is of, for questions to join.
KINDS = select(PlaceRow.id, PlaceRow.kind).subquery("place_kinds")


def list_places(session: Session, kind: Kind | None = None, *, inactive: bool = False) -> tuple[Place, ...]:
    """Places by name, of one kind or of both; with ``inactive`` also those no longer in use."""
    query = select(PlaceRow).order_by(PlaceRow.name_key, PlaceRow.kind)
    if kind is not None:
        query = query.where(PlaceRow.kind == kind)
    if not inactive:
        query = query.where(PlaceRow.active)
    return _places(session, session.scalars(query))


def get_place(session: Session, place_id: UUID, kind: Kind | None = None) -> Place:
    """A place. NotFound if there is none, or none of this kind."""
    row = session.get(PlaceRow, place_id)
    if row is None or (kind is not None and row.kind is not kind):
        raise NotFound
    return _places(session, [row])[0]


def find_name(session: Session, place_id: UUID) -> str:
    """The name of a place; "" if there is none."""
    return session.connection().execute(_NAME, {"place": place_id}).scalar() or ""


_NAME = select(PlaceRow.name).where(PlaceRow.id == bindparam("place"))


def find_place_by_name(session: Session, kind: Kind, name: str) -> Place | None:
    """The place of this kind and name in any case, or None."""
    row = session.scalar(select(PlaceRow).where(PlaceRow.kind == kind, PlaceRow.name_key == fold(name)))
    return _places(session, [row])[0] if row else None


def places_of(session: Session, user_id: UUID) -> frozenset[UUID]:
    """The places a person works at."""
    return frozenset(session.scalars(select(PlaceStaffRow.place_id).where(PlaceStaffRow.user_id == user_id)))


def list_groups(session: Session) -> tuple[ClientGroup, ...]:
    """Every client group, by name."""
    rows = session.scalars(select(ClientGroupRow).order_by(ClientGroupRow.name_key))
    return tuple(ClientGroup(row.id, Translated(row.name_fi, row.name_sv, row.name_en)) for row in rows)


def get_group(session: Session, group_id: UUID) -> ClientGroup:
    """A client group. NotFound if there is none."""
    row = session.get(ClientGroupRow, group_id)
    if row is None:
        raise NotFound
    return ClientGroup(row.id, Translated(row.name_fi, row.name_sv, row.name_en))


def _places(session: Session, rows: Iterable[PlaceRow]) -> tuple[Place, ...]:
    found = list(rows)
    groups: dict[UUID, set[UUID]] = {row.id: set() for row in found}
    query = select(PointGroupRow.place_id, PointGroupRow.group_id).where(PointGroupRow.place_id.in_(groups))
    for place_id, group_id in session.execute(query):
        groups[place_id].add(group_id)
    return tuple(Place(row.id, _details(row, groups[row.id])) for row in found)


def _details(row: PlaceRow, groups: set[UUID]) -> PlaceDetails:
    return PlaceDetails(row.kind, row.name, row.address, row.link, frozenset(groups), row.active, row.unit_id)
