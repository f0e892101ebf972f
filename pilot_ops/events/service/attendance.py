"""Counting who comes to an event, and closing it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.counting.domain import Source, Tap
from pilot_ops.counting.service import record_tap
from pilot_ops.events import queries
from pilot_ops.events.domain import (
    Attendance,
    Closing,
    Event,
    Group,
    Reason,
    check_closing,
    may_count,
)
from pilot_ops.events.models import ClosingRow
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import Forbidden, Refused
from pilot_ops.kernel.text import tidy


def counts_at(actor: Actor, event: Event) -> bool:
    """Whether the actor may count here: staff of a park, and its phones, at the events of that park alone."""
    park_id = event.details.venue.park_id
    return actor.may(Permission.EVENTS_COUNT, park_id) and (park_id is not None or actor.every_park)


def must_count(actor: Actor, event: Event) -> None:
    """Forbidden unless the actor may count here."""
    if not counts_at(actor, event):
        raise Forbidden(Permission.EVENTS_COUNT)


def record_attendance_tap(session: Session, actor: Actor, *, tap: Tap, at: datetime) -> int | None:
    """Store a tap of an event; the new total of its group, or None if it was already here.

    What was counted is never lost: a tap of an event that is closed or was cancelled is kept, marked late.
    """
    event = queries.share_event(session, tap.subject_id)
    must_count(actor, event)
    late = not event.is_on or queries.find_closing(session, event.id) is not None
    if not late:
        may_count(event, max(tap.tapped_at, at))
    return record_tap(session, actor, tap=replace(tap, group=Group(tap.group), late=late), at=at)


def close(
    session: Session,
    actor: Actor,
    *,
    event_id: UUID,
    form_id: UUID,
    attendance: Attendance,
    closing: Closing,
    at: datetime,
    seen: Attendance | None = None,
) -> Closing:
    """End an event with who came, the weather, a note and what it cost.

    Closed again with the same figures it stays as it is; refused with others, and before it begins. ``seen`` is the
    count that was on the page: refused if phones have counted since, whose taps would be taken away unseen.
    """
    event = queries.hold_event(session, event_id)
    must_count(actor, event)
    check_closing(event, attendance, closing, at)
    closing = replace(closing, note=tidy(closing.note))
    there = queries.find_closing(session, event_id)
    if there is not None:
        return _same(session, there, event_id, attendance, closing)
    now = queries.attendance_of(session, [event_id])[event_id]
    if seen is not None and now not in {seen, attendance}:
        raise Refused(Reason.COUNTED_MEANWHILE, "participants", **asdict(now))
    _correct(session, actor, event, form_id, attendance, "closing", at)
    facts = {"weather": closing.weather, "note": closing.note}
    who = {"closed_at": at, "user_id": actor.user_id}
    insert_once(session, ClosingRow, {"event_id": event_id, **facts, "cost_cents": closing.cost, **who})
    after = {"participants": attendance.participants, "helpers": attendance.helpers, **facts}
    after["cost"] = closing.cost.decimal() if closing.cost is not None else None
    record(session, actor, Action.EVENT_CLOSED, f"{event.name.fi} {event.day}", at=at, after=after)
    return replace(closing, closed_at=at, user_id=actor.user_id)


def reopen(session: Session, actor: Actor, *, event_id: UUID, reason: str, at: datetime) -> None:
    """Open a closed event again, to correct it. Refused without a reason."""
    actor.must(Permission.EVENTS_EDIT)
    if not reason.strip():
        raise Refused(Reason.REASON_MISSING, "reason")
    event = queries.hold_event(session, event_id)
    gone = delete(ClosingRow).where(ClosingRow.event_id == event_id).returning(ClosingRow.event_id)
    if session.execute(gone).first() is None:
        raise Refused(Reason.NOT_CLOSED)
    record(session, actor, Action.EVENT_REOPENED, f"{event.name.fi} {event.day}", at=at, after={"reason": tidy(reason)})


def _same(session: Session, there: Closing, event_id: UUID, attendance: Attendance, closing: Closing) -> Closing:
    now = queries.attendance_of(session, [event_id])[event_id]
    figures = (there.weather, there.note, there.cost)
    if figures != (closing.weather, closing.note, closing.cost) or now != attendance:
        raise Refused(Reason.ALREADY_CLOSED)
    return there


def _correct(
    session: Session, actor: Actor, event: Event, form_id: UUID, wanted: Attendance, reason: str, at: datetime
) -> None:
    """Add the taps that make the counts what they should be: every number stays the sum of its taps."""
    now = queries.attendance_of(session, [event.id])[event.id]
    for group in Group:
        change = getattr(wanted, group.value) - getattr(now, group.value)
        if change:
            facts: dict[str, Any] = {"source": Source.CORRECTION, "reason": tidy(reason)}
            tap = Tap(uuid5(form_id, group.value), event.id, group.value, change, at, **facts)
            record_tap(session, actor, tap=tap, at=at)
