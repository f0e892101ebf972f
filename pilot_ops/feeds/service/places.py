"""Units of the service map as parks: what an import would do, and doing it.

A unit is known again by its number, else by name or by address. Names that people have given stay: files and command
lines call parks by them. Addresses, coordinates and accessibility are the register's to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.feeds.domain import Doing, FileProblem, IncomingUnit, Reason, Unit
from pilot_ops.feeds.models import UnitRow
from pilot_ops.feeds.queries import list_units
from pilot_ops.feeds.wire import PROFILES
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.db import upsert
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import fold
from pilot_ops.parks import service as parks
from pilot_ops.parks.domain import Park, ParkDetails, check_details, clean
from pilot_ops.parks.domain import Reason as ParkReason
from pilot_ops.parks.queries import list_parks

_FIELDS = {
    "address": "street_address",
    "postal_code": "address_zip",
    "city": "municipality",
    "latitude": "location",
    "longitude": "location",
}
_COMPARED = ("name", "name_sv", "name_en", "address", "postal_code", "city")


@dataclass(frozen=True, slots=True)
class PlannedPark:
    """What an import will do with a unit: ``changes`` are the fields of its park that will be others."""

    source: IncomingUnit
    doing: Doing
    park: Park | None
    details: ParkDetails
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacesPlan:
    """What an import will do, row by row, and what is wrong; with any problem nothing may be imported."""

    rows: tuple[PlannedPark, ...]
    problems: tuple[FileProblem, ...]

    @property
    def fresh(self) -> tuple[PlannedPark, ...]:
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
    """What importing these units would do; nothing is done."""
    actor.must(Permission.PARKS_EDIT)
    known = _known(session)
    planned: list[PlannedPark] = []
    problems: list[FileProblem] = []
    taken: set[UUID | str] = set()
    for row in rows:
        try:
            planned.append(_planned(row, known, taken, country))
        except Refused as refused:
            field = _FIELDS.get(refused.field or "", refused.field or "")
            problems.append(FileProblem(row.row, row.name.fi, field, refused.reason, details=refused.details))
    return PlacesPlan(tuple(planned), tuple(problems))


def _known(session: Session) -> _Known:
    found, units = list_parks(session, inactive=True), list_units(session)
    return _Known(
        numbers={units[park.id].id: park for park in found if park.id in units},
        names={fold(park.name): park for park in found},
        addresses={(fold(park.details.address), park.details.postal_code): park for park in found},
        units=units,
    )


def _planned(row: IncomingUnit, known: _Known, taken: set[UUID | str], country: str) -> PlannedPark:
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
        return PlannedPark(row, Doing.CREATE, None, details)
    changes = _changes(park, details, row.unit, known.units.get(park.id))
    return PlannedPark(row, Doing.CHANGE if changes else Doing.UNCHANGED, park, details, changes)


def _find(row: IncomingUnit, known: _Known) -> Park | None:
    """The park of a unit: one that has another number in the map is another."""
    found = known.numbers.get(row.unit.id)
    if found:
        return found
    for park in (known.names.get(fold(row.name.fi)), known.addresses.get((fold(row.address), row.postal_code))):
        if park and park.id not in known.units:
            return park
    return None


def _details(row: IncomingUnit, old: ParkDetails | None) -> ParkDetails:
    said: dict[str, Any] = {"address": row.address, "postal_code": row.postal_code, "city": row.city}
    if row.latitude is not None:
        said |= {"latitude": row.latitude, "longitude": row.longitude}
    if old is None:
        return ParkDetails(row.name.fi, name_sv=row.name.sv, name_en=row.name.en, **said)
    said |= {"name_sv": old.name_sv or row.name.sv, "name_en": old.name_en or row.name.en}
    return replace(old, **{name: value for name, value in said.items() if value})


def _changes(park: Park, details: ParkDetails, unit: Unit, there: Unit | None) -> tuple[str, ...]:
    old = park.details
    changed = [name for name in _COMPARED if getattr(old, name) != getattr(details, name)]
    if (old.latitude, old.longitude) != (details.latitude, details.longitude):
        changed.append("place")
    return (*changed, *(("unit",) if unit != there else ()))


def import_places(
    session: Session, actor: Actor, *, rows: Sequence[IncomingUnit], at: datetime, country: str = ""
) -> PlacesPlan:
    """Create and change the parks of these units; what was done. Nothing, if there is any problem."""
    plan = plan_places(session, actor, rows=rows, country=country)
    if not plan.problems:
        for row in plan.fresh:
            _store(session, actor, row, at, country)
    return plan


def _store(session: Session, actor: Actor, row: PlannedPark, at: datetime, country: str) -> None:
    given: dict[str, Any] = {"details": row.details, "at": at, "country": country}
    park = row.park
    if park is None:
        park = parks.create_park(session, actor, **given)
    elif row.details != park.details:
        parks.change_park(session, actor, park_id=park.id, **given)
    unit = row.source.unit
    counts = {profile: unit.shortcomings.get(profile) for profile in PROFILES}
    hours = {"hours_fi": unit.hours.fi, "hours_sv": unit.hours.sv, "hours_en": unit.hours.en}
    upsert(session, UnitRow, {"park_id": park.id, "unit_id": unit.id, **hours, **counts})
    if row.park is None or "unit" in row.changes:
        facts = {"unit_id": unit.id, **hours, **unit.shortcomings}
        record(session, actor, Action.PARK_CHANGED, park.name, at=at, after=facts)
