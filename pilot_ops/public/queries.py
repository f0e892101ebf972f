"""Reading what families see."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.events.domain import LONGEST_EVENT, Event, told_of
from pilot_ops.events.queries import get_event, list_public
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.errors import NotFound
from pilot_ops.parks.domain import Park
from pilot_ops.parks.queries import get_park, list_parks
from pilot_ops.public.domain import Board, coming, make_board, shown_pilots
from pilot_ops.schedule.domain import MealDay, Pilot
from pilot_ops.schedule.queries import list_days, list_pilots


def get_board(session: Session, moment: datetime) -> Board:
    """Today's lunches and the week's food, in the same few questions for four parks and for forty."""
    today = local_day(moment)
    pilots = shown_pilots(list_pilots(session, first=today), today)
    return make_board(pilots, list_parks(session), _days_of(session, pilots, today), moment)


def _days_of(session: Session, pilots: tuple[Pilot, ...], today: date) -> tuple[MealDay, ...]:
    if not pilots:
        return ()
    monday = today - timedelta(days=today.weekday())
    last = max(pilot.details.ends_on for pilot in pilots)
    shown = {pilot.id for pilot in pilots}
    return tuple(day for day in list_days(session, first=monday, last=last) if day.pilot_id in shown)


def get_lunch_park(session: Session, park_id: UUID, today: date) -> tuple[Park, tuple[MealDay, ...], Pilot | None]:
    """A park in use, its meal days from today on, and the pilot they belong to. NotFound if there is no such park."""
    park = get_park(session, park_id)
    if not park.details.active:
        raise NotFound
    pilots = [pilot for pilot in shown_pilots(list_pilots(session, first=today), today) if park_id in pilot.park_ids]
    shown = {pilot.id for pilot in pilots}
    days = list_days(session, park_ids=[park_id], first=today)
    return park, tuple(day for day in days if day.pilot_id in shown), pilots[0] if pilots else None


def get_poster_days(session: Session, park_id: UUID, today: date) -> tuple[Park, tuple[MealDay, ...]]:
    """A park in use and every meal day of its season, from the first to the last. NotFound as in ``get_lunch_park``."""
    park, _days, pilot = get_lunch_park(session, park_id, today)
    return park, list_days(session, pilot_id=pilot.id, park_ids=[park_id]) if pilot else ()


def list_coming(session: Session, moment: datetime) -> tuple[Event, ...]:
    """The public events that are not over, by their beginning: also postponed and cancelled ones."""
    # One that goes on for two weeks may have begun as long ago.
    first = local_day(moment) - LONGEST_EVENT
    return told_of(coming(list_public(session, first=first), moment))


def get_public_event(session: Session, event_id: UUID) -> Event:
    """An event that everybody may see. NotFound if there is none."""
    event = get_event(session, event_id)
    if not event.is_public:
        raise NotFound
    return event
