"""What may be done with an event, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pilot_ops.events.domain.values import (
    MOST_PEOPLE,
    Attendance,
    Closing,
    Event,
    EventDetails,
    Move,
    Reason,
    Status,
)
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated

# People come early, and the sheet is filled in the days after.
COUNTED_BEFORE = timedelta(hours=3)
_MOST_COST = Money(100_000_000)

_AFTER: Mapping[tuple[Status, Move], Status] = {
    (Status.DRAFT, Move.PUBLISH): Status.PUBLISHED,
    (Status.PUBLISHED, Move.POSTPONE): Status.POSTPONED,
    (Status.PUBLISHED, Move.RESCHEDULE): Status.PUBLISHED,
    (Status.POSTPONED, Move.RESCHEDULE): Status.PUBLISHED,
    (Status.PUBLISHED, Move.CANCEL): Status.CANCELLED,
    (Status.POSTPONED, Move.CANCEL): Status.CANCELLED,
    (Status.CANCELLED, Move.RESTORE): Status.PUBLISHED,
}


def status_after(status: Status, move: Move) -> Status:
    """The status an event has after a move. Refused if the move is none of its status."""
    after = _AFTER.get((status, move))
    if after is None:
        raise Refused(Reason.NOT_NOW)
    return after


def check_publishable(details: EventDetails) -> None:
    """Refused with the field, unless an event says all that the calendars of others require of a published one.

    For every language with a name a summary and a description; a place, an organiser, and for whom it is (Linked
    Events, product description "Nature-sport events").
    """
    if not details.venue.name.fi:
        raise Refused(Reason.VENUE_MISSING, "venue_fi")
    for language in ("fi", "sv", "en"):
        if not getattr(details.name, language):
            continue
        if not getattr(details.summary, language):
            raise Refused(Reason.SUMMARY_MISSING, f"summary_{language}")
        if not getattr(details.description, language):
            raise Refused(Reason.DESCRIPTION_MISSING, f"description_{language}")
    if not details.organiser:
        raise Refused(Reason.ORGANISER_MISSING, "organiser")
    if not details.audiences:
        raise Refused(Reason.AUDIENCE_MISSING, "audiences")


def check_notice(notice: Translated) -> None:
    """Refused unless those who wanted to come are told why, at least in Finnish."""
    if not notice.fi:
        raise Refused(Reason.NOTICE_MISSING, "notice_fi")


def check_new_time(event: Event, starts_at: datetime, at: datetime) -> None:
    """Refused if an event that people wait for would be moved to a time that is over: a day typed wrong.

    They would be told of it, and what they signed up with be deleted. One that has been may be put right, and of one
    that was imported its own system says when it is.
    """
    awaited = event.status is Status.POSTPONED or (event.status is Status.PUBLISHED and event.starts_at > at)
    if awaited and starts_at <= at and not event.source_id:
        raise Refused(Reason.TIME_OVER, "day")


def may_count(event: Event, at: datetime) -> None:
    """Refused unless people may be counted: it is published, and begins within three hours or has begun."""
    if event.status is not Status.PUBLISHED:
        raise Refused(Reason.NOT_OPEN)
    if at < event.starts_at - COUNTED_BEFORE:
        raise Refused(Reason.FUTURE_EVENT)


def check_closing(event: Event, attendance: Attendance, closing: Closing, at: datetime) -> None:
    """Refused with the field, unless an event that has begun ends with a count and a cost that can be."""
    may_count(event, at)
    if at < event.starts_at:
        raise Refused(Reason.FUTURE_EVENT)
    for name, number in (("participants", attendance.participants), ("helpers", attendance.helpers)):
        if number < 0:
            raise Refused(Reason.COUNT_NEGATIVE, name)
        if number > MOST_PEOPLE:
            raise Refused(Reason.TOO_MANY_PEOPLE, name, most=MOST_PEOPLE)
    if closing.cost is not None and not Money(0) <= closing.cost <= _MOST_COST:
        raise Refused(Reason.COST_WRONG, "cost")
