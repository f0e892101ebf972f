"""Taking in what a phone sends: each event once, each answered, all that wait in one commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.errors import Denial
from pilot_ops.sync.service.events import attendance_work
from pilot_ops.sync.service.meals import cancel_work, close_work, tap_work
from pilot_ops.sync.service.tickets import hand_out_work, use_work
from pilot_ops.sync.service.work import Work
from pilot_ops.sync.wire import Event


@dataclass(frozen=True, slots=True)
class ReadIn:
    """What became of a file: how many events are stored now, and those refused with why; None: not understood."""

    stored: int
    refused: tuple[tuple[Event, Denial | None], ...]


# Every kind of event that a phone may send, and who takes it in.
_HANDLERS: dict[str, Callable[[Event, Actor, datetime], Work | None]] = {
    "event.tap": attendance_work,
    "meal.tap": tap_work,
    "meal.close": close_work,
    "meal.cancel": cancel_work,
    "ticket.hand-out": hand_out_work,
    "ticket.use": use_work,
}


def work_of(event: Event, actor: Actor, at: datetime) -> Work | None:
    """The work an event asks for; None if its kind or its body is not understood."""
    handler = _HANDLERS.get(event.kind)
    return handler(event, actor, at) if handler else None


def read_in(session: Session, actor: Actor, *, events: Sequence[Event], at: datetime) -> ReadIn:
    """Take in the events of a phone's file, each once: what the phone sent or sends itself counts no second time."""
    actor.must(Permission.PHONES_EDIT)
    stored = 0
    refused: list[tuple[Event, Denial | None]] = []
    for event in events:
        work = work_of(event, actor, at)
        if work is None:
            refused.append((event, None))
            continue
        try:
            with session.begin_nested():
                work.do(session)
            stored += 1
        except Denial as denial:
            refused.append((event, denial))
    return ReadIn(stored, tuple(refused))
