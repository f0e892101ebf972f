"""Reading what feeds tell of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilot_ops.events.domain import LONGEST_EVENT, Event, Status
from pilot_ops.events.queries import find_event, list_public, list_series
from pilot_ops.feeds.domain import (
    Gathering,
    Happening,
    LunchWords,
    Unit,
    Where,
    event_of,
    gatherings,
    lunch_of,
    lunches_id,
    where_of_park,
)
from pilot_ops.feeds.models import UnitRow
from pilot_ops.feeds.wire import PROFILES
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.domain import Park
from pilot_ops.parks.queries import list_parks
from pilot_ops.schedule.domain import MealDay
from pilot_ops.schedule.queries import list_days, list_pilots

# Calendars drop what a feed no longer has: what is over stays in them for a while.
PAST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Telling:
    """How things are put in words: sentences about lunches by language, an event's facts, who serves the lunches."""

    words: Mapping[str, LunchWords]
    facts: Callable[[Event], Mapping[str, tuple[str, ...]]]
    organiser: str


def list_units(session: Session) -> dict[UUID, Unit]:
    """What the service map says of parks, by park."""
    return {row.park_id: _unit(row) for row in session.scalars(select(UnitRow))}


def _unit(row: UnitRow) -> Unit:
    counts = {profile: getattr(row, profile) for profile in PROFILES}
    known = {profile: count for profile, count in counts.items() if count is not None}
    return Unit(row.unit_id, Translated(row.hours_fi, row.hours_sv, row.hours_en), known)


def list_lunches(
    session: Session, telling: Telling, *, first: date, last: date | None = None, park_id: UUID | None = None
) -> tuple[Happening, ...]:
    """Lunches by day, also those that were cancelled: of all parks or of one."""
    parks = {park.id: park for park in list_parks(session, inactive=True)}
    units = list_units(session)
    days = _told_days(session, first=first, last=last, park_ids=None if park_id is None else {park_id})
    return tuple(
        lunch_of(day, parks[day.park_id], units.get(day.park_id), telling.words, telling.organiser) for day in days
    )


def _told_days(session: Session, *, first: date, **which: Any) -> tuple[MealDay, ...]:
    """Meal days from a first one on; those of a demonstration only while there is nothing real to tell of."""
    pilots = [pilot for pilot in list_pilots(session) if pilot.details.ends_on >= first]
    real = {pilot.id for pilot in pilots if not pilot.details.demo}
    told = real or {pilot.id for pilot in pilots}
    return tuple(day for day in list_days(session, first=first, **which) if day.pilot_id in told)


def list_happenings(
    session: Session, telling: Telling, *, first: date, last: date | None = None
) -> tuple[Happening, ...]:
    """Public events by their beginning."""
    units = list_units(session)
    return tuple(_happening(event, telling, units) for event in list_public(session, first=first, last=last))


def list_coming(session: Session, telling: Telling, *, today: date, last: date | None = None) -> tuple[Happening, ...]:
    """Public events that are not over, also those that go on since an earlier day or wait for a new one."""
    units = list_units(session)
    found = list_public(session, first=today - LONGEST_EVENT, last=last)
    coming = (event for event in found if event.last_day >= today or event.status is Status.POSTPONED)
    return tuple(_happening(event, telling, units) for event in coming)


def get_happening(session: Session, telling: Telling, event_id: UUID) -> Happening:
    """A public event. NotFound if there is none, or it is a draft."""
    event = find_event(session, event_id)
    if event is None or not event.is_public:
        raise NotFound
    return _happening(event, telling, list_units(session))


def _happening(event: Event, telling: Telling, units: Mapping[UUID, Unit]) -> Happening:
    park_id = event.details.venue.park_id
    return event_of(event, telling.facts(event), units.get(park_id) if park_id else None)


def list_gatherings(session: Session, telling: Telling, found: tuple[Happening, ...]) -> tuple[Gathering, ...]:
    """The series that happenings belong to: those of events, and the lunches of each park."""
    names = {series.id: series.name for series in list_series(session)}
    for park in list_parks(session, inactive=True):
        texts = (words.name % {"park": park.names.to(language)} for language, words in telling.words.items())
        names[lunches_id(park.id)] = Translated(*texts)
    return gatherings(found, names)


def list_places(session: Session) -> dict[UUID, tuple[Park, Where]]:
    """The parks in use, and each as a place."""
    units = list_units(session)
    return {park.id: (park, where_of_park(park, units.get(park.id))) for park in list_parks(session)}


def list_serving(session: Session, today: date) -> tuple[Park, ...]:
    """The parks in use that still have a lunch to come, by name."""
    serving = {day.park_id for day in _told_days(session, first=today)}
    return tuple(park for park in list_parks(session) if park.id in serving)
