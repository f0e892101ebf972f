"""Putting a page of the calendar together, with the same few questions however much there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.calendar.domain import Choice, Found, Kind, Period, fill_of, find_clashes, is_at, period_of
from pilot_ops.counting.queries import totals
from pilot_ops.events.domain import Event
from pilot_ops.events.queries import list_between
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.meals.domain import Group
from pilot_ops.parks.domain import Park
from pilot_ops.parks.queries import list_parks
from pilot_ops.schedule.domain import DayStatus, MealDay, ServingWindow, days_between
from pilot_ops.schedule.queries import list_closures, list_days

# So many planned parks of one day fit into its box by name; of more there is one line to open.
MOST_NAMED = 4
_FIRST_PORTIONS = (Group.UNDER_SCHOOL_AGE.value, Group.SCHOOL_AGE.value)


@dataclass(frozen=True, slots=True)
class Meal:
    """A park's meal day: children counted, how full its bar is, and whether something is in its way."""

    day: MealDay
    park: str
    children: int
    fill: int
    clashes: bool

    @property
    def is_plan(self) -> bool:
        """Whether nothing has happened on it yet."""
        return self.day.status is DayStatus.PLANNED and not self.children


@dataclass(frozen=True, slots=True)
class Happening:
    """An event, and whether something is in its way."""

    event: Event
    clashes: bool


@dataclass(frozen=True, slots=True)
class Box:
    """One day: its meal days by park, those of them that are folded into one line, and its events."""

    day: date
    meals: tuple[Meal, ...]
    folded: tuple[Meal, ...]
    events: tuple[Happening, ...]

    @property
    def window(self) -> ServingWindow | None:
        """When those that are folded are served, if all at one time."""
        windows = {meal.day.window for meal in self.folded}
        return windows.pop() if len(windows) == 1 else None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the calendar: its days, the parks that may be chosen, and what clashes among what it shows."""

    period: Period
    boxes: tuple[Box, ...]
    parks: Mapping[UUID, Park]
    clashes: tuple[Found, ...]

    @property
    def meals(self) -> int:
        return sum(len(box.meals) + len(box.folded) for box in self.boxes)

    @property
    def happenings(self) -> tuple[Happening, ...]:
        """Its events, each once, however many days it goes on."""
        return tuple({one.event.id: one for box in self.boxes for one in box.events}.values())

    @property
    def events(self) -> int:
        return len(self.happenings)


def get_page(session: Session, actor: Actor, choice: Choice) -> Page:
    """What an actor may see of what they chose: park staff their own parks, and events whoever may see those."""
    actor.must(Permission.DAYS_VIEW)
    period = period_of(choice.look, choice.day)
    between: dict[str, Any] = {"first": period.first, "last": period.last}
    parks = {park.id: park for park in list_parks(session, inactive=True) if _is_mine(actor, park)}
    days = list_days(session, park_ids=parks, **between)
    events = list_between(session, **between) if actor.may(Permission.EVENTS_VIEW) else ()
    closures = list_closures(session, park_ids=parks)
    counts = totals(session, [day.id for day in days])
    found = find_clashes(parks, days, events, closures)
    days, events = _chosen(choice, parks, days, events)
    shown = {*(day.id for day in days), *(event.id for event in events)}
    clashes = tuple(one for one in found if one.ids & shown)
    meals = _meals(days, parks, counts, clashes)
    return Page(period, _boxes(period, meals, _happenings(events, clashes)), parks, clashes)


def _is_mine(actor: Actor, park: Park) -> bool:
    return actor.every_park or park.id in actor.parks


def _chosen(
    choice: Choice, parks: Mapping[UUID, Park], days: Sequence[MealDay], events: Sequence[Event]
) -> tuple[tuple[MealDay, ...], tuple[Event, ...]]:
    park = parks.get(choice.park_id) if choice.park_id else None
    shown_days = () if choice.kind is Kind.EVENTS else days
    shown_events = () if choice.kind is Kind.MEALS else events
    if park is None:
        return tuple(shown_days), tuple(shown_events)
    return (
        tuple(day for day in shown_days if day.park_id == park.id),
        tuple(event for event in shown_events if is_at(event, park)),
    )


def _meals(
    days: Iterable[MealDay],
    parks: Mapping[UUID, Park],
    counts: Mapping[UUID, Mapping[str, int]],
    clashes: Iterable[Found],
) -> list[Meal]:
    children = {day.id: sum(counts.get(day.id, {}).get(group, 0) for group in _FIRST_PORTIONS) for day in days}
    most, marked = max(children.values(), default=0), {id_ for found in clashes for id_ in found.ids}
    by_name = sorted(days, key=lambda day: parks[day.park_id].name)
    return [
        Meal(day, parks[day.park_id].name, children[day.id], fill_of(children[day.id], most), day.id in marked)
        for day in by_name
    ]


def _happenings(events: Iterable[Event], clashes: Iterable[Found]) -> list[Happening]:
    marked = {id_ for found in clashes for id_ in found.ids}
    return [Happening(event, event.id in marked) for event in events]


def _boxes(period: Period, meals: Iterable[Meal], happenings: Iterable[Happening]) -> tuple[Box, ...]:
    of_day: dict[date, list[Meal]] = {}
    for meal in meals:
        of_day.setdefault(meal.day.day, []).append(meal)
    at: dict[date, list[Happening]] = {}
    for happening in happenings:
        for day in days_between(max(happening.event.day, period.first), min(happening.event.last_day, period.last)):
            at.setdefault(day, []).append(happening)
    return tuple(_box(day, of_day.get(day, []), tuple(at.get(day, ()))) for day in period.days)


def _box(day: date, meals: Sequence[Meal], events: tuple[Happening, ...]) -> Box:
    """A box. Plans in nobody's way fold into one line where there are many of them."""
    plain = [meal for meal in meals if meal.is_plan and not meal.clashes]
    folded = tuple(plain) if len(plain) > MOST_NAMED else ()
    hidden = {meal.day.id for meal in folded}
    return Box(day, tuple(meal for meal in meals if meal.day.id not in hidden), folded, events)
