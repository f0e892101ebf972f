"""What a phone sends of nature-sport events: who comes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from pilot_ops.counting.domain import Tap
from pilot_ops.counting.queries import totals_of
from pilot_ops.events.domain import Group
from pilot_ops.events.service import record_attendance_tap
from pilot_ops.kernel.access import Actor
from pilot_ops.sync.service.work import Stored, Work
from pilot_ops.sync.wire import AttendanceBody, Event, moment_of, read_body


def attendance_work(event: Event, actor: Actor, at: datetime) -> Work | None:
    """A tap of an event: counted once. None if the body is not understood."""
    body = read_body(event, AttendanceBody)
    if body is None or body.group not in set(Group):
        return None
    tap = Tap(event.id, body.event, body.group, body.change, moment_of(event, at), undoes=body.undoes)
    subject = f"event/{body.event}"

    def store(session: Session) -> Stored:
        total = record_attendance_tap(session, actor, tap=tap, at=at)
        if total is None:
            total = totals_of(session, body.event).get(body.group, 0)
        return Stored(subject, body.group, total)

    return Work(store, subject)
