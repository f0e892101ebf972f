"""The sheet: every figure of the cost rules, for each park and in total, on a date."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from pilot_ops.costs.domain.ledger import Category, Entry, SplitKey, covered_days
from pilot_ops.costs.domain.shared import shares_of, split
from pilot_ops.kernel.money import ZERO, Money, total
from pilot_ops.schedule.domain import DayStatus

# Fewer elapsed planned days than this say nothing about the days to come.
ENOUGH_DAYS = 3


class Day(NamedTuple):
    """What the costs need to know of a meal day. Portions in whole numbers; None where not known."""

    day: date
    status: DayStatus
    food_billed: bool
    ordered: int | None
    delivered: int | None
    first_portions: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a caterer has agreed to by a purchase order: the price of a portion and a fee for a park's day.

    Valid from a day on, until the next agreement.
    """

    id: UUID
    valid_from: date
    caterer: str
    order_number: str
    portion_price: Money
    daily_fee: Money | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a pilot's costs are measured by: the estimate for a park for a month, months, expected children a day.

    ``portion_price`` is what the caterer has agreed to, None without an agreement; ``daily_fee`` comes on top of it.
    ``agreements``, by the day each is valid from, take the place of these from their days on.
    """

    estimate: Money
    months: Fraction
    expected: int
    portion_price: Money | None = None
    daily_fee: Money | None = None
    agreements: tuple[Agreement, ...] = ()

    @property
    def estimate_total(self) -> Money:
        """Estimate total: E x M."""
        return self.estimate * self.months

    def pricing(self) -> Callable[[Day], int] | None:
        """What a day costs by the agreement, in cents; None without one.

        Portions ordered x price, and the daily fee. Where nobody wrote an order, those delivered count, or else those
        expected. In whole cents all along: a season of many parks has very many days.
        """
        if self.agreements:
            return self._pricing_by_date()
        if self.portion_price is None:
            return None
        price, fee = self.portion_price.whole_cents, (self.daily_fee or ZERO).whole_cents
        return lambda day: price * self.portions(day) + fee

    def _pricing_by_date(self) -> Callable[[Day], int]:
        """What a day costs by the agreement valid on it; nothing before the first, where the pilot has no price."""
        first = (ZERO, ZERO) if self.portion_price is None else (self.portion_price, self.daily_fee or ZERO)
        terms = [first, *((made.portion_price, made.daily_fee or ZERO) for made in self.agreements)]
        prices = [(price.whole_cents, fee.whole_cents) for price, fee in terms]
        starts = [made.valid_from for made in self.agreements]
        agreed = self.portion_price is not None

        def priced(day: Day) -> int:
            place = bisect_right(starts, day.day)
            price, fee = prices[place]
            return price * self.portions(day) + fee if place or agreed else 0

        return priced

    def agreed_on(self, day: date) -> tuple[Money, Money] | None:
        """The agreed price of a portion and for a day, on a date; None without an agreement."""
        place = bisect_right([made.valid_from for made in self.agreements], day) if self.agreements else 0
        if place:
            made = self.agreements[place - 1]
            return made.portion_price, made.daily_fee or ZERO
        return None if self.portion_price is None else (self.portion_price, self.daily_fee or ZERO)

    def portions(self, day: Day) -> int:
        """The portions a day costs: those ordered, or else delivered, or else expected."""
        if day.ordered is not None:
            return day.ordered
        return self.expected if day.delivered is None else day.delivered


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a park, or of all parks together. Money is exact; None where a figure does not exist.

    ``variance_percent`` is of the estimate to date, ``variance_of_total`` of the whole estimate, both in percent.
    """

    planned_days: int
    elapsed_days: int
    served_days: int
    cancelled_days: int
    first_portions: int
    estimate_total: Money
    estimate_per_day: Money | None
    estimate_to_date: Money
    actual_to_date: Money
    accrued: Money
    staff_to_date: Money
    total_with_staff: Money
    variance: Money
    variance_percent: Fraction | None
    variance_of_total: Fraction | None
    cost_per_meal: Money | None
    cost_per_meal_with_staff: Money | None
    estimated_cost_per_meal: Money | None
    cost_per_served_day: Money | None
    cost_per_planned_day: Money | None
    volume_effect: Money
    price_effect: Money
    forecast: Money


@dataclass(frozen=True, slots=True)
class ParkSheet:
    """The sheet of a park: its figures, and its days in order."""

    park_id: UUID
    figures: Figures
    days: Sequence[Day]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The costs of a pilot on a date: a sheet for each park in the order given, and the total."""

    as_of: date
    parks: tuple[ParkSheet, ...]
    total: Figures


def latest_day(days: Mapping[UUID, Sequence[Day]], *, today: date) -> date:
    """The latest day whose costs are known: today, or yesterday while a meal day of today is not over.

    Before lunch a planned day has an estimate and no cost, and every park would look cheap.
    """
    waiting = {DayStatus.PLANNED, DayStatus.OPEN}
    pending = any(day.day == today and day.status in waiting for park_days in days.values() for day in park_days)
    return today - timedelta(days=1) if pending else today


def make_sheet(terms: Terms, days: Mapping[UUID, Sequence[Day]], entries: Sequence[Entry], *, as_of: date) -> Sheet:
    """The cost sheet of a pilot on a date.

    ``days`` are each park's meal days in order, cancelled ones included; parks come out in its order.
    """
    booked = [entry for entry in entries if entry.day <= as_of]
    facts = {park_id: _look(terms, park_days, as_of) for park_id, park_days in days.items()}
    planned = {park_id: park.planned for park_id, park in facts.items()}
    meals = {park_id: park.meals for park_id, park in facts.items()}
    shares = {key: shares_of(key, planned=planned, meals=meals) for key in SplitKey}
    operating = split([entry for entry in booked if entry.category is not Category.STAFF], shares)
    staff = split([entry for entry in booked if entry.category is Category.STAFF], shares)
    covered = covered_days(booked)
    parks = tuple(
        ParkSheet(
            park_id,
            _park(terms, facts[park_id], operating.get(park_id, ZERO), staff.get(park_id, ZERO), covered.get(park_id)),
            park_days,
        )
        for park_id, park_days in days.items()
    )
    return Sheet(as_of, parks, _total(terms, [park.figures for park in parks]))


@dataclass(slots=True)
class Facts:
    """What a look through a park's days finds: numbers of days and meals, and the days that are priced by agreement."""

    planned: int
    elapsed: int
    served: int
    cancelled: int
    meals: int
    delivered: list[Day]
    left: list[Day]


def _look(terms: Terms, days: Sequence[Day], as_of: date) -> Facts:
    facts = Facts(len(days), 0, 0, 0, 0, [], [])
    for day in days:
        if day.day > as_of:
            facts.left.append(day)
            continue
        facts.elapsed += 1
        facts.meals += day.first_portions
        if day.status is DayStatus.CANCELLED:
            facts.cancelled += 1
        elif day.first_portions:
            facts.served += 1
        if is_delivered(day):
            facts.delivered.append(day)
    return facts


def is_delivered(day: Day) -> bool:
    """Whether food came, so that the day costs: closed with portions, being counted, or cancelled too late to unorder.

    Sources: Costs, "accrual"; Meal days 2, "food already ordered still costs".
    """
    if day.status is DayStatus.CANCELLED:
        return day.food_billed
    if day.status is DayStatus.CLOSED and day.delivered is not None:
        return day.delivered > 0
    if day.status is DayStatus.CLOSED:
        return day.first_portions > 0 or bool(day.ordered)
    return day.first_portions > 0


def _park(terms: Terms, facts: Facts, operating: Money, staff: Money, covered: AbstractSet[date] | None) -> Figures:
    covered = covered or frozenset()
    accrued = _price(terms, [day for day in facts.delivered if day.day not in covered])
    actual = operating + accrued
    # A park without planned days has nothing to spread an estimate over: it has none, and all it costs is over.
    whole = terms.estimate_total if facts.planned else ZERO
    to_date = whole * Fraction(facts.elapsed, facts.planned) if facts.planned else ZERO
    estimated_meal = whole / (terms.expected * facts.planned) if facts.planned else None
    volume = estimated_meal * (facts.meals - terms.expected * facts.elapsed) if estimated_meal is not None else ZERO
    price = actual - volume - to_date
    return _figures(
        facts,
        estimate_total=whole,
        estimate_to_date=to_date,
        actual=actual,
        accrued=accrued,
        staff=staff,
        estimated_meal=estimated_meal,
        volume=volume,
        price=price,
        forecast=actual + _to_come(terms, facts, actual, covered),
    )


def _price(terms: Terms, days: Iterable[Day]) -> Money:
    """The agreed price of days; nothing without an agreement."""
    price = terms.pricing()
    return Money(sum(price(day) for day in days)) if price else ZERO


def _to_come(terms: Terms, facts: Facts, actual: Money, covered: AbstractSet[date]) -> Money:
    """What the days left that no invoice covers will cost (Costs, "forecast"); of cancelled ones, food still billed."""
    left = [day for day in facts.left if _costs(day) and day.day not in covered]
    agreed = [day for day in left if terms.agreed_on(day.day)]
    others = len(left) - len(agreed)
    return _price(terms, agreed) + _unpriced(terms, facts, actual, others) if others else _price(terms, agreed)


def _unpriced(terms: Terms, facts: Facts, actual: Money, days: int) -> Money:
    """What so many days without an agreed price will cost: the mean so far, or with few days so far the estimate."""
    if facts.elapsed >= ENOUGH_DAYS:
        return actual * Fraction(days, facts.elapsed)
    return terms.estimate_total * Fraction(days, facts.planned) if facts.planned else ZERO


def _costs(day: Day) -> bool:
    return day.status is not DayStatus.CANCELLED or day.food_billed


def _figures(
    facts: Facts,
    *,
    estimate_total: Money,
    estimate_to_date: Money,
    actual: Money,
    accrued: Money,
    staff: Money,
    estimated_meal: Money | None,
    volume: Money,
    price: Money,
    forecast: Money,
) -> Figures:
    variance = actual - estimate_to_date
    return Figures(
        planned_days=facts.planned,
        elapsed_days=facts.elapsed,
        served_days=facts.served,
        cancelled_days=facts.cancelled,
        first_portions=facts.meals,
        estimate_total=estimate_total,
        estimate_per_day=_each(estimate_total, facts.planned),
        estimate_to_date=estimate_to_date,
        actual_to_date=actual,
        accrued=accrued,
        staff_to_date=staff,
        total_with_staff=actual + staff,
        variance=variance,
        variance_percent=_percent(variance, estimate_to_date),
        variance_of_total=_percent(variance, estimate_total),
        cost_per_meal=_each(actual, facts.meals),
        cost_per_meal_with_staff=_each(actual + staff, facts.meals),
        estimated_cost_per_meal=estimated_meal,
        cost_per_served_day=_each(actual, facts.served),
        cost_per_planned_day=_each(actual, facts.elapsed),
        volume_effect=volume,
        price_effect=price,
        forecast=forecast,
    )


def _each(amount: Money, number: int) -> Money | None:
    return amount / number if number > 0 else None


def _percent(part: Money, whole: Money) -> Fraction | None:
    share = part.ratio(whole)
    return None if share is None else share * 100


def _total(terms: Terms, parks: Sequence[Figures]) -> Figures:
    """All parks together: sums of their figures; what is per day, per meal or in percent is worked out of the sums."""
    facts = Facts(
        sum(park.planned_days for park in parks),
        sum(park.elapsed_days for park in parks),
        sum(park.served_days for park in parks),
        sum(park.cancelled_days for park in parks),
        sum(park.first_portions for park in parks),
        [],
        [],
    )
    estimate = total([park.estimate_total for park in parks])
    return _figures(
        facts,
        estimate_total=estimate,
        estimate_to_date=total([park.estimate_to_date for park in parks]),
        actual=total([park.actual_to_date for park in parks]),
        accrued=total([park.accrued for park in parks]),
        staff=total([park.staff_to_date for park in parks]),
        estimated_meal=estimate / (terms.expected * facts.planned) if facts.planned else None,
        volume=total([park.volume_effect for park in parks]),
        price=total([park.price_effect for park in parks]),
        forecast=total([park.forecast for park in parks]),
    )
