"""The curve: what a park, or the whole pilot, had cost by the end of each planned day, beside the estimate."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from pilot_ops.costs.domain.ledger import Category, Coverage, Entry, SplitKey
from pilot_ops.costs.domain.shared import weights_of
from pilot_ops.costs.domain.sheet import Day, Terms, is_delivered
from pilot_ops.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Point:
    """The end of a planned day: the estimate and the actual cost to date, as a sheet of that day says.

    The last point is as a sheet of the as-of date says.
    """

    day: date
    estimate: Money
    actual: Money


def make_curve(
    terms: Terms,
    days: Mapping[UUID, Sequence[Day]],
    entries: Sequence[Entry],
    *,
    as_of: date,
    park_id: UUID | None = None,
) -> tuple[Point, ...]:
    """The points of a park, or with None of all parks together, for every date up to ``as_of`` that is planned there.

    One walk through the season, not a sheet a day, so that a long season of many parks stays quick.
    """
    parks = list(days) if park_id is None else [park_id]
    shown = sorted({day.day for park in parks for day in days[park] if day.day <= as_of})
    operating = [entry for entry in entries if entry.category is not Category.STAFF and entry.day <= as_of]
    waiting = deque(sorted(operating, key=lambda entry: entry.day))
    walk = _Walk(terms, days, parks, share=park_id)
    points = []
    for day in shown:
        # What is booked between the last planned day and today belongs to the end of the curve.
        until = as_of if day == shown[-1] else day
        while waiting and waiting[0].day <= until:
            walk.book(waiting.popleft())
        walk.pass_day(until)
        points.append(walk.point(day))
    return tuple(points)


class _Walk:
    """Sums to date on the way through a season."""

    def __init__(self, terms: Terms, days: Mapping[UUID, Sequence[Day]], parks: Sequence[UUID], share: UUID | None):
        self._terms = terms
        self._parks = frozenset(parks)
        self._share = share
        self._by_date: dict[date, list[tuple[UUID, Day]]] = {}
        for park_id, park_days in days.items():
            for day in park_days:
                self._by_date.setdefault(day.day, []).append((park_id, day))
        self._dates = sorted(self._by_date, reverse=True)
        self._planned = {park_id: len(park_days) for park_id, park_days in days.items()}
        self._meals = dict.fromkeys(days, 0)
        self._coverage = Coverage()
        self._counted: set[tuple[UUID, date]] = set()
        self._price = terms.pricing()
        # Whole cents, and days by how many are planned in their park: fractions of many days are slow to add.
        self._accruals: dict[tuple[UUID, date], int] = {}
        self._elapsed: Counter[int] = Counter()
        self._cost = 0
        self._shared: Counter[SplitKey] = Counter()

    def book(self, entry: Entry) -> None:
        """Add an entry; an invoice takes the place of the accruals it covers, its reversal brings them back."""
        if entry.park_id is None:
            self._shared[entry.split_key or SplitKey.EQUAL] += entry.amount.whole_cents
        elif entry.park_id in self._parks:
            self._cost += entry.amount.whole_cents
            for place in self._coverage.add(entry):
                self._replace_accrual(place)

    def _replace_accrual(self, place: tuple[UUID, date]) -> None:
        """Count a day's accrual if no invoice covers the day, and only then."""
        counted, covered = place in self._counted, self._coverage.covers(*place)
        if place in self._accruals and counted == covered:
            self._cost += -self._accruals[place] if covered else self._accruals[place]
            self._counted ^= {place}

    def pass_day(self, day: date) -> None:
        """Take in the meal days of all parks up to a day."""
        while self._dates and self._dates[-1] <= day:
            for park_id, found in self._by_date[self._dates.pop()]:
                self._meals[park_id] += found.first_portions
                if park_id in self._parks:
                    self._take(park_id, found)

    def _take(self, park_id: UUID, day: Day) -> None:
        self._elapsed[self._planned[park_id]] += 1
        if self._price and is_delivered(day):
            self._accruals[park_id, day.day] = self._price(day)
            self._replace_accrual((park_id, day.day))

    def point(self, day: date) -> Point:
        """Where the sums stand."""
        shared = sum((cents * self._share_of(key) for key, cents in self._shared.items()), Fraction(0))
        elapsed = sum((Fraction(days, planned) for planned, days in self._elapsed.items()), Fraction(0))
        return Point(day, self._terms.estimate_total * elapsed, Money(self._cost + shared))

    def _share_of(self, key: SplitKey) -> Fraction:
        if self._share is None:
            return Fraction(1)
        weights = weights_of(key, planned=self._planned, meals=self._meals)
        return Fraction(weights[self._share], sum(weights.values()))
