"""Events outdoors: accessibility first, and what has changed at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from babel.dates import format_date
from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from pilot_ops.events.domain import Audience, Event, Status, Venue
from pilot_ops.events.labels import AUDIENCES, LANGUAGES, access_facts
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.contact import pieces
from pilot_ops.kernel.web.guard import public
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.kernel.web.kept import kept
from pilot_ops.kernel.web.tongues import by_link
from pilot_ops.parks.queries import get_park
from pilot_ops.public.domain import is_over
from pilot_ops.public.labels import say, say_day, say_time
from pilot_ops.public.queries import get_public_event, list_coming
from pilot_ops.public.routes import bp
from pilot_ops.public.routes.ways import Way, way_to_park, way_to_venue
from pilot_ops.signups.domain import takes_sign_ups
from pilot_ops.signups.queries import count_sign_ups
from pilot_ops.units.queries import find_unit_at


def say_times(event: Event) -> Markup:
    """``ti 25.6. klo 17.00–19.00``, or both days of an event that goes on for several."""
    starts = say("event-time", day=say_day(event.day), time=say_time(event.starts_at))
    if event.ends_at is None:
        return starts
    if event.ends_on == event.day:
        return starts + Markup("–") + say_time(event.ends_at)
    ends = say("event-time", day=say_day(event.ends_on), time=say_time(event.ends_at))
    return say("event-until", start=starts, end=ends)


def short_month(event: Event) -> str:
    """``kesä``: the month of an event, as short as the language has it."""
    return format_date(event.day, "LLL", locale=page_language()).rstrip(".")


def _way(session: Session, venue: Venue) -> Way:
    """The links of the place; those of the park that it is in, where nothing more exact is written."""
    if venue.park_id and not venue.address and venue.latitude is None:
        return way_to_park(get_park(session, venue.park_id))
    return way_to_venue(venue)


def _is_full(session: Session, event: Event, moment: datetime) -> bool | None:
    """Whether who signs up now comes into the queue; None where nobody can sign up, or no longer."""
    if not takes_sign_ups(event, moment):
        return None
    return count_sign_ups(session, event.id).left_of(event.details.capacity) == 0


EVENT_WORDS = {
    "access_facts": access_facts,
    "say_times": say_times,
    "short_month": short_month,
    "statuses": Status,
}


@bp.get("/outdoors")
@public
@by_link
@kept
def events() -> ResponseReturnValue:
    """The events that are not over, the next one first."""
    moment = now()
    with reading() as session:
        found = list_coming(session, moment)
    return render_template("public/events.html", events=found, moment=moment, **EVENT_WORDS)


@bp.get("/outdoors/<uuid:event_id>")
@public
@by_link
@kept
def event(event_id: UUID) -> ResponseReturnValue:
    """One event: how accessible it is, what happens, when, where and for whom."""
    moment = now()
    with reading() as session:
        found = get_public_event(session, event_id)
        way = _way(session, found.details.venue)
        unit = find_unit_at(session, found.details.venue.unit_id, found.details.venue.park_id)
        full = _is_full(session, found, moment)
    shown = {
        "event": found,
        "over": is_over(found, moment),
        "moment": moment,
        "this_year": found.day.year == local_day(moment).year,
        "way": way,
        "unit": unit,
        "full": full,
        "contact": pieces(found.details.contact),
        "audiences": [AUDIENCES[audience] for audience in Audience if audience in found.details.audiences],
        "language_names": LANGUAGES,
    }
    return render_template("public/event.html", **shown, **EVENT_WORDS)
