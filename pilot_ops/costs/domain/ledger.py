"""The ledger: entries that are never changed, their reversal, and the days that an invoice covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import ZERO, Money
from pilot_ops.schedule.domain import days_between

MOST = Money(1_000_000_000)
MOST_HOURS = 10_000
LONGEST_SERVICE_DAYS = 366


class Category(StrEnum):
    """What a cost is for. Staff stands beside the estimate, never in it."""

    CATERING = "catering"
    SUPPLIES = "supplies"
    TRANSPORT = "transport"
    OTHER = "other"
    STAFF = "staff"


class SplitKey(StrEnum):
    """How a cost shared by the parks of a pilot is split over them."""

    EQUAL = "equal"
    PLANNED_DAYS = "planned-days"
    MEALS = "meals"


class Reason(StrEnum):
    """Why something about costs is refused."""

    AMOUNT_MISSING = "amount-missing"
    AMOUNT_ZERO = "amount-zero"
    AMOUNT_TOO_LARGE = "amount-too-large"
    AMOUNT_IS_NOT_HOURS = "amount-is-not-hours"
    HOURS_WRONG = "hours-wrong"
    HOURS_HALF = "hours-half"
    HOURS_NOT_STAFF = "hours-not-staff"
    FUTURE_DAY = "future-day"
    DESCRIPTION_MISSING = "description-missing"
    SERVICE_BACKWARDS = "service-backwards"
    SERVICE_HALF = "service-half"
    SERVICE_NOT_CATERING = "service-not-catering"
    SERVICE_SHARED = "service-shared"
    SERVICE_TOO_LONG = "service-too-long"
    PARK_NOT_IN_PILOT = "park-not-in-pilot"
    UNKNOWN_PARK = "unknown-park"
    UNKNOWN_PILOT = "unknown-pilot"
    UNKNOWN_CATEGORY = "unknown-category"
    ALREADY_REVERSED = "already-reversed"
    REVERSAL_OF_REVERSAL = "reversal-of-reversal"
    REVERSAL_TOO_EARLY = "reversal-too-early"
    REASON_MISSING = "reason-missing"
    ID_REUSED = "id-reused"
    MONTH_LOCKED = "month-locked"
    MONTH_NOT_OVER = "month-not-over"
    MONTH_NOT_IN_PILOT = "month-not-in-pilot"
    CORRECTS_LATER = "corrects-later"
    PRICE_LOCKED = "price-locked"
    PRICE_WRONG = "price-wrong"
    AGREEMENT_OUTSIDE = "agreement-outside"
    AGREEMENT_THERE = "agreement-there"
    PEOPLE_WRONG = "people-wrong"
    SHIFT_BACKWARDS = "shift-backwards"
    BREAK_TOO_LONG = "break-too-long"
    RATE_WRONG = "rate-wrong"


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger entry, net of VAT. ``park_id`` None is a shared cost; a reversal has the negated amount.

    ``service_from`` and ``service_to`` are the days, both included, that an invoice is for. ``corrects`` is the first
    day of an earlier month that the entry corrects.
    """

    id: UUID
    day: date
    category: Category
    amount: Money
    park_id: UUID | None
    split_key: SplitKey | None = None
    description: str = ""
    voucher: str = ""
    service_from: date | None = None
    service_to: date | None = None
    hours: Fraction | None = None
    rate: Money | None = None
    reverses: UUID | None = None
    corrects: date | None = None


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def amount_of(amount: Money | None, hours: Fraction | None, rate: Money | None) -> Money:
    """The amount of an entry: as given, or hours x rate rounded half up to a cent.

    Refused if neither is there, if only one of hours and rate is, or if all three are and do not agree to the cent.
    """
    if (hours is None) != (rate is None):
        raise Refused(Reason.HOURS_HALF, "hours" if hours is None else "rate")
    if hours is None or rate is None:
        if amount is None:
            raise Refused(Reason.AMOUNT_MISSING, "amount")
        return amount
    worked = Money((rate * hours).rounded())
    if amount is not None and amount != worked:
        raise Refused(Reason.AMOUNT_IS_NOT_HOURS, "amount", worked=worked)
    return worked


def check_entry(entry: Entry, *, parks: Collection[UUID], today: date) -> None:
    """Refused with the field, if an entry cannot be so. ``parks`` are those of the pilot."""
    if entry.day > today:
        raise Refused(Reason.FUTURE_DAY, "day")
    if entry.park_id is not None and entry.park_id not in parks:
        raise Refused(Reason.PARK_NOT_IN_PILOT, "park")
    if not entry.amount:
        raise Refused(Reason.AMOUNT_ZERO, "amount")
    if abs(entry.amount.cents) > MOST.cents:
        raise Refused(Reason.AMOUNT_TOO_LARGE, "amount")
    if entry.corrects is not None and entry.corrects >= month_of(entry.day):
        raise Refused(Reason.CORRECTS_LATER, "corrects")
    _check_hours(entry)
    _check_service(entry)


def _check_hours(entry: Entry) -> None:
    if entry.hours is None:
        return
    if entry.category is not Category.STAFF:
        raise Refused(Reason.HOURS_NOT_STAFF, "hours")
    if not 0 < abs(entry.hours) <= MOST_HOURS:
        raise Refused(Reason.HOURS_WRONG, "hours", most=MOST_HOURS)
    # Hours are negative to take some back; with a rate below zero, too, they would be a cost again.
    if entry.rate is not None and not ZERO < entry.rate <= MOST:
        raise Refused(Reason.RATE_WRONG, "rate", most=MOST)


def _check_service(entry: Entry) -> None:
    first, last = entry.service_from, entry.service_to
    if first is None and last is None:
        return
    if first is None or last is None:
        raise Refused(Reason.SERVICE_HALF, "service_from" if first is None else "service_to")
    if last < first:
        raise Refused(Reason.SERVICE_BACKWARDS, "service_to")
    if (last - first).days >= LONGEST_SERVICE_DAYS:
        raise Refused(Reason.SERVICE_TOO_LONG, "service_to")
    if entry.category is not Category.CATERING:
        raise Refused(Reason.SERVICE_NOT_CATERING, "service_from")
    # Accruals are a park's own: a shared invoice would replace none of them and be counted beside them.
    if entry.park_id is None:
        raise Refused(Reason.SERVICE_SHARED, "park")


def check_reversal(entry: Entry, *, day: date, reason: str, today: date) -> None:
    """Refused unless an entry may be reversed on a day: not a reversal itself, not before it, and with a reason."""
    if entry.reverses is not None:
        raise Refused(Reason.REVERSAL_OF_REVERSAL)
    if not reason:
        raise Refused(Reason.REASON_MISSING, "reason")
    if day > today:
        raise Refused(Reason.FUTURE_DAY, "day")
    if day < entry.day:
        raise Refused(Reason.REVERSAL_TOO_EARLY, "day", day=entry.day)


def reversal_of(entry: Entry, *, id_: UUID, day: date, reason: str) -> Entry:
    """The entry that takes another back: the same in everything, with the negated amount.

    In a later month it names the month that it corrects.
    """
    hours = None if entry.hours is None else -entry.hours
    corrects = month_of(entry.day) if month_of(day) > month_of(entry.day) else entry.corrects
    back = replace(entry, id=id_, day=day, amount=-entry.amount, hours=hours, description=reason, reverses=entry.id)
    return replace(back, corrects=corrects)


def covered_days(entries: Iterable[Entry]) -> dict[UUID, set[date]]:
    """The days of each park that a catering invoice with a service period covers and that is not taken back.

    The accruals of these days are replaced by the invoice. Source: Costs, "accrual".
    """
    coverage = Coverage()
    for entry in entries:
        coverage.add(entry)
    return coverage.days()


class Coverage:
    """Which days the invoices so far cover: those of each service period for which more is billed than credited."""

    def __init__(self) -> None:
        self._billed: Counter[tuple[UUID, date, date]] = Counter()
        self._periods: Counter[tuple[UUID, date]] = Counter()

    def add(self, entry: Entry) -> tuple[tuple[UUID, date], ...]:
        """Take an entry in; the places and days whose cover it may have changed.

        A credit note of a part leaves the cover of its invoice; credited in whole, in one note or in many, or
        reversed, an invoice covers nothing. It does not matter which is dated first.
        """
        first, last, park_id = entry.service_from, entry.service_to, entry.park_id
        if entry.category is not Category.CATERING or park_id is None or first is None or last is None:
            return ()
        period = (park_id, first, last)
        before = self._billed[period] > 0
        self._billed[period] += entry.amount.whole_cents
        change = (self._billed[period] > 0) - before
        if not change:
            return ()
        places = tuple((park_id, day) for day in days_between(first, last))
        for place in places:
            self._periods[place] += change
        return places

    def covers(self, park_id: UUID, day: date) -> bool:
        """Whether an invoice covers a park's day."""
        return self._periods[park_id, day] > 0

    def days(self) -> dict[UUID, set[date]]:
        """The covered days of each park."""
        found: dict[UUID, set[date]] = {}
        for (park_id, day), periods in self._periods.items():
            if periods > 0:
                found.setdefault(park_id, set()).add(day)
        return found
