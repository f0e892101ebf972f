"""The range around the forecast of the costs: what days cost beside what the rule would have said of them.

A bootstrap over days (Efron 1979): for each day left one of the days gone is drawn, the same for all parks, and what it
cost more or less than usual is added to the forecast; a thousand times, or for many parks fewer. The range holds eight
results of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import sha256
from random import Random
from uuid import UUID

from pilot_ops.costs.domain import Category, Day, Entry, Sheet, SplitKey, Terms, covered_days
from pilot_ops.costs.domain.shared import shares_of
from pilot_ops.costs.domain.sheet import ENOUGH_DAYS, is_delivered
from pilot_ops.kernel.money import Money, round_half_up
from pilot_ops.schedule.domain import DayStatus

# As many results as are drawn: parks times results is kept within bounds, so that many parks stay quick.
_RESULTS, _MOST_DRAWN = 1000, 200_000
_FEWEST = 200
_LOW, _HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Range:
    """The forecast with what it may become: eight results of ten lie from low to high, which are approximate.

    ``low`` and ``high`` are None while fewer than three days are gone, of all parks together while they are of any park
    that has days left; with no day left they are the forecast.
    """

    forecast: Money
    low: Money | None
    high: Money | None


@dataclass(frozen=True, slots=True)
class Ranges:
    """The ranges of a pilot: of all parks together, and of each."""

    total: Range
    parks: Mapping[UUID, Range]


def day_costs(
    terms: Terms, days: Mapping[UUID, Sequence[Day]], entries: Iterable[Entry], *, as_of: date
) -> dict[UUID, dict[date, Fraction]]:
    """What each day gone cost in each park, in cents; the days of a park add up to its actual cost to date.

    Accruals belong to their day, an invoice in equal parts to the days gone that it is for, any other cost to the last
    meal day up to its date, or else to the first. A park without a day gone has no costs here.
    """
    gone = {park_id: [day for day in park_days if day.day <= as_of] for park_id, park_days in days.items()}
    costs: dict[UUID, dict[date, Fraction]] = {
        park_id: dict.fromkeys((day.day for day in park_days), Fraction(0)) for park_id, park_days in gone.items()
    }
    booked = [entry for entry in entries if entry.day <= as_of and entry.category is not Category.STAFF]
    _accrue(terms, gone, covered_days(booked), costs)
    shares = _shares(days, gone)
    for entry in booked:
        key = entry.split_key or SplitKey.EQUAL
        parts = {entry.park_id: Fraction(1)} if entry.park_id is not None else shares[key]
        for park_id, part in parts.items():
            if part and costs.get(park_id):
                _book(entry, entry.amount.cents * part, costs[park_id])
    return costs


def _accrue(
    terms: Terms,
    gone: Mapping[UUID, Sequence[Day]],
    covered: Mapping[UUID, set[date]],
    costs: dict[UUID, dict[date, Fraction]],
) -> None:
    price = terms.pricing()
    if price is None:
        return
    for park_id, park_days in gone.items():
        for day in park_days:
            if is_delivered(day) and day.day not in covered.get(park_id, ()):
                costs[park_id][day.day] += price(day)


def _shares(
    days: Mapping[UUID, Sequence[Day]], gone: Mapping[UUID, Sequence[Day]]
) -> dict[SplitKey, dict[UUID, Fraction]]:
    planned = {park_id: len(park_days) for park_id, park_days in days.items()}
    meals = {park_id: sum(day.first_portions for day in park_days) for park_id, park_days in gone.items()}
    return {key: shares_of(key, planned=planned, meals=meals) for key in SplitKey}


def _book(entry: Entry, cents: Fraction, costs: dict[date, Fraction]) -> None:
    first, last = entry.service_from, entry.service_to
    served = [day for day in costs if first and last and first <= day <= last]
    if not served:
        served = [max((day for day in costs if day <= entry.day), default=min(costs))]
    for day in served:
        costs[day] += cents / len(served)


def make_ranges(
    terms: Terms,
    days: Mapping[UUID, Sequence[Day]],
    entries: Iterable[Entry],
    sheet: Sheet,
    *,
    pilot_id: UUID,
) -> Ranges:
    """The range of each park's forecast and of the total on the sheet's date.

    The same pilot and date give the same range every time: they are the seed of the draws. A day that is left and that
    an invoice covers already costs nothing more, and is not drawn for.
    """
    as_of = sheet.as_of
    booked = [entry for entry in entries if entry.day <= as_of]
    unusual = _unusual(terms, days, day_costs(terms, days, booked, as_of=as_of))
    covered = covered_days(booked)
    left = {
        park_id: sum(day.day > as_of and _costs(day) and day.day not in covered.get(park_id, ()) for day in park_days)
        for park_id, park_days in days.items()
    }
    draws = _draws({day for costs in unusual.values() for day in costs}, left, seed=f"{pilot_id} {as_of}")
    every = [0] * len(draws)
    parks = {}
    for park in sheet.parks:
        enough = len(unusual[park.park_id]) >= ENOUGH_DAYS
        results = _results(unusual[park.park_id], left[park.park_id], draws) if enough else []
        every = [one + other for one, other in zip(every, results, strict=True)] if results else every
        parks[park.park_id] = _range(park.figures.forecast, results, open_end=bool(left[park.park_id]))
    # A park that says nothing of its days left would count as one that is certain.
    known = all(found.low is not None for found in parks.values())
    return Ranges(_range(sheet.total.forecast, every if known else [], open_end=any(left.values())), parks)


def _costs(day: Day) -> bool:
    return day.status is not DayStatus.CANCELLED or day.food_billed


def _unusual(
    terms: Terms, days: Mapping[UUID, Sequence[Day]], costs: Mapping[UUID, Mapping[date, Fraction]]
) -> dict[UUID, dict[date, int]]:
    """By how many cents each day gone cost more than the rule of the forecast says, beside the park's mean of that.

    The rule says of a day what was agreed for its portions ordered, of expected ones where days left have no order yet,
    or, without an agreement, the mean of the days.
    """
    found = {}
    for park_id, park_days in days.items():
        rule, own = _rule(terms, park_days, costs[park_id]), costs[park_id]
        over = {day.day: own[day.day] - rule(day) for day in park_days if day.day in own}
        mean = sum(over.values(), Fraction(0)) / max(len(over), 1)
        found[park_id] = {day: round_half_up(cents - mean) for day, cents in over.items()}
    return found


def _rule(terms: Terms, days: Iterable[Day], gone: Container[date]) -> Callable[[Day], int]:
    """What the rule of the forecast would have said of a day before it came, in cents; zero without an agreement."""
    price = terms.pricing()
    if price is None:
        return lambda _day: 0
    if any(day.ordered is None for day in days if day.day not in gone):
        return lambda day: price(day._replace(ordered=None, delivered=None))
    return lambda day: price(day._replace(delivered=None))


def _draws(dates: set[date], left: Mapping[UUID, int], *, seed: str) -> list[list[date]]:
    """Days gone, drawn for each day left, as many times as there are results."""
    most = max(left.values(), default=0)
    if not dates or not most:
        return []
    number = max(_FEWEST, min(_RESULTS, _MOST_DRAWN // max(len(left), 1)))
    # Nothing secret hangs on these draws: they are to be the same each time.
    random = Random(int.from_bytes(sha256(seed.encode()).digest()[:8], "big"))  # noqa: S311
    ordered = sorted(dates)
    return [random.choices(ordered, k=most) for _ in range(number)]


def _results(unusual: Mapping[date, int], left: int, draws: Sequence[Sequence[date]]) -> list[int]:
    """By how many cents each result is off the forecast; of days when the park served nothing, nothing."""
    return [sum(unusual.get(day, 0) for day in drawn[:left]) for drawn in draws]


def _range(forecast: Money, results: Sequence[int], *, open_end: bool) -> Range:
    if not open_end:
        return Range(forecast, forecast, forecast)
    if not results:
        return Range(forecast, None, None)
    ordered = sorted(results)
    low, high = (ordered[int(share * len(ordered))] for share in (_LOW, _HIGH))
    return Range(forecast, forecast + Money(min(low, 0)), forecast + Money(max(high, 0)))
