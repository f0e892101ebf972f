"""Events and who came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.api.domain import Found, Token, Wrong, check_days
from pilot_ops.api.service.pages import check_names, names_of, page_of
from pilot_ops.api.wire import Event, EventsAsked, read_cursor
from pilot_ops.events import domain, queries
from pilot_ops.kernel.access import Permission

_TOLD = tuple(status for status in domain.Status if status is not domain.Status.DRAFT)


def list_events(session: Session, token: Token, asked: EventsAsked) -> Found:
    """Events by their beginning, without drafts. As many questions for a page of any size."""
    token.actor().must(Permission.EVENTS_VIEW)
    check_days(asked.first, asked.last)
    if asked.status is domain.Status.DRAFT:
        raise Wrong({"status": "Drafts are not told."})
    after = read_cursor(asked.cursor, datetime, UUID)
    check_names(session, park=asked.park)
    events = queries.list_events(
        session,
        first=asked.first,
        last=asked.last,
        statuses=_TOLD if asked.status is None else (asked.status,),
        after=after,
        # The park is among the details of an event, into which no question looks.
        most=None if asked.park else asked.limit + 1,
    )
    if asked.park:
        events = tuple(event for event in events if event.details.venue.park_id == asked.park)[: asked.limit + 1]
    ids = [event.id for event in events]
    came, closings = queries.attendance_of(session, ids), queries.closings_of(session, ids)
    return page_of(events, asked.limit, lambda one: (one.starts_at, one.id), lambda one: _event(one, came, closings))


def _event(
    event: domain.Event, came: Mapping[UUID, domain.Attendance], closings: Mapping[UUID, domain.Closing]
) -> Event:
    details, who, closing = event.details, came[event.id], closings.get(event.id, domain.Closing())
    return Event(
        id=event.id,
        series_id=event.series_id,
        name=names_of(event.name),
        date=event.day,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        status=event.status,
        venue=names_of(details.venue.name),
        city=details.venue.city,
        park_id=details.venue.park_id,
        audiences=sorted(details.audiences),
        free=event.is_free,
        capacity=details.capacity,
        participants=who.participants,
        helpers=who.helpers,
        cost=None if closing.cost is None else closing.cost.decimal(),
        weather=closing.weather,
        closed_at=closing.closed_at,
    )
