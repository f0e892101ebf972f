"""Units of the service map as parks, or as places for events and tickets: what an import would do, and doing it.

A park is known again by its number, else by name or by address. Names that people have given stay: files and command
lines call parks by them. Addresses, coordinates and accessibility are the register's to say. Other places are known by
their number alone, and say what the register says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.feeds.domain import Doing, FileProblem, IncomingUnit, Reason
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import fold
from pilot_ops.parks import service as parks
from pilot_ops.parks.domain import Park, ParkDetails, check_details, clean
from pilot_ops.parks.domain import Reason as ParkReason
from pilot_ops.parks.queries import list_parks
from pilot_ops.units.domain import Unit
from pilot_ops.units.queries import list_units
from pilot_ops.units.service import store_unit

_FIELDS = {
    "address": "street_address",
    "postal_code": "address_zip",
    "city": "municipality",
    "latitude": "location",
    "longitude": "location",
}
_COMPARED = ("name", "name_sv", "name_en", "address", "postal_code", "city")
_COMPARED_UNIT = ("name", "address", "postal_code", "city")


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """What an import will do with a unit: ``changes`` are the fields of its park, or of itself, that will be others.

    ``details`` are those of the park it will be; None if it will be a place.
    """

    source: IncomingUnit
    doing: Doing
    park: Park | None = None
    details: ParkDetails | None = None
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacesPlan:
    """What an import will do, row by row, and what is wrong; with any problem nothing may be imported."""

    rows: tuple[PlannedPlace, ...]
    problems: tuple[FileProblem, ...]

    @property
    def fresh(self) -> tuple[PlannedPlace, ...]:
        """The rows that change something."""
        return tuple(row for row in self.rows if row.doing is not Doing.UNCHANGED)


@dataclass(frozen=True, slots=True)
class _Known:
    """Parks by what a unit may be known by."""

    numbers: Mapping[int, Park]
    names: Mapping[str, Park]
    addresses: Mapping[tuple[str, str], Park]
    units: Mapping[UUID, Unit]


def plan_places(session: Session, actor: Actor, *, rows: Sequence[IncomingUnit], country: str = "") -> PlacesPlan:
    """What importing these units as parks would do; nothing is done."""
    actor.must(Permission.PARKS_EDIT)
    known = _known(session)
    taken: set[UUID | str] = set()
    return _plan(rows, lambda row: _planned(row, known, taken, country))


def plan_units(session: Session, actor: Actor, *, rows: Sequence[IncomingUnit]) -> PlacesPlan:
    """What importing these units as places for events and tickets would do; nothing is done."""
    actor.must(Permission.PLACES_EDIT)
    known = {unit.id: unit for unit in list_units(session)}
    return _plan(rows, lambda row: _planned_unit(row, known.get(row.unit.id)))


def _plan(rows: Sequence[IncomingUnit], plan: Callable[[IncomingUnit], PlannedPlace]) -> PlacesPlan:
    planned: list[PlannedPlace] = []
    problems: list[FileProblem] = []
    for row in rows:
        try:
            planned.append(plan(row))
        except Refused as refused:
            field = _FIELDS.get(refused.field or "", refused.field or "")
            problems.append(FileProblem(row.row, row.name.fi, field, refused.reason, details=refused.details))
    return PlacesPlan(tuple(planned), tuple(problems))


def _known(session: Session) -> _Known:
    found = list_parks(session, inactive=True)
    units = {unit.park_id: unit for unit in list_units(session) if unit.park_id}
    return _Known(
        numbers={units[park.id].id: park for park in found if park.id in units},
        names={fold(park.name): park for park in found},
        addresses={(fold(park.details.address), park.details.postal_code): park for park in found},
        units=units,
    )


def _planned(row: IncomingUnit, known: _Known, taken: set[UUID | str], country: str) -> PlannedPlace:
    """What will be done with a unit. Refused if it may not be imported."""
    park = _find(row, known)
    details = clean(_details(row, park.details if park else None))
    check_details(details, country)
    key = park.id if park else fold(details.name)
    if key in taken:
        raise Refused(Reason.PARK_TWICE, "id")
    taken.add(key)
    if park is None and key in known.names:
        raise Refused(ParkReason.NAME_TAKEN, "name")
    if park is None:
        return PlannedPlace(row, Doing.CREATE, None, details)
    changes = _changes(park, details, row.unit, known.units.get(park.id))
    return PlannedPlace(row, Doing.CHANGE if changes else Doing.UNCHANGED, park, details, changes)


def _planned_unit(row: IncomingUnit, there: Unit | None) -> PlannedPlace:
    """What will be done with a unit that is to be a place; one that is a park stays one. Refused if it is nowhere."""
    if not row.unit.address and row.unit.latitude is None:
        raise Refused(Reason.ADDRESS_MISSING, "address")
    if there is None:
        return PlannedPlace(row, Doing.CREATE)
    changes = [name for name in _COMPARED_UNIT if getattr(row.unit, name) != getattr(there, name)]
    changes += _moved(row.unit, there)
    changes += _told(row.unit, there)
    return PlannedPlace(row, Doing.CHANGE if changes else Doing.UNCHANGED, changes=tuple(changes))


def _find(row: IncomingUnit, known: _Known) -> Park | None:
    """The park of a unit: one that has another number in the map is another."""
    found = known.numbers.get(row.unit.id)
    if found:
        return found
    where = (fold(row.unit.address), row.unit.postal_code)
    for park in (known.names.get(fold(row.name.fi)), known.addresses.get(where)):
        if park and park.id not in known.units:
            return park
    return None


def _details(row: IncomingUnit, old: ParkDetails | None) -> ParkDetails:
    unit, name = row.unit, row.name
    said: dict[str, Any] = {"address": unit.address, "postal_code": unit.postal_code, "city": unit.city}
    if unit.latitude is not None:
        said |= {"latitude": unit.latitude, "longitude": unit.longitude}
    if old is None:
        return ParkDetails(name.fi, name_sv=name.sv, name_en=name.en, **said)
    said |= {"name_sv": old.name_sv or name.sv, "name_en": old.name_en or name.en}
    return replace(old, **{field: value for field, value in said.items() if value})


def _changes(park: Park, details: ParkDetails, unit: Unit, there: Unit | None) -> tuple[str, ...]:
    old = park.details
    changed = [name for name in _COMPARED if getattr(old, name) != getattr(details, name)]
    return (*changed, *_moved(old, details), *_told(unit, there))


def _moved(one: Unit | ParkDetails, other: Unit | ParkDetails) -> tuple[str, ...]:
    return ("place",) if (one.latitude, one.longitude) != (other.latitude, other.longitude) else ()


def _told(unit: Unit, there: Unit | None) -> tuple[str, ...]:
    """Whether the register tells something else of a place than where it is and what it is called."""
    told, before = ((it.id, it.hours, it.shortcomings) if it else None for it in (unit, there))
    return ("unit",) if told != before else ()


def import_places(
    session: Session, actor: Actor, *, rows: Sequence[IncomingUnit], at: datetime, country: str = ""
) -> PlacesPlan:
    """Create and change the parks of these units; what was done. Nothing, if there is any problem."""
    plan = plan_places(session, actor, rows=rows, country=country)
    for row in () if plan.problems else plan.fresh:
        park = _store_park(session, actor, row, at, country)
        store_unit(session, actor, unit=replace(row.source.unit, park_id=park.id), at=at)
    return plan


def _store_park(session: Session, actor: Actor, row: PlannedPlace, at: datetime, country: str) -> Park:
    assert row.details is not None  # noqa: S101 - a row that will be a park has them
    given: dict[str, Any] = {"details": row.details, "at": at, "country": country}
    if row.park is None:
        return parks.create_park(session, actor, **given)
    if row.details != row.park.details:
        parks.change_park(session, actor, park_id=row.park.id, **given)
    return row.park


def import_units(session: Session, actor: Actor, *, rows: Sequence[IncomingUnit], at: datetime) -> PlacesPlan:
    """Keep these units as places for events and tickets; what was done. Nothing, if there is any problem."""
    plan = plan_units(session, actor, rows=rows)
    known = {} if plan.problems else {unit.id: unit.park_id for unit in list_units(session)}
    for row in () if plan.problems else plan.fresh:
        unit = row.source.unit
        store_unit(session, actor, unit=replace(unit, park_id=known.get(unit.id)), at=at)
    return plan
