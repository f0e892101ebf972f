"""Reading units."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.text import Translated
from pilot_ops.units.domain import Profile, Register, Unit, number_in
from pilot_ops.units.models import UnitRow


def list_units(session: Session) -> tuple[Unit, ...]:
    """Every unit, by its Finnish name."""
    return _units(session, select(UnitRow).order_by(UnitRow.name_fi, UnitRow.id))


def list_places(session: Session) -> tuple[Unit, ...]:
    """The units that are no parks, by their Finnish name."""
    query = select(UnitRow).where(UnitRow.park_id.is_(None)).order_by(UnitRow.name_fi, UnitRow.id)
    return _units(session, query)


def get_register(session: Session) -> Register:
    """The units that are known."""
    return Register(list_units(session))


def get_unit(session: Session, unit_id: int) -> Unit:
    """A unit. NotFound if there is none."""
    found = _units(session, select(UnitRow).where(UnitRow.id == unit_id))
    if not found:
        raise NotFound
    return found[0]


def find_units(session: Session, numbers: Collection[int | None]) -> dict[int, Unit]:
    """Units by their numbers; those that are not known are left out. Nothing is asked for none."""
    if not numbers:
        return {}
    return {unit.id: unit for unit in _units(session, select(UnitRow).where(UnitRow.id.in_(numbers)))}


def find_unit_of_park(session: Session, park_id: UUID) -> Unit | None:
    """The unit that a park is, if that is known."""
    found = _units(session, select(UnitRow).where(UnitRow.park_id == park_id))
    return found[0] if found else None


def find_unit_at(session: Session, key: str, park_id: UUID | None = None) -> Unit | None:
    """The unit of a place: the one that it is called by, else the one of the park that it is in."""
    number = number_in(key)
    if number is not None:
        found = _units(session, select(UnitRow).where(UnitRow.id == number))
        return found[0] if found else None
    return find_unit_of_park(session, park_id) if park_id and not key else None


def _units(session: Session, query: Select[UnitRow]) -> tuple[Unit, ...]:
    return tuple(map(_unit, session.scalars(query.execution_options(populate_existing=True))))


def _unit(row: UnitRow) -> Unit:
    counts = {profile: getattr(row, profile) for profile in Profile}
    return Unit(
        row.id,
        Translated(row.name_fi, row.name_sv, row.name_en),
        row.address,
        row.postal_code,
        row.city,
        row.latitude,
        row.longitude,
        Translated(row.hours_fi, row.hours_sv, row.hours_en),
        {profile: count for profile, count in counts.items() if count is not None},
        row.park_id,
    )
