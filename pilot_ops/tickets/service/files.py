"""Numbers of counted tickets from a file: what an import would do, and doing it.

What a row says of a type, a place and a day is held against what the service knows of them. The same is left as it is;
something else where there was a number rejects the whole file: an earlier figure is corrected by people, not by files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action as Logged
from pilot_ops.audit.service import record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.tabular import Reason as Unreadable
from pilot_ops.kernel.text import fold
from pilot_ops.places.domain import Kind as PlaceKind
from pilot_ops.places.domain import Place
from pilot_ops.places.queries import list_places
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import MOST_AT_ONCE, Action, Counts, Reason, TicketType, check_batch
from pilot_ops.tickets.service.counted import store_counts
from pilot_ops.tickets.service.stock import acquire

# The columns of numbers, and what each is.
IMPORTED = {
    "received": Action.ACQUIRE,
    "allocated": Action.ALLOCATE,
    "handed_out": Action.HAND_OUT,
    "returned": Action.RETURN,
    "used": Action.USE,
}
_SPACE = UUID("5b2f6a2c-6f0f-4b57-9f5c-0a4f0d2f7c11")
_Key = tuple[UUID, UUID | None, date, Action]


@dataclass(frozen=True, slots=True)
class ImportedCounts:
    """A row of a file: a type and a place by name, a day, and numbers by column; an empty cell says nothing."""

    row: int
    type_name: str
    place_name: str
    day: date
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CountsProblem:
    """Why a row is refused; ``field`` is the name of the column it is about."""

    row: int
    field: str
    reason: StrEnum
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PlannedCounts:
    """What an import will do with a row: the numbers that are new, by column. None: the row changes nothing."""

    source: ImportedCounts
    kind: TicketType
    place: Place | None
    fresh: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CountsPlan:
    """What an import will do, row by row, and what is wrong; with any problem nothing may be imported."""

    rows: tuple[PlannedCounts, ...]
    problems: tuple[CountsProblem, ...]

    @property
    def fresh(self) -> tuple[PlannedCounts, ...]:
        """The rows that change something."""
        return tuple(row for row in self.rows if row.fresh)


@dataclass(frozen=True, slots=True)
class _Known:
    """What rows are held against. ``came`` is what the file says came of a type on a day, all its rows together."""

    types: Mapping[str, TicketType]
    points: Mapping[str, Place]
    venues: Mapping[str, Place]
    sums: Mapping[_Key, int]
    imported: Mapping[UUID, int]
    came: Mapping[_Key, int]
    today: date


def plan_import(session: Session, actor: Actor, *, rows: Sequence[ImportedCounts], at: datetime) -> CountsPlan:
    """What importing these rows would do; nothing is done. The same few questions however many rows there are."""
    actor.must(Permission.TICKETS_EDIT)
    known = _known(session, rows, local_day(at))
    planned: list[PlannedCounts] = []
    problems: list[CountsProblem] = []
    seen: set[tuple[UUID, UUID | None, date]] = set()
    for row in rows:
        try:
            planned.append(_planned(row, known, seen))
        except Refused as refused:
            problems.append(CountsProblem(row.row, refused.field or "", refused.reason, refused.details))
    return CountsPlan(tuple(planned), tuple(problems))


def _known(session: Session, rows: Sequence[ImportedCounts], today: date) -> _Known:
    kinds = queries.list_types(session, inactive=True)
    types = {fold(kind.details.prefix): kind for kind in kinds} | {fold(kind.name.fi): kind for kind in kinds}
    places = list_places(session, inactive=True)
    came: Counter[_Key] = Counter()
    for row in rows:
        if (kind := types.get(fold(row.type_name))) and (number := row.numbers.get("received")):
            came[kind.id, None, row.day, Action.ACQUIRE] += number
    keys: list[_Key] = [
        (kind.id, None, row.day, Action.ACQUIRE) for row in rows if (kind := types.get(fold(row.type_name)))
    ]
    points = {fold(place.name): place for place in places if place.kind is PlaceKind.POINT}
    venues = {fold(place.name): place for place in places if place.kind is PlaceKind.VENUE}
    for row in rows:
        kind, place = types.get(fold(row.type_name)), _find_place(row, points, venues)
        if kind and place:
            keys += [(kind.id, place.id, row.day, IMPORTED[name]) for name in row.numbers]
    imported = queries.imported_counts(session, {_id_of(key) for key in keys})
    return _Known(types, points, venues, queries.sums_by_day(session), imported, came, today)


def _id_of(key: _Key) -> UUID:
    """The id of a number from a file: the same for the same type, place, day and column."""
    return uuid5(_SPACE, ":".join(str(part) for part in key))


def _find_place(row: ImportedCounts, points: Mapping[str, Place], venues: Mapping[str, Place]) -> Place | None:
    """The place of a row. A row of uses alone is a venue's report, if there is such a venue."""
    name = fold(row.place_name)
    if set(row.numbers) == {"used"}:
        return venues.get(name) or points.get(name)
    return points.get(name) or venues.get(name)


def _planned(row: ImportedCounts, known: _Known, seen: set[tuple[UUID, UUID | None, date]]) -> PlannedCounts:
    """What will be done with a row. Refused if it may not be imported."""
    kind = known.types.get(fold(row.type_name))
    if kind is None:
        raise Refused(Reason.UNKNOWN_TYPE, "type")
    if kind.is_coded:
        raise Refused(Reason.NOT_COUNTED, "type")
    place = _checked_place(row, known)
    where = (kind.id, place.id if place else None, row.day)
    if where in seen:
        raise Refused(Reason.ROW_TWICE, "date")
    seen.add(where)
    if row.day > known.today:
        raise Refused(Reason.DAY_IN_FUTURE, "date")
    numbers = [(name, number, _key_of(name, *where)) for name, number in row.numbers.items()]
    return PlannedCounts(row, kind, place, {name: n for name, n, key in numbers if _is_new(name, n, key, known)})


def _key_of(name: str, type_id: UUID, place_id: UUID | None, day: date) -> _Key:
    # What came, came to stock: a file that names a point beside it says the same.
    return (type_id, None if name == "received" else place_id, day, IMPORTED[name])


def _checked_place(row: ImportedCounts, known: _Known) -> Place | None:
    place = _find_place(row, known.points, known.venues) if row.place_name else None
    if row.place_name and place is None:
        raise Refused(Reason.UNKNOWN_POINT, "point")
    others = [name for name in row.numbers if name != "received"]
    if place is None and others:
        raise Refused(Reason.PLACE_MISSING, "point")
    if place and place.kind is PlaceKind.VENUE and (wrong := [name for name in row.numbers if name != "used"]):
        raise Refused(Reason.VENUE_ONLY_USES, wrong[0])
    return place


def _is_new(name: str, number: int, key: _Key, known: _Known) -> bool:
    """Whether a number is to be recorded. Refused if there is another one for the same key."""
    if number > MOST_AT_ONCE:
        raise Refused(Reason.QUANTITY_WRONG, name, most=MOST_AT_ONCE)
    said = known.came[key] if name == "received" and number else number
    there, earlier = known.sums.get(key, 0), known.imported.get(_id_of(key))
    if said in {there, earlier}:
        return False
    if number < 0:
        raise Refused(Unreadable.NOT_A_COUNT, name)
    if there or earlier is not None:
        raise Refused(Reason.FIGURES_DIFFER, name, known=there)
    if name == "received":
        try:
            check_batch(said, key[2], known.today)
        except Refused as refused:
            raise Refused(refused.reason, name, **refused.details) from None
    return True


def import_counts(
    session: Session, actor: Actor, *, rows: Sequence[ImportedCounts], file_name: str, at: datetime
) -> CountsPlan:
    """Record what is new in these rows, whoever records meanwhile; what was done. Nothing, if there is any problem."""
    actor.must(Permission.TICKETS_EDIT)
    names = {fold(row.type_name) for row in rows}
    kinds = queries.list_types(session, inactive=True)
    ids = [kind.id for kind in kinds if names & {fold(kind.name.fi), fold(kind.details.prefix)} and not kind.is_coded]
    queries.hold_types(session, ids)
    plan = plan_import(session, actor, rows=rows, at=at)
    if plan.problems or not plan.fresh:
        return plan
    came: Counter[tuple[UUID, date]] = Counter()
    for row in plan.fresh:
        came[row.kind.id, row.source.day] += row.fresh.get("received", 0)
        _store_row(session, actor, row, at)
    for (type_id, day), number in came.items():
        if number:
            batch_id = _id_of((type_id, None, day, Action.ACQUIRE))
            batch: dict[str, Any] = {"batch_id": batch_id, "type_id": type_id, "quantity": number, "acquired_on": day}
            acquire(session, actor, note=file_name, at=at, **batch)
    facts = {"file": file_name, "rows": len(plan.fresh)}
    names_of = ", ".join(sorted({row.kind.name.fi for row in plan.fresh}))
    record(session, actor, Logged.TICKETS_IMPORTED, names_of, at=at, after=facts)
    return plan


def _store_row(session: Session, actor: Actor, row: PlannedCounts, at: datetime) -> None:
    for name, number in row.fresh.items():
        if name == "received":
            continue
        key = _key_of(name, row.kind.id, row.place.id if row.place else None, row.source.day)
        counts = Counts(_id_of(key), row.kind.id, IMPORTED[name], number, row.source.day, key[1], source="import")
        if not store_counts(session, actor, counts, at):
            raise Refused(Reason.CHANGED_MEANWHILE)
