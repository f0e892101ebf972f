"""What families see of meal days: where there is food now, when next, and the week's food."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import mode
from uuid import UUID

from pilot_ops.events.domain import Event, Status
from pilot_ops.kernel.clock import at_local, local_day
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.domain import Park
from pilot_ops.schedule.domain import CancelReason, DayStatus, MealDay, Pilot, ServingWindow

_WEEK = 7
_WORKDAYS = 5


class Serving(StrEnum):
    """How it is with lunch in a park today."""

    AHEAD = "ahead"
    NOW = "now"
    OVER = "over"
    CANCELLED = "cancelled"
    NONE = "none"


class Diet(StrEnum):
    """A diet mark of Finnish kitchens."""

    LACTOSE_FREE = "L"
    LOW_LACTOSE = "VL"
    GLUTEN_FREE = "G"
    MILK_FREE = "M"
    VEGAN = "Veg"


@dataclass(frozen=True, slots=True)
class Place:
    """A park today: its meal day if it has one, and the next day on which it serves food."""

    park: Park
    serving: Serving
    day: MealDay | None = None
    following: MealDay | None = None

    @property
    def open(self) -> bool:
        """Whether there is still food to come for."""
        return self.serving in {Serving.AHEAD, Serving.NOW}


@dataclass(frozen=True, slots=True)
class Dishes:
    """What is eaten, with its diet marks; in which parks, where they do not all eat the same."""

    menu: Translated
    diets: str
    parks: tuple[Translated, ...] = ()


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A park whose lunch is cancelled, or every park when ``park`` is empty."""

    reason: CancelReason
    park: Translated | None = None


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of the week's list. Without dishes and cancellations there is food nowhere."""

    day: date
    today: bool
    served: bool
    dishes: tuple[Dishes, ...] = ()
    cancelled: tuple[Cancelled, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page of today's lunches shows. ``portions``: for how many children a park has food, if alike."""

    today: date
    places: tuple[Place, ...]
    week: tuple[WeekDay, ...]
    windows: tuple[ServingWindow, ...]
    portions: int | None = None
    demo: bool = False

    @property
    def serving(self) -> Serving:
        """How it is today as a whole: the best that any park can say."""
        found = {place.serving for place in self.places}
        return next((serving for serving in _BEST_FIRST if serving in found), Serving.NONE)

    @property
    def next_day(self) -> date | None:
        """The next day after today on which food is served anywhere."""
        return min((place.following.day for place in self.places if place.following), default=None)


_BEST_FIRST = (Serving.NOW, Serving.AHEAD, Serving.OVER, Serving.CANCELLED)


def shown_pilots(pilots: Iterable[Pilot], today: date) -> tuple[Pilot, ...]:
    """The pilots that families are told of: those that run today, or else those that begin next.

    A demonstration is shown only while there is nothing real to show.
    """
    coming = [pilot for pilot in pilots if pilot.details.ends_on >= today]
    real = [pilot for pilot in coming if not pilot.details.demo]
    coming = real or coming
    running = [pilot for pilot in coming if pilot.details.starts_on <= today]
    if running:
        return tuple(running)
    first = min((pilot.details.starts_on for pilot in coming), default=None)
    return tuple(pilot for pilot in coming if pilot.details.starts_on == first)


def serving_of(day: MealDay | None, moment: datetime) -> Serving:
    """How it is with a meal day at a moment of the same date."""
    if day is None:
        return Serving.NONE
    if day.status is DayStatus.CANCELLED:
        return Serving.CANCELLED
    if day.status is DayStatus.CLOSED or moment >= at_local(day.day, day.window.ends):
        return Serving.OVER
    return Serving.NOW if moment >= at_local(day.day, day.window.starts) else Serving.AHEAD


def place_of(park: Park, days: Iterable[MealDay], moment: datetime) -> Place:
    """A park at a moment, given its meal days by date."""
    today = local_day(moment)
    mine = [day for day in days if day.park_id == park.id]
    day = next((day for day in mine if day.day == today), None)
    following = next((day for day in mine if day.day > today and day.status is not DayStatus.CANCELLED), None)
    return Place(park, serving_of(day, moment), day, following)


def make_board(pilots: Sequence[Pilot], parks: Iterable[Park], days: Sequence[MealDay], moment: datetime) -> Board:
    """The page of today's lunches, of the parks of these pilots, given their meal days by date from Monday on."""
    today = local_day(moment)
    shown = {park_id for pilot in pilots for park_id in pilot.park_ids}
    places = [place_of(park, days, moment) for park in parks if park.id in shown]
    names = {place.park.id: place.park.names for place in places}
    expected = {pilot.details.expected for pilot in pilots}
    return Board(
        today=today,
        places=tuple(sorted(places, key=lambda place: (not place.open, place.park.name))),
        week=week_of([day for day in days if day.park_id in names], names, today),
        windows=tuple(sorted({place.day.window for place in places if place.open and place.day}, key=_starts)),
        portions=expected.pop() if len(expected) == 1 else None,
        demo=any(pilot.details.demo for pilot in pilots),
    )


def _starts(window: ServingWindow) -> str:
    return f"{window.starts}{window.ends}"


def week_of(days: Sequence[MealDay], names: Mapping[UUID, Translated], today: date) -> tuple[WeekDay, ...]:
    """The week's food from Monday on: this week, or that of the next meal day when this week has none left."""
    ahead = [day.day for day in days if day.day >= today]
    if not ahead:
        return ()
    monday = min(ahead) - timedelta(days=min(ahead).weekday())
    week = [monday + timedelta(days=number) for number in range(_WEEK)]
    dates = {day.day for day in days}
    return tuple(_week_day(day, days, names, today) for day in week if day.weekday() < _WORKDAYS or day in dates)


def _week_day(day: date, days: Iterable[MealDay], names: Mapping[UUID, Translated], today: date) -> WeekDay:
    mine = [meal for meal in days if meal.day == day]
    open_ = [meal for meal in mine if meal.status is not DayStatus.CANCELLED]
    off = [meal for meal in mine if meal.status is DayStatus.CANCELLED]
    return WeekDay(day, day == today, bool(open_), _dishes(open_, names), _cancelled(off, names, everywhere=not open_))


def _dishes(days: Iterable[MealDay], names: Mapping[UUID, Translated]) -> tuple[Dishes, ...]:
    """What is eaten; with the parks where they differ."""
    found: dict[tuple[Translated, str], list[Translated]] = {}
    for day in days:
        if day.menu.fi:
            found.setdefault((day.menu, day.diets), []).append(names[day.park_id])
    alike = len(found) == 1
    return tuple(
        Dishes(menu, diets, () if alike else tuple(sorted(parks, key=lambda name: name.fi)))
        for (menu, diets), parks in found.items()
    )


def _cancelled(days: Iterable[MealDay], names: Mapping[UUID, Translated], *, everywhere: bool) -> tuple[Cancelled, ...]:
    found = [(names[day.park_id], day.cancel_reason or CancelReason.OTHER) for day in days]
    reasons = {reason for _name, reason in found}
    if everywhere and len(reasons) == 1:
        return (Cancelled(reasons.pop()),)
    return tuple(Cancelled(reason, name) for name, reason in sorted(found, key=lambda one: one[0].fi))


def usual_window(days: Iterable[MealDay]) -> ServingWindow | None:
    """The serving time of most of these days."""
    windows = [day.window for day in days]
    return mode(windows) if windows else None


def parts_of(menu: str) -> tuple[str, ...]:
    """The dishes of a menu, which semicolons part: the main one first."""
    return tuple(part for part in (part.strip() for part in menu.split(";")) if part)


def diets_in(marks: Iterable[str]) -> tuple[Diet, ...]:
    """The known diet marks that are used, in the order of the enum, for saying what they mean."""
    used = {word.strip("().").casefold() for text in marks for word in text.replace(",", " ").split()}
    return tuple(diet for diet in Diet if diet.value.casefold() in used)


def is_over(event: Event, moment: datetime) -> bool:
    """Whether an event has been; one without an end is over when its day is, and one that was postponed is to come."""
    if event.status is Status.POSTPONED:
        return False
    return event.ends_at <= moment if event.ends_at else event.day < local_day(moment)


def coming(events: Iterable[Event], moment: datetime) -> tuple[Event, ...]:
    """The events that are not over."""
    return tuple(event for event in events if not is_over(event, moment))


@dataclass(frozen=True, slots=True)
class Season:
    """When a park serves lunch: from a first to a last day, on which weekdays, at what time, and the days left out."""

    first: date
    last: date
    weekdays: tuple[int, ...]
    window: ServingWindow
    missing: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Poster:
    """What a park's poster says. ``link`` is where its QR leads."""

    park: Translated
    address: str
    link: str
    municipality: str
    programme: str
    season: Season | None = None


def season_of(days: Sequence[MealDay]) -> Season | None:
    """The season of a park's meal days by date, or None without any; cancelled days are part of it."""
    if not days:
        return None
    weekdays = tuple(sorted({day.day.weekday() for day in days}))
    first, last, dates = days[0].day, days[-1].day, {day.day for day in days}
    all_days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    missing = tuple(day for day in all_days if day.weekday() in weekdays and day not in dates)
    return Season(first, last, weekdays, mode(day.window for day in days), missing)
