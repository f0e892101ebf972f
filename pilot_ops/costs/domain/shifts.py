"""Shifts of staff: so many people in a park on a day, and the staff entry that one makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from fractions import Fraction
from uuid import UUID

from pilot_ops.costs.domain.ledger import Category, Entry, Reason
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import ZERO, Money

MOST_PEOPLE = 50
_DEAREST_HOUR = Money(100_000)


@dataclass(frozen=True, slots=True)
class Shift:
    """So many people in a park on a day, from one time to another less a break each; never who.

    ``id`` is that of the entry it makes; ``rate`` is for one person's hour.
    """

    id: UUID
    park_id: UUID
    day: date
    people: int
    starts: time
    ends: time
    break_minutes: int
    rate: Money

    @property
    def hours(self) -> Fraction:
        """The hours of all people together, without breaks."""
        each = _minutes(self.ends) - _minutes(self.starts) - self.break_minutes
        return Fraction(self.people * each, 60)

    @property
    def amount(self) -> Money:
        """Hours x rate, rounded half up to a cent: what is booked is whole cents."""
        return Money((self.rate * self.hours).rounded())


def check_shift(shift: Shift) -> None:
    """Refused with the field, if a shift cannot be so."""
    if not 0 < shift.people <= MOST_PEOPLE:
        raise Refused(Reason.PEOPLE_WRONG, "people", most=MOST_PEOPLE)
    if shift.ends <= shift.starts:
        raise Refused(Reason.SHIFT_BACKWARDS, "ends")
    if shift.break_minutes < 0 or shift.hours <= 0:
        raise Refused(Reason.BREAK_TOO_LONG, "break")
    if not ZERO < shift.rate <= _DEAREST_HOUR:
        raise Refused(Reason.RATE_WRONG, "rate", most=_DEAREST_HOUR)


def entry_of(shift: Shift, *, description: str) -> Entry:
    """The staff entry of a shift.

    Hours that are no whole hundredths, such as twenty minutes, are told by the shift alone: the ledger's are exact.
    """
    exact = (shift.hours * 100).denominator == 1
    return Entry(
        id=shift.id,
        day=shift.day,
        category=Category.STAFF,
        amount=shift.amount,
        park_id=shift.park_id,
        description=description,
        hours=shift.hours if exact else None,
        rate=shift.rate if exact else None,
    )


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
