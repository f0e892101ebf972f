"""What the calendar shows: periods, choices, and clashes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from enum import StrEnum
from itertools import combinations
from uuid import UUID

from pilot_ops.events.domain import Event, Status, Venue
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.text import fold
from pilot_ops.parks.domain import Park
from pilot_ops.schedule.domain import (
    Closure,
    DayStatus,
    MealDay,
    days_between,
    month_after,
    month_before,
    month_days,
)

# An event that does not tell when it ends is taken to last so long.
WITHOUT_END = timedelta(hours=1)
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_STEP = 5
# What is certain to happen, or still planned to: only that can be in the way of anything.
_ON = frozenset({Status.DRAFT, Status.PUBLISHED})
_STILL_TO_COME = frozenset({DayStatus.PLANNED, DayStatus.OPEN})


class Look(StrEnum):
    """How the calendar looks."""

    MONTH = "month"
    WEEK = "week"
    LIST = "list"


class Kind(StrEnum):
    """What the calendar shows."""

    ALL = "all"
    MEALS = "meals"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose to see: how, which days (those around ``day``), what kind, and of which park."""

    look: Look
    day: date
    kind: Kind = Kind.ALL
    park_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a page, and a day of the page before and of the page after.

    ``first`` and ``last`` are what it is about; a table of a month begins and ends with days of its neighbours.
    """

    days: tuple[date, ...]
    first: date
    last: date
    before: date
    after: date


def has_neighbours(day: date) -> bool:
    """Whether there are a month before and a month after it."""
    return MINYEAR < day.year < MAXYEAR


def period_of(look: Look, day: date) -> Period:
    """The days to show around a day: its week, or its month, which a table shows in whole weeks."""
    if look is Look.WEEK:
        monday = day - timedelta(days=day.weekday())
        days = tuple(monday + n * _DAY for n in range(7))
        return Period(days, days[0], days[-1], monday - _WEEK, monday + _WEEK)
    first, last = day.replace(day=1), month_after(day) - _DAY
    days = month_days(first) if look is Look.MONTH else tuple(days_between(first, last))
    return Period(days, first, last, month_before(day), month_after(day))


def fill_of(children: int, most: int) -> int:
    """How full a bar is beside the fullest, 0 to 100 in steps of five."""
    return min(100, max(0, children * 100 // most // _STEP * _STEP)) if most > 0 else 0


class Clash(StrEnum):
    """What gets in what's way."""

    EVENT_AT_MEAL = "event-at-meal"
    EVENTS_TOGETHER = "events-together"
    MEAL_IN_CLOSURE = "meal-in-closure"


@dataclass(frozen=True, slots=True)
class Found:
    """A clash that was found: on which day, and what meets; ``meal`` and ``closure`` only where there is one."""

    clash: Clash
    day: date
    events: tuple[Event, ...] = ()
    meal: MealDay | None = None
    closure: Closure | None = None

    @property
    def ids(self) -> frozenset[UUID]:
        """The ids of the meal day and the events that meet."""
        return frozenset({*(event.id for event in self.events), *((self.meal.id,) if self.meal else ())})


def find_clashes(
    parks: Mapping[UUID, Park], days: Iterable[MealDay], events: Iterable[Event], closures: Iterable[Closure] = ()
) -> tuple[Found, ...]:
    """Everything that gets in another's way, day by day.

    An event at the place of a meal while it is served; two events at one place at overlapping times; a meal still to
    come in a park that is closed. What is cancelled, postponed or over is in nobody's way.
    """
    meals = [day for day in days if day.status in _STILL_TO_COME]
    held = [event for event in events if event.status in _ON]
    found = [*_events_at_meals(parks, meals, held), *_events_together(held), *_meals_in_closures(meals, closures)]
    return tuple(sorted(found, key=lambda one: (one.day, one.clash.value, sorted(map(str, one.ids)))))


def places_of(venue: Venue) -> frozenset[str]:
    """What tells that two venues are one place: the park, its number in the service map, its address, or its name."""
    return frozenset(
        {
            *([f"park:{venue.park_id}"] if venue.park_id else []),
            *([f"unit:{venue.unit_id}"] if venue.unit_id else []),
            *([f"address:{fold(venue.address)},{fold(venue.city)}"] if venue.address.strip() else []),
            *([f"name:{fold(venue.name.fi)}"] if venue.name.fi.strip() else []),
        }
    )


def places_of_park(park: Park) -> frozenset[str]:
    """The same of a park."""
    details = park.details
    address = f"address:{fold(details.address)},{fold(details.city)}"
    return frozenset({f"park:{park.id}", address, f"name:{fold(details.name)}"})


def is_at(event: Event, park: Park) -> bool:
    """Whether an event is held in a park."""
    return bool(places_of(event.details.venue) & places_of_park(park))


def _span(event: Event) -> tuple[datetime, datetime]:
    return event.starts_at, event.ends_at or event.starts_at + WITHOUT_END


def _serving(meal: MealDay) -> tuple[datetime, datetime]:
    return at_local(meal.day, meal.window.starts), at_local(meal.day, meal.window.ends)


def _overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    """What ends when the other begins is not in its way."""
    return one[0] < other[1] and other[0] < one[1]


def _events_at_meals(
    parks: Mapping[UUID, Park], meals: Collection[MealDay], events: Iterable[Event]
) -> Iterator[Found]:
    at: dict[tuple[str, date], list[MealDay]] = {}
    keys = {park_id: places_of_park(park) for park_id, park in parks.items()}
    for meal in meals:
        for key in keys.get(meal.park_id, ()):
            at.setdefault((key, meal.day), []).append(meal)
    for event in events:
        here = [(key, day) for key in places_of(event.details.venue) for day in _days_of(event)]
        near = {meal.id: meal for place in here for meal in at.get(place, ())}
        for meal in near.values():
            if _overlap(_span(event), _serving(meal)):
                yield Found(Clash.EVENT_AT_MEAL, meal.day, (event,), meal)


def _days_of(event: Event) -> Iterator[date]:
    for number in range((event.ends_on - event.day).days + 1):
        yield event.day + number * _DAY


def _events_together(events: Iterable[Event]) -> Iterator[Found]:
    at: dict[str, list[Event]] = {}
    for event in events:
        for key in places_of(event.details.venue):
            at.setdefault(key, []).append(event)
    told: set[frozenset[UUID]] = set()
    for here in at.values():
        for one, other in combinations(sorted(here, key=lambda event: (event.starts_at, event.id)), 2):
            pair = frozenset({one.id, other.id})
            if pair not in told and _overlap(_span(one), _span(other)):
                told.add(pair)
                yield Found(Clash.EVENTS_TOGETHER, other.day, (one, other))


def _meals_in_closures(meals: Iterable[MealDay], closures: Iterable[Closure]) -> Iterator[Found]:
    of_park: dict[UUID, list[Closure]] = {}
    for closure in closures:
        of_park.setdefault(closure.park_id, []).append(closure)
    for meal in meals:
        shut = [one for one in of_park.get(meal.park_id, ()) if one.starts_on <= meal.day <= one.ends_on]
        if shut:
            yield Found(Clash.MEAL_IN_CLOSURE, meal.day, (), meal, shut[0])
