"""Reading what feeds tell of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.events.domain import LONGEST_EVENT, Event, Status, told_of
from pilot_ops.events.queries import find_event, list_public, list_series
from pilot_ops.feeds.domain import (
    Gathering,
    Happening,
    LunchWords,
    Where,
    event_of,
    gatherings,
    lunch_of,
    lunches_id,
    where_of_park,
)
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.domain import Park
from pilot_ops.parks.queries import list_parks
from pilot_ops.schedule.domain import MealDay
from pilot_ops.schedule.queries import list_days, list_pilots
from pilot_ops.units.domain import Register
from pilot_ops.units.queries import get_register

# Calendars drop what a feed no longer has: what is over stays in them for a while.
PAST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Telling:
    """How things are put in words: sentences about lunches by language, an event's facts, who serves the lunches."""

    words: Mapping[str, LunchWords]
    facts: Callable[[Event], Mapping[str, tuple[str, ...]]]
    organiser: str


def list_lunches(
    session: Session, telling: Telling, *, first: date, last: date | None = None, park_id: UUID | None = None
) -> tuple[Happening, ...]:
    """Lunches by day, also those that were cancelled: of all parks or of one."""
    parks = {park.id: park for park in list_parks(session, inactive=True)}
    units = get_register(session)
    days = _told_days(session, first=first, last=last, park_ids=None if park_id is None else {park_id})
    return tuple(
        lunch_of(day, parks[day.park_id], units.of_park(day.park_id), telling.words, telling.organiser) for day in days
    )


def _told_days(session: Session, *, first: date, **which: Any) -> tuple[MealDay, ...]:
    """Meal days from a first one on; those of a demonstration only while there is nothing real to tell of."""
    pilots = list_pilots(session, first=first)
    real = {pilot.id for pilot in pilots if not pilot.details.demo}
    told = real or {pilot.id for pilot in pilots}
    return tuple(day for day in list_days(session, first=first, **which) if day.pilot_id in told)


def list_happenings(
    session: Session, telling: Telling, *, first: date, last: date | None = None
) -> tuple[Happening, ...]:
    """Public events by their beginning; those of a demonstration only while there is nothing real to tell of."""
    units = get_register(session)
    return tuple(_happening(event, telling, units) for event in told_of(list_public(session, first=first, last=last)))


def list_coming(session: Session, telling: Telling, *, today: date, last: date | None = None) -> tuple[Happening, ...]:
    """Public events that are not over, also those that go on since an earlier day or wait for a new one.

    Those of a demonstration only while there is nothing real to tell of.
    """
    units = get_register(session)
    found = list_public(session, first=today - LONGEST_EVENT, last=last)
    coming = (event for event in found if event.last_day >= today or event.status is Status.POSTPONED)
    return tuple(_happening(event, telling, units) for event in told_of(coming))


def get_happening(session: Session, telling: Telling, event_id: UUID) -> Happening:
    """A public event. NotFound if there is none, or it is a draft."""
    event = find_event(session, event_id)
    if event is None or not event.is_public:
        raise NotFound
    return _happening(event, telling, get_register(session))


def _happening(event: Event, telling: Telling, units: Register) -> Happening:
    venue = event.details.venue
    return event_of(event, telling.facts(event), units.at(venue.unit_id, venue.park_id))


def list_gatherings(session: Session, telling: Telling, found: tuple[Happening, ...]) -> tuple[Gathering, ...]:
    """The series that happenings belong to: those of events, and the lunches of each park."""
    names = {series.id: series.name for series in list_series(session)}
    for park in list_parks(session, inactive=True):
        texts = (words.name % {"park": park.names.to(language)} for language, words in telling.words.items())
        names[lunches_id(park.id)] = Translated(*texts)
    return gatherings(found, names)


def list_places(session: Session) -> dict[UUID, tuple[Park, Where]]:
    """The parks in use, and each as a place."""
    units = get_register(session)
    return {park.id: (park, where_of_park(park, units.of_park(park.id))) for park in list_parks(session)}


def list_serving(session: Session, today: date) -> tuple[Park, ...]:
    """The parks in use that still have a lunch to come, by name."""
    serving = {day.park_id for day in _told_days(session, first=today)}
    return tuple(park for park in list_parks(session) if park.id in serving)
