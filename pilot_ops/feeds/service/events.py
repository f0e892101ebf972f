"""Events of a file of Linked Events: what an import would do, and doing it.

An event is known again by the id it has in the file. What the file does not say stays as it is here, so that what
people add to it (accessibility, sign-up) is never lost. The same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from pilot_ops.events import service as events
from pilot_ops.events.domain import (
    Closing,
    Event,
    EventDetails,
    Status,
    Venue,
    check_details,
    check_publishable,
    check_times,
    clean,
)
from pilot_ops.events.domain import Reason as EventReason
from pilot_ops.events.queries import closings_of, list_events
from pilot_ops.feeds.domain import Doing, FileProblem, IncomingEvent, Reason, Where
from pilot_ops.feeds.queries import list_places
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Translated

_SPACE = UUID("c7b7f6a1-4d8e-4a67-9f7d-2f0f6f0f9a55")
_NOTHING = EventDetails(Translated(""), Venue(Translated("")))
# What a rule calls a field, as the file spells it.
_FIELDS = {
    "summary": "short_description",
    "venue": "location",
    "organiser": "provider",
    "audiences": "audience",
    "starts": "start_time",
    "ends": "end_time",
    "status": "event_status",
    "capacity": "maximum_attendee_capacity",
    "link": "info_url",
}
_Places = Mapping[str, tuple[UUID, Where]]


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """What an import will do with an event: ``changes`` are the fields that will be others.

    ``stays_draft`` says why it cannot be published as it is; ``status`` is what it will be.
    """

    source: IncomingEvent
    doing: Doing
    event: Event | None
    details: EventDetails
    starts_at: datetime | None
    ends_at: datetime | None
    status: Status
    changes: tuple[str, ...] = ()
    stays_draft: StrEnum | None = None


@dataclass(frozen=True, slots=True)
class EventsPlan:
    """What an import will do, row by row, and what is wrong; with any problem nothing may be imported."""

    rows: tuple[PlannedEvent, ...]
    problems: tuple[FileProblem, ...]

    @property
    def fresh(self) -> tuple[PlannedEvent, ...]:
        """The rows that change something."""
        return tuple(row for row in self.rows if row.doing in (Doing.CREATE, Doing.CHANGE))


def plan_events(session: Session, actor: Actor, *, rows: Sequence[IncomingEvent]) -> EventsPlan:
    """What importing these events would do; nothing is done. The same few questions however many there are."""
    actor.must(Permission.EVENTS_EDIT)
    places = {where.id: (park_id, where) for park_id, (_park, where) in list_places(session).items()}
    known = {event.source_id: event for event in list_events(session) if event.source_id}
    closings = closings_of(session, [event.id for event in known.values()])
    planned: list[PlannedEvent] = []
    problems: list[FileProblem] = []
    for row in rows:
        try:
            plan = _planned(row, known.get(row.source_id), places)
            _check_not_held(plan, closings)
            planned.append(plan)
        except Refused as refused:
            field = _field(refused.field)
            problems.append(FileProblem(row.row, row.name.fi, field, refused.reason, details=refused.details))
    return EventsPlan(tuple(planned), tuple(problems))


def _field(name: str | None) -> str:
    """``summary_sv`` as ``short_description.sv``."""
    base, _, language = (name or "").rpartition("_")
    if language not in {"fi", "sv", "en"}:
        base, language = name or "", ""
    return ".".join(part for part in (_FIELDS.get(base, base), language) if part)


def _planned(row: IncomingEvent, there: Event | None, places: _Places) -> PlannedEvent:
    """What will be done with a row. Refused if it may not be imported."""
    starts_at = row.starts_at or (there.starts_at if there else None)
    ends_at = row.ends_at if row.starts_at else (there.ends_at if there else None)
    left_out = _left_out(row, starts_at)
    if left_out or starts_at is None:
        return PlannedEvent(row, left_out or Doing.NO_TIME, there, _NOTHING, None, None, row.status)
    details = clean(_details(row, there.details if there else _NOTHING, places))
    check_details(details)
    check_times(starts_at, ends_at)
    status, why = _status(row, there, details)
    plan = PlannedEvent(row, Doing.CREATE, there, details, starts_at, ends_at, status, stays_draft=why)
    if there is None:
        return plan
    changes = _changes(there, plan)
    return replace(plan, doing=Doing.CHANGE if changes else Doing.UNCHANGED, changes=changes)


def _check_not_held(plan: PlannedEvent, closings: Mapping[UUID, Closing]) -> None:
    """Refused if an event that is closed here would be called off, or moved to a time after it was closed."""
    there = plan.event
    closing = closings.get(there.id) if there else None
    if there is None or closing is None or plan.doing is not Doing.CHANGE:
        return
    if plan.status is not there.status:
        raise Refused(EventReason.CLOSED, "status")
    moved = plan.starts_at != there.starts_at
    if moved and plan.starts_at and closing.closed_at and plan.starts_at > closing.closed_at:
        raise Refused(EventReason.CLOSED, "starts")


def _left_out(row: IncomingEvent, starts_at: datetime | None) -> Doing | None:
    if row.is_own:
        return Doing.OWN
    if row.is_series:
        return Doing.SERIES
    return Doing.NO_TIME if starts_at is None else None


def _details(row: IncomingEvent, old: EventDetails, places: _Places) -> EventDetails:
    """What is here, with what the file says in its place."""
    texts = {"name": row.name, "summary": row.summary, "description": row.description}
    said: dict[str, Any] = {name: _or(text, getattr(old, name)) for name, text in texts.items()}
    optional = {"organiser": row.organiser, "audiences": row.audiences, "languages": row.languages, "link": row.link}
    said |= {name: value for name, value in optional.items() if value}
    if row.price is not None:
        said["price"] = row.price
    if row.capacity is not None:
        said["capacity"] = row.capacity
    return replace(old, venue=_venue(row, old.venue, places), **said)


def _or(text: Translated, old: Translated) -> Translated:
    """What the file says, and in languages that it does not have what is here."""
    return Translated(text.fi or old.fi, text.sv or old.sv, text.en or old.en)


def _venue(row: IncomingEvent, old: Venue, places: _Places) -> Venue:
    place = row.place
    if place is None:
        return old
    if place.id in places:
        park_id, where = places[place.id]
        return Venue(where.name, where.street, where.city, where.latitude, where.longitude, place.id, park_id)
    if place.name.fi:
        said = Venue(place.name, place.address, place.city, place.latitude, place.longitude, place.id)
        # The park that people chose for a place stays its park: the staff there count.
        same = (said.name.fi, said.address, said.unit_id) == (old.name.fi, old.address, old.unit_id)
        return replace(said, park_id=old.park_id) if same else said
    if place.id and place.id == old.unit_id:
        return old
    raise Refused(Reason.UNKNOWN_PLACE, "location")


def _status(row: IncomingEvent, there: Event | None, details: EventDetails) -> tuple[Status, StrEnum | None]:
    """What an event will be. A draft that is not complete stays one; what is public here stays public."""
    if there is not None and there.is_public:
        check_publishable(details)
        return (there.status if row.status is Status.DRAFT else row.status), None
    if row.status is Status.DRAFT:
        return Status.DRAFT, None
    try:
        check_publishable(details)
    except Refused as refused:
        return Status.DRAFT, refused.reason
    return row.status, None


def _changes(there: Event, plan: PlannedEvent) -> tuple[str, ...]:
    changed = [
        name
        for name in EventDetails.__dataclass_fields__
        if getattr(there.details, name) != getattr(plan.details, name)
    ]
    if (there.starts_at, there.ends_at) != (plan.starts_at, plan.ends_at):
        changed.append("time")
    if there.status is not plan.status:
        changed.append("status")
    return tuple(changed)


def import_events(
    session: Session, actor: Actor, *, rows: Sequence[IncomingEvent], notice: Translated, at: datetime
) -> EventsPlan:
    """Create and change what is new in these events; what was done. Nothing, if there is any problem.

    ``notice`` is what is told of those that are cancelled or put off: the file does not say why.
    """
    plan = plan_events(session, actor, rows=rows)
    if not plan.problems:
        for row in plan.fresh:
            _store(session, actor, row, notice, at)
    return plan


def _store(session: Session, actor: Actor, row: PlannedEvent, notice: Translated, at: datetime) -> None:
    assert row.starts_at is not None  # noqa: S101 - one without a time is left out
    new: dict[str, Any] = {"details": row.details, "starts_at": row.starts_at, "ends_at": row.ends_at}
    if row.event is None:
        source_id = row.source.source_id
        event_id = uuid5(_SPACE, source_id)
        event = events.create_event(session, actor, event_id=event_id, source_id=source_id, at=at, **new)
    else:
        seen = row.event.sequence
        event = events.change_event(session, actor, event_id=row.event.id, seen=seen, at=at, **new)
    _bring_to(session, actor, event, row, notice, at)


def _bring_to(
    session: Session, actor: Actor, event: Event, row: PlannedEvent, notice: Translated, at: datetime
) -> None:
    """Bring an event to the status it will have, by the moves that people have."""
    if event.status is row.status:
        return
    told: dict[str, Any] = {"event_id": event.id, "at": at}
    if event.status is Status.DRAFT:
        event = events.publish(session, actor, **told)
    elif event.status is Status.CANCELLED:
        event = events.restore(session, actor, **told)
    if event.status is Status.POSTPONED and row.status is Status.PUBLISHED:
        event = events.reschedule(session, actor, starts_at=event.starts_at, ends_at=event.ends_at, **told)
    if event.status is not row.status:
        move = events.cancel if row.status is Status.CANCELLED else events.postpone
        move(session, actor, notice=notice, **told)
