"""Reading the ledger and what the cost sheet is made of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilot_ops.costs.domain import Day, Entry, Sheet, Terms, latest_day, make_sheet
from pilot_ops.costs.models import LedgerEntryRow
from pilot_ops.kernel.errors import NotFound
from pilot_ops.meals import queries as meals
from pilot_ops.parks.queries import list_parks
from pilot_ops.schedule.domain import Pilot
from pilot_ops.schedule.queries import list_days

_ENTRY = LedgerEntryRow.__table__.c
_COLUMNS = (
    _ENTRY.id,
    _ENTRY.day,
    _ENTRY.category,
    _ENTRY.amount_cents,
    _ENTRY.park_id,
    _ENTRY.split_key,
    _ENTRY.description,
    _ENTRY.voucher,
    _ENTRY.service_from,
    _ENTRY.service_to,
    _ENTRY.hours_hundredths,
    _ENTRY.rate_cents,
    _ENTRY.reverses,
)


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything the cost sheet of a pilot is made of; ``days`` are each park's, parks by name."""

    pilot: Pilot
    terms: Terms
    names: dict[UUID, str]
    days: dict[UUID, list[Day]]
    entries: tuple[Entry, ...]

    def latest_day(self, today: date) -> date:
        """The latest day whose costs are known."""
        return latest_day(self.days, today=today)

    def sheet(self, as_of: date) -> Sheet:
        """The cost sheet on a date."""
        return make_sheet(self.terms, self.days, self.entries, as_of=as_of)


def get_basis(session: Session, pilot: Pilot) -> Basis:
    """What the cost sheet is made of, in the same few questions however many parks and days there are."""
    details = pilot.details
    days: dict[UUID, list[Day]] = {}
    for facts in meals.list_facts(session, pilot.id):
        park_id, day, status, billed, ordered, delivered, first, _ = facts
        days.setdefault(park_id, []).append(Day(day, status, billed, ordered, delivered, first))
    entries = list_entries(session, pilot.id)
    # A park taken out of the pilot has no days any more; what it cost stays in the sum.
    for park_id in (*pilot.park_ids, *(entry.park_id for entry in entries if entry.park_id)):
        days.setdefault(park_id, [])
    names = _names(session, days)
    return Basis(
        pilot=pilot,
        terms=Terms(details.estimate, details.months, details.expected, details.portion_price, details.daily_fee),
        names=names,
        days={park_id: days[park_id] for park_id in names},
        entries=entries,
    )


def list_cost_parks(session: Session, pilot: Pilot) -> dict[UUID, str]:
    """The parks a cost of a pilot may be for, by name.

    A park taken out of the pilot is among them when it has meal days there, whose invoice may come yet, or costs.
    """
    served = {day.park_id for day in list_days(session, pilot_id=pilot.id)}
    billed = select(_ENTRY.park_id).where(_ENTRY.pilot_id == pilot.id, _ENTRY.park_id.is_not(None)).distinct()
    return _names(session, {*pilot.park_ids, *served, *session.scalars(billed)})


def _names(session: Session, park_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of parks, in their order."""
    names = {park.id: park.name for park in list_parks(session, inactive=True) if park.id in park_ids}
    return dict(sorted(names.items(), key=lambda named: named[1].casefold()))


def list_entries(session: Session, pilot_id: UUID) -> tuple[Entry, ...]:
    """The ledger of a pilot by day, in the order it was booked."""
    query = select(*_COLUMNS).where(_ENTRY.pilot_id == pilot_id).order_by(_ENTRY.day, _ENTRY.booked_at, _ENTRY.id)
    return tuple(_entry(row) for row in session.execute(query))


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry as it stands in the ledger: of which pilot, and when it was booked."""

    pilot_id: UUID
    at: datetime
    entry: Entry


def list_booked(
    session: Session,
    *,
    pilot_id: UUID | None = None,
    park_id: UUID | None = None,
    first: date | None = None,
    last: date | None = None,
    after: tuple[datetime, UUID] | None = None,
    most: int | None = None,
) -> tuple[Booked, ...]:
    """Entries in the order they were booked, so that later ones only ever come at the end.

    Of a pilot, of a park, dated from a first to a last day; ``most`` at most, those booked ``after`` a moment and id.
    """
    query = select(_ENTRY.pilot_id, _ENTRY.booked_at, *_COLUMNS).order_by(_ENTRY.booked_at, _ENTRY.id).limit(most)
    if pilot_id is not None:
        query = query.where(_ENTRY.pilot_id == pilot_id)
    if park_id is not None:
        query = query.where(_ENTRY.park_id == park_id)
    if first is not None:
        query = query.where(_ENTRY.day >= first)
    if last is not None:
        query = query.where(_ENTRY.day <= last)
    if after is not None:
        at, entry_id = after
        query = query.where((_ENTRY.booked_at > at) | ((_ENTRY.booked_at == at) & (_ENTRY.id > entry_id)))
    return tuple(Booked(of, at, _entry(columns)) for of, at, *columns in session.execute(query))


def get_entry(session: Session, entry_id: UUID) -> tuple[UUID, Entry]:
    """An entry and the pilot it belongs to. NotFound if there is none."""
    row = session.execute(select(_ENTRY.pilot_id, *_COLUMNS).where(_ENTRY.id == entry_id)).first()
    if row is None:
        raise NotFound
    pilot_id, *columns = row
    return pilot_id, _entry(columns)


@dataclass(frozen=True, slots=True)
class Booking:
    """When an entry was booked and by whom (None: the service itself)."""

    at: datetime
    user_id: UUID | None


def list_bookings(session: Session, pilot_id: UUID) -> dict[UUID, Booking]:
    """Who booked each entry of a pilot, and when."""
    query = select(LedgerEntryRow.id, LedgerEntryRow.booked_at, LedgerEntryRow.booked_by)
    rows = session.execute(query.where(LedgerEntryRow.pilot_id == pilot_id))
    return {entry_id: Booking(at, by) for entry_id, at, by in rows}


def _entry(row: Any) -> Entry:
    id_, day, category, amount, park_id, key, text, voucher, first, last, hours, rate, reverses = tuple(row)
    worked = None if hours is None else Fraction(hours, 100)
    return Entry(id_, day, category, amount, park_id, key, text, voucher, first, last, worked, rate, reverses)
