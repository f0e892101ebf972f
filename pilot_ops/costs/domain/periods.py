"""Months of a ledger. Once a month is locked nothing is booked into it, or reversed out of it, any more.

What is wrong in a locked month is put right in an open one, by an entry that names the month it corrects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pilot_ops.costs.domain.ledger import Category, Entry, Reason, month_of
from pilot_ops.costs.domain.sheet import Sheet
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import ZERO, Money, total
from pilot_ops.schedule.domain import Reason as ScheduleReason


def check_open(entry: Entry, *, locked: Collection[date]) -> None:
    """Refused if an entry is dated in a locked month. ``locked`` are first days of months."""
    month = month_of(entry.day)
    if month in locked:
        raise Refused(Reason.MONTH_LOCKED, "day", month=month)


def check_lock(month: date, *, months: Collection[date], today: date) -> None:
    """Refused if a month is none of the pilot's, or not over yet."""
    if month not in months:
        raise Refused(Reason.MONTH_NOT_IN_PILOT)
    if next_month(month) > today:
        raise Refused(Reason.MONTH_NOT_OVER)


def next_month(month: date) -> date:
    """The first day of the month after a month's first day."""
    return month_of(month + timedelta(days=31))


def last_day_of(month: date) -> date:
    """The last day of a month."""
    return next_month(month) - timedelta(days=1)


def check_held(month: date, *, before: Sheet, after: Sheet, touched: Collection[date], field: str) -> None:
    """Refused with the field if a change of the plan would change a locked month's figures.

    ``before`` and ``after`` are the sheets of its last day, ``touched`` the days that come or go. A day of the month
    itself never may: with another one in its place the last day would say the same, and the days between would not.
    """
    if any(month_of(day) == month for day in touched) or _to_date(before) != _to_date(after):
        raise Refused(ScheduleReason.DAYS_LOCKED, field, month=month)


def _to_date(sheet: Sheet) -> dict[UUID, tuple[int, Money, Money, Money]]:
    """What each park had planned and cost; a park of which there is nothing to say yet may come and go."""
    parks = {park.park_id: park.figures for park in sheet.parks}
    told = {
        park_id: (own.elapsed_days, own.estimate_to_date, own.actual_to_date, own.staff_to_date)
        for park_id, own in parks.items()
    }
    return {park_id: figures for park_id, figures in told.items() if figures != (0, ZERO, ZERO, ZERO)}


def months_of(entries: Iterable[Entry], *, starts_on: date, ends_on: date) -> tuple[date, ...]:
    """The months of a pilot's ledger: those of its season, and those in which something is booked."""
    months = {month_of(entry.day) for entry in entries}
    month = month_of(starts_on)
    while month <= ends_on:
        months.add(month)
        month = next_month(month)
    return tuple(sorted(months))


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a ledger: what is booked in it, and what later months correct of it. ``locked_at`` None: open."""

    month: date
    locked_at: datetime | None
    entries: int
    operating: Money
    staff: Money
    corrections: tuple[Entry, ...]

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return last_day_of(self.month)


def month_sheet(month: date, entries: Collection[Entry], *, locked_at: datetime | None) -> Month:
    """A month of a ledger."""
    own = [entry for entry in entries if month_of(entry.day) == month]
    return Month(
        month,
        locked_at,
        len(own),
        total([entry.amount for entry in own if entry.category is not Category.STAFF]),
        total([entry.amount for entry in own if entry.category is Category.STAFF]),
        tuple(entry for entry in entries if month_of(entry.day) > month and _is_of(entry, month)),
    )


def _is_of(entry: Entry, month: date) -> bool:
    """Whether an entry of a later month names this one: by what it corrects, or by the days it is an invoice for."""
    if entry.corrects is not None:
        return entry.corrects == month
    return (
        entry.service_from is not None
        and entry.service_to is not None
        and month_of(entry.service_from) <= month <= entry.service_to
    )
