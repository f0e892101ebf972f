"""Reading events, series, who came, and closings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilot_ops.counting.queries import late_taps, totals
from pilot_ops.events.domain import (
    LONGEST_EVENT,
    Attendance,
    Closing,
    Event,
    Group,
    Reach,
    Rule,
    Series,
    Status,
    reach_of,
)
from pilot_ops.events.models import ClosingRow, EventRow, SeriesRow
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.text import Translated

_PUBLIC = (Status.PUBLISHED, Status.POSTPONED, Status.CANCELLED)


def list_events(
    session: Session,
    *,
    first: date | None = None,
    last: date | None = None,
    statuses: Collection[Status] | None = None,
    series_id: UUID | None = None,
    after: tuple[datetime, UUID] | None = None,
    most: int | None = None,
) -> tuple[Event, ...]:
    """Events by their beginning: of days in Helsinki, of some statuses, of a series.

    ``most`` of them at most, those that come ``after`` the beginning and the id of one.
    """
    query = select(EventRow).order_by(EventRow.starts_at, EventRow.id).limit(most)
    if after is not None:
        at, event_id = after
        query = query.where((EventRow.starts_at > at) | ((EventRow.starts_at == at) & (EventRow.id > event_id)))
    if first is not None:
        query = query.where(EventRow.starts_at >= at_local(first, time(0)))
    if last is not None:
        query = query.where(EventRow.starts_at < at_local(last + timedelta(days=1), time(0)))
    if statuses is not None:
        query = query.where(EventRow.status.in_(statuses))
    if series_id is not None:
        query = query.where(EventRow.series_id == series_id)
    return _events(session, query)


def list_public(session: Session, *, first: date, last: date | None = None) -> tuple[Event, ...]:
    """The events that everybody may see, by their beginning: also those that were postponed or cancelled."""
    return list_events(session, first=first, last=last, statuses=_PUBLIC)


def list_between(session: Session, *, first: date, last: date) -> tuple[Event, ...]:
    """The events that go on on any of these days, by their beginning: also those that began before the first."""
    found = list_events(session, first=first - LONGEST_EVENT, last=last)
    return tuple(event for event in found if event.last_day >= first)


def find_event(session: Session, event_id: UUID) -> Event | None:
    """An event, or None."""
    found = _events(session, select(EventRow).where(EventRow.id == event_id))
    return found[0] if found else None


def get_event(session: Session, event_id: UUID) -> Event:
    """An event. NotFound if there is none."""
    found = find_event(session, event_id)
    if found is None:
        raise NotFound
    return found


def hold_event(session: Session, event_id: UUID) -> Event:
    """An event that nobody else changes, counts or closes until the transaction ends. NotFound if there is none."""
    found = _events(session, select(EventRow).where(EventRow.id == event_id).with_for_update())
    if not found:
        raise NotFound
    return found[0]


def share_event(session: Session, event_id: UUID) -> Event:
    """An event that many may count at once, while nobody closes or changes it. NotFound if there is none."""
    found = _events(session, select(EventRow).where(EventRow.id == event_id).with_for_update(read=True))
    if not found:
        raise NotFound
    return found[0]


def find_by_source(session: Session, source_id: str) -> Event | None:
    """The event that came in a file under this id, or None."""
    found = _events(session, select(EventRow).where(EventRow.source_id == source_id))
    return found[0] if found else None


def list_series(session: Session) -> tuple[Series, ...]:
    """Every series, the latest first."""
    return tuple(map(_series, session.scalars(select(SeriesRow).order_by(SeriesRow.first_starts_at.desc()))))


def get_series(session: Session, series_id: UUID) -> Series:
    """A series. NotFound if there is none."""
    row = session.get(SeriesRow, series_id)
    if row is None:
        raise NotFound
    return _series(row)


def attendance_of(session: Session, event_ids: Collection[UUID]) -> Mapping[UUID, Attendance]:
    """Who came to each of some events; one that nobody was counted at has zeros."""
    found = totals(session, event_ids)
    return {
        event_id: Attendance(
            found.get(event_id, {}).get(Group.PARTICIPANTS, 0), found.get(event_id, {}).get(Group.HELPERS, 0)
        )
        for event_id in event_ids
    }


def closings_of(session: Session, event_ids: Collection[UUID]) -> Mapping[UUID, Closing]:
    """What was written down after those of some events that are closed."""
    rows = session.scalars(select(ClosingRow).where(ClosingRow.event_id.in_(event_ids)))
    return {row.event_id: Closing(row.weather, row.note, row.cost_cents, row.closed_at, row.user_id) for row in rows}


def get_reach(session: Session, *, first: date, last: date) -> Reach:
    """Whom the public events of a period reached, and what they cost."""
    events = list_public(session, first=first, last=last)
    ids = [event.id for event in events]
    return reach_of(events, attendance_of(session, ids), closings_of(session, ids))


def find_closing(session: Session, event_id: UUID) -> Closing | None:
    """What was written down after an event; None while it is not closed."""
    return closings_of(session, [event_id]).get(event_id)


def count_late(session: Session, event_id: UUID) -> int:
    """How many taps came since an event was closed: who closed it did not see them. Zero while it is open."""
    closing = find_closing(session, event_id)
    if closing is None or closing.closed_at is None:
        return 0
    return sum(moment >= closing.closed_at for moment in late_taps(session, [event_id]).get(event_id, []))


def _events(session: Session, query: Any) -> tuple[Event, ...]:
    return tuple(
        Event(
            id=row.id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            status=row.status,
            details=row.details,
            sequence=row.sequence,
            changed_at=row.changed_at,
            series_id=row.series_id,
            published_at=row.published_at,
            notice=Translated(row.notice_fi, row.notice_sv, row.notice_en),
            source_id=row.source_id or "",
            moved_from=row.moved_from,
            postponed_notice=row.postponed_notice,
        )
        for row in session.scalars(query.execution_options(populate_existing=True))
    )


def _series(row: SeriesRow) -> Series:
    days = tuple(date.fromisoformat(day) for day in row.except_days.split(",") if day)
    return Series(row.id, Translated(row.name_fi, row.name_sv, row.name_en), Rule(row.rule), row.first_starts_at, days)
