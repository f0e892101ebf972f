"""Reading the ledger and what the cost sheet is made of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from pilot_ops.costs.domain import Agreement, Day, Entry, Sheet, Shift, Terms, latest_day, make_sheet
from pilot_ops.costs.models import AgreementRow, LedgerEntryRow, LockedMonthRow, ShiftRow
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.errors import NotFound
from pilot_ops.meals import queries as meals
from pilot_ops.parks.queries import park_names
from pilot_ops.schedule.domain import DayStatus, Pilot, Replanning
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
    _ENTRY.corrects,
)
# Ids that are asked for in one question: a database takes so many values and no more.
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything the cost sheet of a pilot is made of; ``days`` are each park's, parks by name.

    ``known`` is the last day of which it is known what came in: None is everything that is known now.
    """

    pilot: Pilot
    terms: Terms
    names: dict[UUID, str]
    days: dict[UUID, list[Day]]
    entries: tuple[Entry, ...]
    known: date | None = None

    def latest_day(self, today: date) -> date:
        """The latest day whose costs are known."""
        return latest_day(self.days, today=today)

    def sheet(self, as_of: date) -> Sheet:
        """The cost sheet on a date."""
        return make_sheet(self.terms, self.days, self.entries, as_of=as_of)

    def replanned(self, wish: Replanning) -> Basis:
        """The same with the days that a change of the plan would bring, and without those it would take."""
        gone = {(day.park_id, day.day) for day in wish.removed}
        days = {park: [day for day in own if (park, day.day) not in gone] for park, own in self.days.items()}
        for want in wish.added:
            days.setdefault(want.park_id, []).append(Day(want.day, DayStatus.PLANNED, False, None, None, 0))
        return replace(self, days={park: sorted(own) for park, own in days.items()})

    def up_to(self, last: date | None) -> Basis:
        """The same without days and entries after a last day; with None all of it."""
        if last is None:
            return self
        days = {park_id: [day for day in own if day.day <= last] for park_id, own in self.days.items()}
        return replace(self, days=days, entries=tuple(entry for entry in self.entries if entry.day <= last))


def known_until(known: date | None) -> datetime | None:
    """The moment before which something must have come in to be known on a day; None for what is known now."""
    return None if known is None else at_local(known + timedelta(days=1), time.min)


def get_basis(session: Session, pilot: Pilot, *, known: date | None = None) -> Basis:
    """What the cost sheet is made of, in the same few questions however many parks and days there are.

    With ``known``, as it was known at the end of that day: entries booked, reversals, counts and closings since are
    left out.
    """
    details = pilot.details
    until = known_until(known)
    days: dict[UUID, list[Day]] = {}
    for facts in meals.list_facts(session, pilot.id, until=until):
        park_id, day, status, billed, ordered, delivered, first, _ = facts
        days.setdefault(park_id, []).append(Day(day, status, billed, ordered, delivered, first))
    entries = list_entries(session, pilot.id, until=until)
    # A park taken out of the pilot has no days any more; what it cost stays in the sum.
    for park_id in (*pilot.park_ids, *(entry.park_id for entry in entries if entry.park_id)):
        days.setdefault(park_id, [])
    names = park_names(session, days)
    return Basis(
        pilot=pilot,
        terms=Terms(
            details.estimate,
            details.months,
            details.expected,
            details.portion_price,
            details.daily_fee,
            list_agreements(session, pilot.id, until=until),
        ),
        names=names,
        days={park_id: days[park_id] for park_id in names},
        entries=entries,
        known=known,
    )


def list_cost_parks(session: Session, pilot: Pilot) -> dict[UUID, str]:
    """The parks a cost of a pilot may be for, by name.

    A park taken out of the pilot is among them when it has meal days there, whose invoice may come yet, or costs.
    """
    served = {day.park_id for day in list_days(session, pilot_id=pilot.id)}
    billed = select(_ENTRY.park_id).where(_ENTRY.pilot_id == pilot.id, _ENTRY.park_id.is_not(None)).distinct()
    return park_names(session, {*pilot.park_ids, *served, *session.scalars(billed)})


def list_entries(
    session: Session, pilot_id: UUID, *, last: date | None = None, until: datetime | None = None
) -> tuple[Entry, ...]:
    """The ledger of a pilot by day, in the order it was booked.

    With ``last`` what is dated up to that day; with ``until`` what was booked before that moment.
    """
    query = select(*_COLUMNS).where(_ENTRY.pilot_id == pilot_id).order_by(_ENTRY.day, _ENTRY.booked_at, _ENTRY.id)
    if last is not None:
        query = query.where(_ENTRY.day <= last)
    if until is not None:
        query = query.where(_ENTRY.booked_at < until)
    return tuple(_entry(row) for row in session.execute(query))


def list_newest(
    session: Session,
    pilot_id: UUID,
    *,
    before: UUID | None = None,
    most: int,
    day: date | None = None,
    known: date | None = None,
) -> tuple[Entry, ...]:
    """The ledger of a pilot from its end: the last days first; those that come ``before`` an entry, ``most`` at most.

    Only those up to a ``day``, and those that were ``known`` at the end of one, if they are given. NotFound if the
    pilot has no such entry.
    """
    order = (_ENTRY.day, _ENTRY.booked_at, _ENTRY.id)
    query = select(*_COLUMNS).where(_ENTRY.pilot_id == pilot_id).limit(most)
    if day is not None:
        query = query.where(_ENTRY.day <= day)
    if known is not None:
        query = query.where(_ENTRY.booked_at < known_until(known))
    if before is not None:
        here = session.execute(select(*order).where(_ENTRY.id == before, _ENTRY.pilot_id == pilot_id)).first()
        if here is None:
            raise NotFound
        key = tuple_(*(literal(value, column.type) for value, column in zip(here, order, strict=True)))
        query = query.where(tuple_(*order) < key)
    rows = session.execute(query.order_by(*(column.desc() for column in order)))
    return tuple(_entry(row) for row in rows)


def find_entries(session: Session, entry_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, Entry]]:
    """Those of some entries that are there, each with the pilot it belongs to."""
    found: dict[UUID, tuple[UUID, Entry]] = {}
    for start in range(0, len(entry_ids), _AT_ONCE):
        some = _ENTRY.id.in_(entry_ids[start : start + _AT_ONCE])
        for pilot_id, *columns in session.execute(select(_ENTRY.pilot_id, *_COLUMNS).where(some)):
            entry = _entry(columns)
            found[entry.id] = (pilot_id, entry)
    return found


def list_reversed(session: Session, pilot_id: UUID, *, known: date | None = None) -> frozenset[UUID]:
    """The entries of a pilot that have been taken back; with ``known``, that had been at the end of that day."""
    query = select(_ENTRY.reverses).where(_ENTRY.pilot_id == pilot_id, _ENTRY.reverses.is_not(None))
    if known is not None:
        query = query.where(_ENTRY.booked_at < known_until(known))
    return frozenset(session.scalars(query).all())


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
        # As one comparison of both, so that a database begins there in its index and does not walk up to it.
        here = tuple_(literal(at, _ENTRY.booked_at.type), literal(entry_id, _ENTRY.id.type))
        query = query.where(tuple_(_ENTRY.booked_at, _ENTRY.id) > here)
    return tuple(Booked(of, at, _entry(columns)) for of, at, *columns in session.execute(query))


def get_entry(session: Session, entry_id: UUID) -> tuple[UUID, Entry]:
    """An entry and the pilot it belongs to. NotFound if there is none."""
    found = find_entries(session, [entry_id])
    if not found:
        raise NotFound
    return found[entry_id]


_AGREEMENT = AgreementRow.__table__.c
_AGREED = (
    _AGREEMENT.id,
    _AGREEMENT.valid_from,
    _AGREEMENT.caterer,
    _AGREEMENT.order_number,
    _AGREEMENT.portion_price_cents,
    _AGREEMENT.daily_fee_cents,
)


def list_agreements(session: Session, pilot_id: UUID, *, until: datetime | None = None) -> tuple[Agreement, ...]:
    """The valid agreements of a pilot by their first day; with ``until`` those that were valid before that moment."""
    query = select(*_AGREED).where(_AGREEMENT.pilot_id == pilot_id).order_by(_AGREEMENT.valid_from)
    if until is None:
        query = query.where(_AGREEMENT.withdrawn_at.is_(None))
    else:
        since = or_(_AGREEMENT.withdrawn_at.is_(None), _AGREEMENT.withdrawn_at >= until)
        query = query.where(_AGREEMENT.recorded_at < until, since)
    return tuple(Agreement(*row) for row in session.execute(query))


def find_agreement(session: Session, agreement_id: UUID) -> tuple[UUID, Agreement] | None:
    """An agreement, withdrawn or not, and the pilot it is of; or None."""
    row = session.execute(select(_AGREEMENT.pilot_id, *_AGREED).where(_AGREEMENT.id == agreement_id)).first()
    if row is None:
        return None
    pilot_id, *columns = row
    return pilot_id, Agreement(*columns)


def locked_months(session: Session, pilot_id: UUID) -> dict[date, datetime]:
    """The first days of a pilot's locked months, and when each was locked."""
    query = select(LockedMonthRow.month, LockedMonthRow.locked_at).where(LockedMonthRow.pilot_id == pilot_id)
    return {month: at for month, at in session.execute(query)}


def list_shifts(
    session: Session, pilot_id: UUID, *, first: date = date.min, last: date = date.max
) -> tuple[tuple[Shift, bool], ...]:
    """The shifts of a pilot, all or from a first to a last day, and whether each has been reversed."""
    shift, back = ShiftRow.__table__.c, aliased(LedgerEntryRow)
    reversed_ = select(back.id).where(back.reverses == _ENTRY.id).exists()
    times = (shift.people, shift.starts_at, shift.ends_at, shift.break_minutes, shift.rate_cents)
    query = (
        select(_ENTRY.id, _ENTRY.park_id, _ENTRY.day, *times, reversed_)
        .join_from(LedgerEntryRow.__table__, ShiftRow.__table__, shift.entry_id == _ENTRY.id)
        .where(_ENTRY.pilot_id == pilot_id, _ENTRY.day.between(first, last))
        .order_by(_ENTRY.day, shift.starts_at, _ENTRY.booked_at, _ENTRY.id)
    )
    return tuple((Shift(*found), bool(gone)) for *found, gone in session.execute(query))


@dataclass(frozen=True, slots=True)
class Booking:
    """When an entry was booked and by whom (None: the service itself)."""

    at: datetime
    user_id: UUID | None


def list_bookings(session: Session, entry_ids: Collection[UUID]) -> dict[UUID, Booking]:
    """Who booked each of some entries, and when."""
    query = select(_ENTRY.id, _ENTRY.booked_at, _ENTRY.booked_by).where(_ENTRY.id.in_(entry_ids))
    return {entry_id: Booking(at, by) for entry_id, at, by in session.execute(query)}


def _entry(row: Any) -> Entry:
    id_, day, category, amount, park_id, key, text, voucher, first, last, hours, rate, reverses, corrects = tuple(row)
    worked = None if hours is None else Fraction(hours, 100)
    return Entry(id_, day, category, amount, park_id, key, text, voucher, first, last, worked, rate, reverses, corrects)
